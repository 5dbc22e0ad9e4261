/// A line that begins a table, `[keys]` or `[keys.tensors]`.
///
/// Looked at before the text is read as TOML: the package that does so ends the process where something else than a
/// name follows the bracket.
enum Heading {
  static let expectation = "a name is expected after the bracket, as in [keys]"

  /// Also of a list in a list, which no setting takes.
  static func begins(_ line: String) -> Bool { rest(of: line)?.first == "[" }

  /// - Returns: the column, from 1, where neither a name begins nor the heading ends; nil where all is well.
  static func fault(in line: String) -> Int? {
    guard var rest = rest(of: line), rest.popFirst() == "[" else { return nil }
    if rest.first == "[" { rest.removeFirst() }
    // Blanks of any other kind are no blanks to TOML.
    rest = rest.drop { $0 == " " || $0 == "\t" }
    if let first = rest.first, first == "]" || first == "\"" || first == "'" || isBare(first) { return nil }
    return line.unicodeScalars.count - rest.count + 1
  }

  /// What stands after the blanks at its beginning; a mark of the order of bytes may stand before them.
  private static func rest(of line: String) -> Substring.UnicodeScalarView? {
    let rest = line.unicodeScalars.drop { $0.properties.isWhitespace || $0 == "\u{feff}" }
    return rest.isEmpty ? nil : rest
  }

  private static func isBare(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "-", "_": true
    default: false
    }
  }
}
