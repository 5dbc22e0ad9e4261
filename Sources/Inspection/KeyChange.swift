import ModelContext

/// One key of a config, or of metadata, that is not what it was.
public struct KeyChange<Value: Sendable & Hashable>: Sendable, Hashable {
  public let key: String
  /// Nil where the key is new.
  public let old: Value?
  /// Nil where the key is gone.
  public let new: Value?

  /// The keys that differ, in order.
  public static func changes(from old: [String: Value], to new: [String: Value]) -> [KeyChange] {
    Set(old.keys).union(new.keys).sorted().compactMap { key in
      old[key] == new[key] ? nil : KeyChange(key: key, old: old[key], new: new[key])
    }
  }
}

public typealias ConfigChange = KeyChange<ConfigValue>
public typealias MetadataChange = KeyChange<String>

extension KeyChange {
  /// Both values as a person reads them; `none` where the key is not there.
  public var texts: (old: String, new: String) {
    func text(_ value: Value?) -> String {
      guard let value else { return "none" }
      return (value as? ConfigValue)?.text ?? (value as? String) ?? "\(value)"
    }
    return (text(old), text(new))
  }

  /// `0.7 → 0.9`, `0.9 (new)`, `40 (no longer there)`.
  public var valuesText: String {
    if old == nil { return "\(texts.new) (new)" }
    return new == nil ? "\(texts.old) (no longer there)" : "\(texts.old) → \(texts.new)"
  }

  /// `temperature 0.7 → 0.9`.
  public var text: String { "\(key) \(valuesText)" }
}
