extension JSONScanner {
  /// Skips white space and takes a string.
  package mutating func string() throws(JSONError) -> String {
    try expect(.quote)
    let start = position
    var isASCII = true
    while position < bytes.count {
      let byte = bytes[position]
      if byte == .quote {
        let text = try decode(start..<position, isASCII: isASCII)
        position += 1
        return text
      }
      if byte == .backslash { return try escapedString(from: start) }
      if byte < 0x20 { throw JSONError(.controlCharacter(byte), at: position) }
      if byte >= 0x80 { isASCII = false }
      position += 1
    }
    throw JSONError(.unexpectedEnd, at: position)
  }

  /// The rest of a string that has escapes: the bytes between them are copied run by run.
  private mutating func escapedString(from start: Int) throws(JSONError) -> String {
    var text = try decode(start..<position, isASCII: false)
    var run = position
    while position < bytes.count {
      let byte = bytes[position]
      if byte == .quote || byte == .backslash {
        if run < position { text += try decode(run..<position, isASCII: false) }
        position += 1
        if byte == .quote { return text }
        text.unicodeScalars.append(try escape())
        run = position
      } else if byte < 0x20 {
        throw JSONError(.controlCharacter(byte), at: position)
      } else {
        position += 1
      }
    }
    throw JSONError(.unexpectedEnd, at: position)
  }

  /// What follows a backslash.
  private mutating func escape() throws(JSONError) -> Unicode.Scalar {
    let start = position - 1
    guard position < bytes.count else { throw JSONError(.unexpectedEnd, at: position) }
    let letter = bytes[position]
    position += 1
    switch letter {
    case .quote, .backslash, UInt8(ascii: "/"): return Unicode.Scalar(letter)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): break
    default: throw JSONError(.invalidEscape, at: start)
    }
    let high = try hexDigits(escapeAt: start)
    if let scalar = Unicode.Scalar(high) { return scalar }
    guard high < 0xdc00, position + 1 < bytes.count, bytes[position] == .backslash,
      bytes[position + 1] == UInt8(ascii: "u")
    else { throw JSONError(.loneSurrogate, at: start) }
    position += 2
    let low = try hexDigits(escapeAt: position - 2)
    guard (0xdc00...0xdfff).contains(low),
      let scalar = Unicode.Scalar(0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00))
    else { throw JSONError(.loneSurrogate, at: start) }
    return scalar
  }

  private mutating func hexDigits(escapeAt start: Int) throws(JSONError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard position < bytes.count else { throw JSONError(.unexpectedEnd, at: position) }
      switch bytes[position] {
      case let digit where (0x30...0x39).contains(digit): value = value << 4 | UInt32(digit - 0x30)
      case let digit where (0x41...0x46).contains(digit): value = value << 4 | UInt32(digit - 0x41 + 10)
      case let digit where (0x61...0x66).contains(digit): value = value << 4 | UInt32(digit - 0x61 + 10)
      default: throw JSONError(.invalidEscape, at: start)
      }
      position += 1
    }
    return value
  }

  private func decode(_ range: Range<Int>, isASCII: Bool) throws(JSONError) -> String {
    let part = UnsafeRawBufferPointer(rebasing: bytes[range])
    if isASCII { return String(decoding: part, as: UTF8.self) }
    if let text = String(validating: part, as: UTF8.self) { return text }
    throw JSONError(.invalidUTF8, at: range.lowerBound + Self.validPrefix(of: part))
  }

  /// How many bytes come before the first that is not UTF-8.
  private static func validPrefix(of bytes: UnsafeRawBufferPointer) -> Int {
    var parser = Unicode.UTF8.ForwardParser()
    var rest = bytes.makeIterator()
    var count = 0
    while case .valid(let scalar) = parser.parseScalar(from: &rest) { count += scalar.count }
    return count
  }
}
