/// Why a text is not the JSON that was asked for, and where.
public struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Kind: Equatable, Sendable {
    /// The text ends inside a value, or is empty.
    case unexpectedEnd
    /// A byte that can't stand there.
    case unexpectedByte(UInt8)
    /// Something follows the value.
    case trailingBytes
    case invalidUTF8
    /// A `\ud800`…`\udfff` without its other half.
    case loneSurrogate
    case invalidEscape
    /// A byte below 0x20 inside a string.
    case controlCharacter(UInt8)
    /// A sign, point or exponent without digits.
    case invalidNumber
    case leadingZero
    /// `NaN` or an infinity where they are not allowed.
    case nonFiniteNumber
    case duplicateName(String)
    case tooDeep(limit: Int)
  }

  public let kind: Kind
  /// Offset from the text's first byte.
  public let byteOffset: Int

  public init(_ kind: Kind, at byteOffset: Int) {
    self.kind = kind
    self.byteOffset = byteOffset
  }

  public var description: String { "\(kind.text) at byte \(byteOffset)" }
}

extension JSONError.Kind {
  fileprivate var text: String {
    switch self {
    case .unexpectedEnd: "the JSON ends too early"
    case .unexpectedByte(let byte): "unexpected \(Self.name(of: byte)) in the JSON"
    case .trailingBytes: "something follows the JSON value"
    case .invalidUTF8: "the JSON is not valid UTF-8"
    case .loneSurrogate: "half a surrogate pair in a JSON string"
    case .invalidEscape: "an unknown escape in a JSON string"
    case .controlCharacter(let byte): "a control character (\(Self.name(of: byte))) in a JSON string"
    case .invalidNumber: "a malformed number in the JSON"
    case .leadingZero: "a number with a leading zero in the JSON"
    case .nonFiniteNumber: "NaN or an infinity in the JSON"
    case .duplicateName(let name): "the name \(JSONValue.string(name).text()) occurs twice in a JSON object"
    case .tooDeep(let limit): "the JSON is nested deeper than \(limit)"
    }
  }

  private static func name(of byte: UInt8) -> String {
    if (0x21...0x7e).contains(byte) { return "'\(Character(Unicode.Scalar(byte)))'" }
    let digits = String(byte, radix: 16)
    return "byte 0x" + (digits.count < 2 ? "0" : "") + digits
  }
}
