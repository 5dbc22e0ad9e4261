import StrictJSON

/// The settings of a context: name → number, string or bool.
public typealias Config = [String: ConfigValue]

/// One value of a config.
public enum ConfigValue: Sendable, Hashable {
  case integer(Int64)
  case number(Double)
  case string(String)
  case bool(Bool)
  /// What another program wrote and a config does not know (null, lists, huge integers): kept as it is.
  case other(JSONValue)

  /// Reads what a person types after `--set KEY=`: a number, `true` or `false`, else a string.
  public init(typed text: String) {
    if text == "true" || text == "false" {
      self = .bool(text == "true")
    } else if let integer = Int64(text) {
      self = .integer(integer)
    } else if let number = Double(text), number.isFinite, text.first?.isLetter == false {
      self = .number(number)
    } else {
      self = .string(text)
    }
  }

  public init(_ json: JSONValue) {
    switch json {
    case .bool(let value): self = .bool(value)
    case .string(let value): self = .string(value)
    case .number(let literal):
      if let integer = Int64(literal) {
        self = .integer(integer)
      } else if literal.contains(where: { ".eEIN".contains($0) }), let number = json.asDouble {
        self = .number(number)
      } else {
        self = .other(json)
      }
    case .null, .array, .object: self = .other(json)
    }
  }

  /// Non-finite numbers are written as Python's json writes them: `NaN`, `Infinity`, `-Infinity`.
  public var json: JSONValue {
    switch self {
    case .integer(let value): .number(String(value))
    case .number(let value): .number(Self.literal(value))
    case .string(let value): .string(value)
    case .bool(let value): .bool(value)
    case .other(let value): value
    }
  }

  /// As a person reads it: strings without quotes.
  public var text: String {
    if case .string(let value) = self { return value }
    return json.text()
  }

  static func literal(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
    return value.description
  }
}

extension [String: ConfigValue] {
  /// - Returns: nil where `text` is not a JSON object.
  public init?(jsonText text: String) {
    guard
      let json = try? JSONValue(parsing: text, options: .pythonWritten), case .object(let members) = json
    else { return nil }
    self = Dictionary(members.map { ($0.name, ConfigValue($0.value)) }) { _, last in last }
  }

  /// A JSON object, names in order.
  public var jsonText: String {
    JSONValue.object(
      sorted { $0.key < $1.key }.map { JSONMember(name: $0.key, value: $0.value.json) }
    ).text()
  }
}

extension [String: String] {
  /// - Returns: nil where `text` is not a JSON object. Values that are no strings are kept as JSON text.
  public init?(jsonText text: String) {
    guard
      let json = try? JSONValue(parsing: text, options: .pythonWritten), case .object(let members) = json
    else { return nil }
    self = Dictionary(members.map { ($0.name, $0.value.asString ?? $0.value.text()) }) { _, last in last }
  }

  /// A JSON object, names in order.
  public var jsonText: String {
    JSONValue.object(
      sorted { $0.key < $1.key }.map { JSONMember(name: $0.key, value: .string($0.value)) }
    ).text()
  }
}

extension JSONOptions {
  /// What Python's json module writes: NaN and Infinity are there, and of two equal names the last counts.
  package static let pythonWritten = JSONOptions(
    allowsNonFiniteNumbers: true, rejectsDuplicateNames: false)
}
