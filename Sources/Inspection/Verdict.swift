import ModelContext
import SlotStore

/// One key of a config that is not what it was.
public struct ConfigChange: Sendable, Hashable {
  public let key: String
  /// Nil where the key is new.
  public let old: ConfigValue?
  /// Nil where the key is gone.
  public let new: ConfigValue?
}

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
    configChanges = Self.changes(from: before?.config ?? after.config, to: after.config)
  }

  public var checksumIsSame: Bool { oldChecksum == newChecksum }

  public var isUnchanged: Bool { checksumIsSame && configChanges.isEmpty }

  /// The keys that differ, in order.
  public static func changes(from old: Config, to new: Config) -> [ConfigChange] {
    Set(old.keys).union(new.keys).sorted().compactMap { key in
      old[key] == new[key] ? nil : ConfigChange(key: key, old: old[key], new: new[key])
    }
  }

  /// `checksum as before, config as before`, or what changed.
  public var text: String {
    let config =
      configChanges.isEmpty
      ? "config as before"
      : configChanges.map { "\($0.key) \($0.old?.text ?? "none") → \($0.new?.text ?? "none")" }
        .joined(separator: ", ")
    return (checksumIsSame ? "checksum as before" : "checksum changed") + ", " + config
  }
}
