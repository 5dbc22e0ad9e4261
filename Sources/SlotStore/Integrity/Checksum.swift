import Crypto
import Tensors

/// MD5 of bytes as they stream by.
package struct Checksum {
  private var hash = Insecure.MD5()

  package init() {}

  package mutating func update(_ bytes: UnsafeRawBufferPointer) { hash.update(bufferPointer: bytes) }

  /// Lower-case hex.
  package func finalize() -> String { Self.hex(hash.finalize()) }

  /// Sixteen bytes as lower-case hex.
  static func hex(_ digest: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(unsafeUninitializedCapacity: 32) { out in
      for (index, byte) in digest.enumerated() {
        out[2 * index] = digits[Int(byte >> 4)]
        out[2 * index + 1] = digits[Int(byte & 15)]
      }
      return 32
    }
  }

  /// Reads `source` through in large blocks.
  ///
  /// - Parameter also: sees the bytes too, in order.
  /// - Throws: what the source throws, or `CancellationError`.
  package static func md5(
    of source: some ByteSource, progress: WorkProgress? = nil,
    also: (UnsafeRawBufferPointer) -> Void = { _ in }
  ) throws -> String {
    var checksum = Checksum()
    let block = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(1, min(1 << 20, source.byteCount)), alignment: 4096)
    defer { block.deallocate() }
    var offset = 0
    while offset < source.byteCount {
      try progress?.checkCancellation()
      let part = UnsafeMutableRawBufferPointer(
        rebasing: block[..<min(block.count, source.byteCount - offset)])
      try source.read(at: offset, into: part)
      checksum.update(UnsafeRawBufferPointer(part))
      also(UnsafeRawBufferPointer(part))
      progress?.advance(by: part.count)
      offset += part.count
    }
    return checksum.finalize()
  }
}
