/// Reads the parts of a pickle's instructions; nothing is taken from beyond the end.
struct PickleCursor {
  private let bytes: [UInt8]
  private(set) var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var remaining: Int { bytes.count - position }

  mutating func byte() throws(TorchError) -> UInt8 {
    guard position < bytes.count else { throw .pickleTruncated }
    defer { position += 1 }
    return bytes[position]
  }

  /// An unsigned integer of so many bytes, little-endian.
  mutating func unsigned(_ byteCount: Int) throws(TorchError) -> UInt64 {
    guard byteCount <= remaining else { throw .pickleTruncated }
    var value: UInt64 = 0
    for index in (0..<byteCount).reversed() { value = value << 8 | UInt64(bytes[position + index]) }
    position += byteCount
    return value
  }

  /// A count of bytes that follow, in so many bytes; they are known to be there.
  mutating func count(_ byteCount: Int) throws(TorchError) -> Int {
    let count = try unsigned(byteCount)
    guard count <= UInt64(remaining) else { throw .pickleTruncated }
    return Int(count)
  }

  mutating func skip(_ count: Int) { position += count }

  /// `count` bytes, which are known to be there.
  mutating func text(_ count: Int) throws(TorchError) -> String {
    let start = position
    guard let text = String(validating: bytes[start..<start + count], as: UTF8.self) else {
      throw .textNotUTF8(offset: start)
    }
    position += count
    return text
  }

  /// Text up to a newline.
  mutating func line() throws(TorchError) -> String {
    guard let end = bytes[position...].firstIndex(of: 0x0a) else { throw .pickleTruncated }
    let text = try text(end - position)
    position += 1
    return text
  }

  /// A signed integer of any length, little-endian.
  mutating func long(_ count: Int) -> PickleValue {
    defer { position += count }
    let isNegative = count > 0 && bytes[position + count - 1] >= 0x80
    let fill: UInt8 = isNegative ? 0xff : 0
    var value = isNegative ? UInt64.max : 0
    for index in (0..<count).reversed() {
      let byte = bytes[position + index]
      if index >= 8 {
        if byte != fill { return .hugeInteger }
      } else {
        value = value << 8 | UInt64(byte)
      }
    }
    let signed = Int64(bitPattern: value)
    return (signed < 0) == isNegative ? .integer(signed) : .hugeInteger
  }
}
