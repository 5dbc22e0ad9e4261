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
    guard let text = try validText(length, part) else { throw GGUFError.notUTF8(part) }
    return text
  }

  /// Likewise; nil where it is not UTF-8.
  mutating func validText(_ length: UInt64, _ part: GGUFPart) throws -> String? {
    let start = try load(Int(length), part)
    return String(validating: window[start..<start + Int(length)], as: UTF8.self)
  }

  /// Passes over bytes of which so many are left.
  mutating func skip(_ count: UInt64) throws {
    guard count <= UInt64(max(0, GGUFFormat.maximumHeaderByteCount - position)) else {
      throw GGUFError.headerTooLong
    }
    position += Int(count)
  }

  /// Passes over strings, most of them without leaving the window.
  mutating func skipStrings(_ count: UInt64, _ part: GGUFPart) throws {
    var left = count
    while left > 0 {
      try fill(MemoryLayout<UInt64>.size, part)
      var place = position - windowStart
      window.withUnsafeBytes { window in
        while left > 0, place + 8 <= window.count {
          let length = UInt64(littleEndian: window.loadUnaligned(fromByteOffset: place, as: UInt64.self))
          if length > UInt64(window.count - place - 8) { break }
          place += 8 + Int(length)
          left -= 1
        }
      }
      position = windowStart + place
      if left > 0 {
        try skip(length(part))
        left -= 1
      }
    }
  }

  /// Passes over bools.
  ///
  /// - Returns: a byte that is none, where there is one.
  mutating func skipBools(_ count: UInt64, _ part: GGUFPart) throws -> UInt8? {
    var left = count
    while left > 0 {
      try fill(1, part)
      let start = position - windowStart
      let end = start + Int(min(left, UInt64(window.count - start)))
      let bad = window.withUnsafeBytes { window in window[start..<end].first { $0 > 1 } }
      if let bad { return bad }
      position = windowStart + end
      left -= UInt64(end - start)
    }
    return nil
  }

  /// Passes `count` bytes.
  ///
  /// - Returns: where they begin in the window.
  private mutating func load(_ count: Int, _ part: GGUFPart) throws -> Int {
    try fill(count, part)
    defer { position += count }
    return position - windowStart
  }

  /// Makes the window hold the next `count` bytes.
  private mutating func fill(_ count: Int, _ part: GGUFPart) throws {
    guard count <= bytesLeft else { throw GGUFError.truncated(inside: part) }
    guard count <= GGUFFormat.maximumHeaderByteCount - position else { throw GGUFError.headerTooLong }
    if position >= windowStart, position + count <= windowStart + window.count { return }
    var bytes = [UInt8](repeating: 0, count: min(Self.windowByteCount, bytesLeft))
    try bytes.withUnsafeMutableBytes { try file.read(at: position, into: $0) }
    window = bytes
    windowStart = position
  }
}
