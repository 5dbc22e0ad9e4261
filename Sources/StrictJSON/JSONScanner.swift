/// Walks over a JSON text token by token, for those who know what they expect and want no tree of values.
///
/// Every call leaves `position` behind what it took. Nothing is allocated but the strings handed out.
package struct JSONScanner {
  package let bytes: UnsafeRawBufferPointer
  package internal(set) var position = 0
  let options: JSONOptions

  /// - Parameter bytes: must stay valid and unchanged while the scanner is used.
  package init(_ bytes: UnsafeRawBufferPointer, options: JSONOptions = JSONOptions()) {
    self.bytes = bytes
    self.options = options
  }

  /// Skips white space and tells the byte that comes next.
  ///
  /// - Throws: `.unexpectedEnd` where there is none.
  package mutating func peek() throws(JSONError) -> UInt8 {
    skipWhitespace()
    guard position < bytes.count else { throw JSONError(.unexpectedEnd, at: position) }
    return bytes[position]
  }

  /// Skips white space and takes `byte`, which must come next.
  package mutating func expect(_ byte: UInt8) throws(JSONError) {
    let next = try peek()
    guard next == byte else { throw JSONError(.unexpectedByte(next), at: position) }
    position += 1
  }

  /// Skips white space and takes `byte` if it comes next.
  package mutating func take(_ byte: UInt8) throws(JSONError) -> Bool {
    guard try peek() == byte else { return false }
    position += 1
    return true
  }

  /// Skips white space, after which the text must end.
  package mutating func expectEnd() throws(JSONError) {
    skipWhitespace()
    guard position == bytes.count else { throw JSONError(.trailingBytes, at: position) }
  }

  /// Takes the name of an object's next member and the colon; the caller then takes the value.
  ///
  /// - Parameter isFirst: whether the opening brace has just been taken, so that no comma is due.
  /// - Returns: the name and its offset; nil where the closing brace came, which is taken.
  package mutating func nextMember(isFirst: Bool) throws(JSONError) -> (name: String, offset: Int)? {
    if try take(.closeBrace) { return nil }
    if !isFirst { try expect(.comma) }
    _ = try peek()
    let offset = position
    let name = try string()
    try expect(.colon)
    return (name, offset)
  }

  mutating func skipWhitespace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x0a, 0x0d, 0x09: position += 1
      default: return
      }
    }
  }

  /// Takes the letters of `word`, which must come next.
  mutating func word(_ word: StaticString) throws(JSONError) {
    for index in 0..<word.utf8CodeUnitCount {
      guard position < bytes.count else { throw JSONError(.unexpectedEnd, at: position) }
      guard bytes[position] == word.utf8Start[index] else {
        throw JSONError(.unexpectedByte(bytes[position]), at: position)
      }
      position += 1
    }
  }
}

extension UInt8 {
  package static let openBrace = UInt8(ascii: "{")
  package static let closeBrace = UInt8(ascii: "}")
  package static let openBracket = UInt8(ascii: "[")
  package static let closeBracket = UInt8(ascii: "]")
  package static let comma = UInt8(ascii: ",")
  package static let colon = UInt8(ascii: ":")
  package static let quote = UInt8(ascii: "\"")
  package static let backslash = UInt8(ascii: "\\")
}
