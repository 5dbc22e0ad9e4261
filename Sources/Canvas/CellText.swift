/// The text of one cell, without a heap behind it: a grid of thousands of cells is made, compared and thrown away with
/// every frame.
public struct CellText: Sendable, Hashable {
  /// UTF-8, from the lowest byte of `low` on; zero where the text has ended. One scalar and three marks always fit.
  private var low: UInt64 = 0
  private var high: UInt64 = 0
  private static let capacity = 16

  static let space = CellText(ascii: 0x20)
  static let empty = CellText()

  private init() {}

  /// - Precondition: it is a printable character of ASCII.
  init(ascii byte: UInt8) { low = UInt64(byte) }

  init(_ scalar: Unicode.Scalar) { append(scalar) }

  /// As many whole scalars of a text as there is room for.
  init(_ text: String) {
    for scalar in text.unicodeScalars where !append(scalar) { return }
  }

  /// - Returns: false where there is no room for it.
  @discardableResult
  mutating func append(_ scalar: Unicode.Scalar) -> Bool {
    guard let bytes = UTF8.encode(scalar), count + bytes.count <= Self.capacity else { return false }
    var place = count
    for byte in bytes {
      if place < 8 {
        low |= UInt64(byte) << UInt64(8 * place)
      } else {
        high |= UInt64(byte) << UInt64(8 * (place - 8))
      }
      place += 1
    }
    return true
  }

  /// Bytes of its UTF-8.
  public var count: Int {
    high == 0 ? 8 - low.leadingZeroBitCount / 8 : Self.capacity - high.leadingZeroBitCount / 8
  }

  /// Whether it is one character of ASCII, or nothing.
  public var isASCII: Bool { low < 0x80 && high == 0 }

  /// Calls `body` with one byte after the other.
  public func forEachByte(_ body: (UInt8) -> Void) {
    var rest = low
    while rest != 0 {
      body(UInt8(truncatingIfNeeded: rest))
      rest >>= 8
    }
    rest = high
    while rest != 0 {
      body(UInt8(truncatingIfNeeded: rest))
      rest >>= 8
    }
  }

  public var string: String {
    String(unsafeUninitializedCapacity: Self.capacity) { buffer in
      var count = 0
      forEachByte { byte in
        buffer[count] = byte
        count += 1
      }
      return count
    }
  }
}
