extension JSONScanner {
  /// Skips white space and takes a number.
  ///
  /// - Returns: the literal as written.
  package mutating func number() throws(JSONError) -> String {
    let first = try peek()
    let start = position
    if first == UInt8(ascii: "N") {
      try word("NaN")
      return try nonFinite("NaN", from: start)
    }
    if first == UInt8(ascii: "-") { position += 1 }
    if position < bytes.count, bytes[position] == UInt8(ascii: "I") {
      try word("Infinity")
      return try nonFinite(start + 8 < position ? "-Infinity" : "Infinity", from: start)
    }
    try integerPart(from: start)
    if takeIfNext(".") { try digits(from: start) }
    if takeIfNext("e") || takeIfNext("E") {
      _ = takeIfNext("+") || takeIfNext("-")
      try digits(from: start)
    }
    return String(decoding: UnsafeRawBufferPointer(rebasing: bytes[start..<position]), as: UTF8.self)
  }

  /// Skips white space and takes an integer from 0 up, without a string being made of it.
  ///
  /// - Returns: nil, and nothing is certain of the position, where something else comes or it does not fit an `Int`.
  package mutating func naturalNumber() throws(JSONError) -> Int? {
    guard Self.isDigit(try peek()) else { return nil }
    let start = position
    try integerPart(from: start)
    var number = 0
    for byte in bytes[start..<position] {
      let (tens, overflow) = number.multipliedReportingOverflow(by: 10)
      let (next, overflow2) = tens.addingReportingOverflow(Int(byte - UInt8(ascii: "0")))
      if overflow || overflow2 { return nil }
      number = next
    }
    if position < bytes.count, [".", "e", "E"].contains(Unicode.Scalar(bytes[position])) { return nil }
    return number
  }

  private mutating func integerPart(from start: Int) throws(JSONError) {
    guard takeIfNext("0") else { return try digits(from: start) }
    if position < bytes.count, Self.isDigit(bytes[position]) { throw JSONError(.leadingZero, at: start) }
  }

  /// One digit or more.
  private mutating func digits(from start: Int) throws(JSONError) {
    guard position < bytes.count else { throw JSONError(.unexpectedEnd, at: position) }
    guard Self.isDigit(bytes[position]) else { throw JSONError(.invalidNumber, at: start) }
    while position < bytes.count, Self.isDigit(bytes[position]) { position += 1 }
  }

  private mutating func takeIfNext(_ character: Unicode.Scalar) -> Bool {
    guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private func nonFinite(_ literal: String, from start: Int) throws(JSONError) -> String {
    guard options.allowsNonFiniteNumbers else { throw JSONError(.nonFiniteNumber, at: start) }
    return literal
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
