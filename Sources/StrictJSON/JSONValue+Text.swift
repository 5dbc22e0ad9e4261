extension JSONValue {
  /// How to write numbers that JSON has no literal for.
  public enum NonFiniteStyle: Sendable {
    /// `NaN`, `Infinity`, `-Infinity`, which Python's json module reads.
    case python
    /// `null`: strict JSON.
    case null
  }

  /// The value as JSON in one line without spaces: `{"a":1}`.
  ///
  /// Control characters, C1 and bidi marks included, are written as escapes, so that the text is safe to
  /// print; anything else stands as it is, in UTF-8.
  public func text(nonFiniteAs style: NonFiniteStyle = .python) -> String {
    var output: [UInt8] = []
    write(to: &output, nonFiniteAs: style)
    return String(decoding: output, as: UTF8.self)
  }

  private func write(to output: inout [UInt8], nonFiniteAs style: NonFiniteStyle) {
    switch self {
    case .null: output += "null".utf8
    case .bool(let value): output += (value ? "true" : "false").utf8
    case .number(let literal):
      let isFinite = !literal.hasSuffix("Infinity") && literal != "NaN"
      output += (isFinite || style == .python ? literal : "null").utf8
    case .string(let value): Self.write(string: value, to: &output)
    case .array(let elements):
      output.append(.openBracket)
      for (index, element) in elements.enumerated() {
        if index > 0 { output.append(.comma) }
        element.write(to: &output, nonFiniteAs: style)
      }
      output.append(.closeBracket)
    case .object(let members):
      output.append(.openBrace)
      for (index, member) in members.enumerated() {
        if index > 0 { output.append(.comma) }
        Self.write(string: member.name, to: &output)
        output.append(.colon)
        member.value.write(to: &output, nonFiniteAs: style)
      }
      output.append(.closeBrace)
    }
  }

  private static func write(string: String, to output: inout [UInt8]) {
    output.append(.quote)
    defer { output.append(.quote) }
    if string.utf8.allSatisfy({ (0x20...0x7e).contains($0) && $0 != .quote && $0 != .backslash }) {
      output += string.utf8
      return
    }
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": output += #"\""#.utf8
      case "\\": output += #"\\"#.utf8
      case "\n": output += #"\n"#.utf8
      case "\r": output += #"\r"#.utf8
      case "\t": output += #"\t"#.utf8
      case "\0"..<" ", "\u{7f}"..."\u{9f}", "\u{200e}", "\u{200f}", "\u{2028}"..."\u{202e}",
        "\u{2066}"..."\u{2069}":
        let digits = String(scalar.value, radix: 16)
        output += "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8
      default: output += String(scalar).utf8
      }
    }
  }
}
