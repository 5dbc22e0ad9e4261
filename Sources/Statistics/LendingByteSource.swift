import Tensors

/// A byte source whose bytes lie in memory and can be looked at where they are.
public protocol LendingByteSource: ByteSource {
  /// Calls `body` with the `count` bytes that start at `offset`; they are not to be used after it returns.
  ///
  /// - Precondition: `offset >= 0` and `offset + count <= byteCount`.
  func withBytes<R>(at offset: Int, count: Int, _ body: (UnsafeRawBufferPointer) throws -> R) throws -> R
}

extension ByteRegion: LendingByteSource {
  public func withBytes<R>(
    at offset: Int, count: Int, _ body: (UnsafeRawBufferPointer) throws -> R
  ) throws -> R {
    try withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[offset..<offset + count])) }
  }
}
