/// Walks over the Python dict literal of a header: just as much of Python as such a header needs.
///
/// The header is at most 10,000 bytes, and nothing here recurses.
struct HeaderScanner {
  private let bytes: [UInt8]
  private var position = 0

  /// - Parameter text: the decoded header; offsets in errors are of its UTF-8.
  init(_ text: String) { bytes = Array(text.utf8) }

  var malformed: NpyError { .malformedHeader(byteOffset: position) }

  /// Skips white space and takes `character` if it comes next.
  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard peek() == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  mutating func expect(_ character: Unicode.Scalar) throws(NpyError) {
    guard take(character) else { throw malformed }
  }

  mutating func expectEnd() throws(NpyError) {
    if peek() != nil { throw malformed }
  }

  /// Skips white space and tells what comes next; nil at the end.
  mutating func peek() -> UInt8? {
    while position < bytes.count, Self.isSpace(bytes[position]) { position += 1 }
    return position < bytes.count ? bytes[position] : nil
  }

  /// Whether a string comes next. Python 2 wrote `u` before those of characters.
  var isAtString: Bool {
    guard position < bytes.count else { return false }
    let isMarked = bytes[position] == UInt8(ascii: "u") && position + 1 < bytes.count
    return Self.isQuote(bytes[isMarked ? position + 1 : position])
  }

  /// A string in single or double quotes; escapes stay as they are written.
  mutating func string() throws(NpyError) -> String {
    guard peek() != nil, isAtString else { throw malformed }
    if bytes[position] == UInt8(ascii: "u") { position += 1 }
    let start = position + 1
    try skipString()
    return text(start..<position - 1)
  }

  /// Whatever value comes next (a string, word, number or bracketed list), as it is written.
  mutating func anyValue() throws(NpyError) -> String {
    guard let first = peek() else { throw malformed }
    let start = position
    if Self.isQuote(first) {
      try skipString()
    } else if Self.isOpening(first) {
      try skipBrackets()
    } else {
      while position < bytes.count, !Self.endsWord(bytes[position]) { position += 1 }
    }
    if position == start { throw malformed }
    return text(start..<position)
  }

  private mutating func skipString() throws(NpyError) {
    let quote = bytes[position]
    position += 1
    while position < bytes.count, bytes[position] != quote {
      if bytes[position] == UInt8(ascii: "\n") { throw malformed }
      position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
    }
    guard position < bytes.count else {
      position = bytes.count
      throw malformed
    }
    position += 1
  }

  private mutating func skipBrackets() throws(NpyError) {
    var depth = 0
    while let next = peek() {
      if Self.isQuote(next) {
        try skipString()
        continue
      }
      position += 1
      if Self.isOpening(next) { depth += 1 }
      if Self.isClosing(next) { depth -= 1 }
      if depth == 0 { return }
    }
    throw malformed
  }

  private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0d).contains(byte) && byte != 0x0b
  }
  private static func isQuote(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"")
  }
  private static func isOpening(_ byte: UInt8) -> Bool { [0x28, 0x5b, 0x7b].contains(byte) }
  private static func isClosing(_ byte: UInt8) -> Bool { [0x29, 0x5d, 0x7d].contains(byte) }
  private static func endsWord(_ byte: UInt8) -> Bool {
    isSpace(byte) || isQuote(byte) || isOpening(byte) || isClosing(byte)
      || [UInt8(ascii: ","), UInt8(ascii: ":")].contains(byte)
  }
}
