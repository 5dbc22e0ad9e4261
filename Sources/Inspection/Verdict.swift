import ModelContext
import SlotStore

/// What a rebuild changed.
public struct Verdict: Sendable, Hashable {
  /// MD5 before and after.
  public let oldChecksum: String
  public let newChecksum: String
  /// In order of their keys.
  public let configChanges: [ConfigChange]
  /// In order of their keys: the name, mostly.
  public let metadataChanges: [MetadataChange]
  /// Keys that the config has now.
  public let configCount: Int

  public init(before: SlotDetails, after: SlotDetails) {
    oldChecksum = before.summary.checksum
    newChecksum = after.summary.checksum
    configCount = after.config.count
    configChanges = ConfigChange.changes(from: before.config, to: after.config)
    metadataChanges = MetadataChange.changes(from: before.metadata, to: after.metadata)
  }

  public var checksumIsSame: Bool { oldChecksum == newChecksum }

  public var isUnchanged: Bool { checksumIsSame && configChanges.isEmpty && metadataChanges.isEmpty }

  /// `checksum as before, config as before`, or what changed.
  public var text: String {
    let config =
      configChanges.isEmpty
      ? "config as before"
      : configChanges.map(\.text).joined(separator: ", ")
    return (checksumIsSame ? "checksum as before" : "checksum changed") + ", " + config
      + (metadataChanges.isEmpty ? "" : ", metadata changed")
  }
}
