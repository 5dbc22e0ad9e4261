import Tensors

/// Walks over the pairs and tensor infos of a GGUF file.
///
/// What is passed goes through a window of 64 KiB: memory does not depend on the file.
struct GGUFCursor {
  private let file: any ByteSource
  private(set) var position: Int
  private var window: [UInt8] = []
  private var windowStart = 0

  /// The longest string that is ever handed out fits.
  private static let windowByteCount = max(GGUFFormat.maximumStringByteCount, GGUFFormat.maximumKeyByteCount)

  init(_ file: any ByteSource, from position: Int) {
    self.file = file
    self.position = position
  }

  var bytesLeft: Int { file.byteCount - position }

  /// - Returns: false where less than `count` elements of at least `size` bytes are left.
  func canHold(_ count: UInt64, of size: Int) -> Bool { count <= UInt64(bytesLeft / size) }

  mutating func integer<T: FixedWidthInteger>(_ part: GGUFPart) throws -> T {
    let start = try load(MemoryLayout<T>.size, part)
    return window.withUnsafeBytes { T(littleEndian: $0.loadUnaligned(fromByteOffset: start, as: T.self)) }
  }

  /// The length of a string, of which so much is left.
  mutating func length(_ part: GGUFPart) throws -> UInt64 {
    let length: UInt64 = try integer(part)
    guard length <= UInt64(bytesLeft) else {
      throw GGUFError.stringTooLong(part, byteCount: length, left: bytesLeft)
    }
    return length
  }

  /// A string of a length that `length` has given.
  ///
  /// - Precondition: it is at most `maximumStringByteCount`.
  mutating func text(_ length: UInt64, _ part: GGUFPart) throws -> String {
    let start = try load(Int(length), part)
    guard let text = String(validating: window[start..<start + Int(length)], as: UTF8.self) else {
      throw GGUFError.notUTF8(part)
    }
    return text
  }

  /// Passes over bytes of which so many are left.
  mutating func skip(_ count: UInt64) throws {
    guard count <= UInt64(GGUFFormat.maximumHeaderByteCount - position) else { throw GGUFError.headerTooLong }
    position += Int(count)
  }

  /// Passes `count` bytes.
  ///
  /// - Returns: where they begin in the window.
  private mutating func load(_ count: Int, _ part: GGUFPart) throws -> Int {
    guard count <= bytesLeft else { throw GGUFError.truncated(inside: part) }
    guard count <= GGUFFormat.maximumHeaderByteCount - position else { throw GGUFError.headerTooLong }
    if position < windowStart || position + count > windowStart + window.count {
      var bytes = [UInt8](repeating: 0, count: min(Self.windowByteCount, bytesLeft))
      try bytes.withUnsafeMutableBytes { try file.read(at: position, into: $0) }
      window = bytes
      windowStart = position
    }
    defer { position += count }
    return position - windowStart
  }
}
