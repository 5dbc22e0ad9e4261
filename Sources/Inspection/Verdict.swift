import ModelContext
import SlotStore

/// What a rebuild changed.
public struct Verdict: Sendable, Hashable {
  /// MD5 before and after; before is nil where the slot was empty.
  public let oldChecksum: String?
  public let newChecksum: String
  /// In order of their keys.
  public let configChanges: [ConfigChange]
  /// Keys that the config has now.
  public let configCount: Int

  /// - Parameter before: nil where the slot was empty.
  public init(before: SlotDetails?, after: SlotDetails) {
    oldChecksum = before?.summary.checksum
    newChecksum = after.summary.checksum
    configCount = after.config.count
    configChanges = ConfigChange.changes(from: before?.config ?? after.config, to: after.config)
  }

  public var checksumIsSame: Bool { oldChecksum == newChecksum }

  public var isUnchanged: Bool { checksumIsSame && configChanges.isEmpty }

  /// `checksum as before, config as before`, or what changed.
  public var text: String {
    let config =
      configChanges.isEmpty
      ? "config as before"
      : configChanges.map(\.text).joined(separator: ", ")
    return (checksumIsSame ? "checksum as before" : "checksum changed") + ", " + config
  }
}
