/// Names in the order in which people count: `h.2` before `h.10`, letters without regard to case first.
enum NaturalOrder {
  static func precedes(_ first: some Sequence<UInt8>, _ second: some Sequence<UInt8>) -> Bool {
    compare(Array(first), Array(second)) < 0
  }

  /// - Returns: negative, 0 where both are the same bytes, or positive.
  static func compare(_ first: [UInt8], _ second: [UInt8]) -> Int {
    var i = 0
    var j = 0
    while i < first.count, j < second.count {
      if isDigit(first[i]), isDigit(second[j]) {
        let result = compareNumbers(first, &i, second, &j)
        if result != 0 { return result }
        continue
      }
      let a = lowercased(first[i])
      let b = lowercased(second[j])
      if a != b { return Int(a) - Int(b) }
      i += 1
      j += 1
    }
    if first.count - i != second.count - j { return (first.count - i) - (second.count - j) }
    // The same but for case and leading zeros: any order, but always the same.
    return first == second ? 0 : first.lexicographicallyPrecedes(second) ? -1 : 1
  }

  /// The number that the bytes are in full; nil where they are not digits alone, or too many for a number.
  static func number(_ bytes: some Collection<UInt8>) -> Int? {
    guard !bytes.isEmpty, bytes.count <= 18, bytes.allSatisfy(isDigit) else { return nil }
    return bytes.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
  }

  /// Numbers of any length, without their leading zeros: the longer is the larger.
  private static func compareNumbers(
    _ first: [UInt8], _ i: inout Int, _ second: [UInt8], _ j: inout Int
  ) -> Int {
    let a = digits(first, &i)
    let b = digits(second, &j)
    if a.count != b.count { return a.count - b.count }
    for (x, y) in zip(first[a], second[b]) where x != y { return Int(x) - Int(y) }
    return 0
  }

  private static func digits(_ bytes: [UInt8], _ index: inout Int) -> Range<Int> {
    while index < bytes.count, bytes[index] == UInt8(ascii: "0") { index += 1 }
    let start = index
    while index < bytes.count, isDigit(bytes[index]) { index += 1 }
    return start..<index
  }

  static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

  /// Of the letters of ASCII; other bytes as they are.
  static func lowercased(_ byte: UInt8) -> UInt8 {
    byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte + 32 : byte
  }
}
