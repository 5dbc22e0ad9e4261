import Foundation

/// Immutable memory: owned, or a read-only mapping of a file. Nothing is copied when it is passed on.
///
/// `@unchecked Sendable` is safe: the memory is never written after `init`, and is freed or unmapped only when
/// the last reference goes.
public final class ByteRegion: ByteSource, @unchecked Sendable {
  private let memory: UnsafeRawBufferPointer
  private let release: @Sendable (UnsafeRawBufferPointer) -> Void

  /// Takes over memory that `release` will free.
  private init(
    _ memory: UnsafeRawBufferPointer, release: @escaping @Sendable (UnsafeRawBufferPointer) -> Void
  ) {
    self.memory = memory
    self.release = release
  }

  deinit { release(memory) }

  /// From here on memory is asked for in large pages, which cost a fraction of the page faults.
  private static let hugePageByteCount = 2 << 20

  /// New memory of `byteCount` bytes, 64-byte aligned, filled by `fill`.
  public convenience init(
    byteCount: Int, filledBy fill: (UnsafeMutableRawBufferPointer) throws -> Void
  ) rethrows {
    let isLarge = byteCount >= 2 * Self.hugePageByteCount
    let memory = UnsafeMutableRawBufferPointer.allocate(
      byteCount: byteCount, alignment: isLarge ? Self.hugePageByteCount : 64)
    if isLarge { madvise(memory.baseAddress, byteCount, MADV_HUGEPAGE) }
    do {
      try fill(memory)
    } catch {
      memory.deallocate()
      throw error
    }
    self.init(UnsafeRawBufferPointer(memory)) { UnsafeMutableRawBufferPointer(mutating: $0).deallocate() }
  }

  /// A copy of `bytes`.
  public convenience init(copying bytes: UnsafeRawBufferPointer) {
    self.init(byteCount: bytes.count) { $0.copyMemory(from: bytes) }
  }

  /// A copy of `values`' bytes in C order, for example of `[Float]`.
  public convenience init<T: BitwiseCopyable>(_ values: [T]) {
    self.init(byteCount: values.count * MemoryLayout<T>.stride) { memory in
      values.withUnsafeBytes { memory.copyMemory(from: $0) }
    }
  }

  /// Maps `byteCount` bytes of `file` from `offset`, which need not be on a page boundary.
  ///
  /// - Throws: `FileError.truncated` where the file was shorter than that when it was opened. A file that is
  ///   truncated *after* this raises SIGBUS when the pages are touched, as with any mapping.
  public static func mapping(_ file: OpenFile, from offset: Int, byteCount: Int) throws(FileError)
    -> ByteRegion
  {
    guard offset >= 0, byteCount >= 0, byteCount <= file.stamp.size - offset else {
      throw .truncated(path: file.path, expected: offset + byteCount, actual: file.stamp.size)
    }
    if byteCount == 0 { return ByteRegion(byteCount: 0) { _ in } }
    let page = 4096
    let lead = offset % page
    let mapped = mmap(nil, byteCount + lead, PROT_READ, MAP_PRIVATE, file.descriptor, off_t(offset - lead))
    guard let mapped, mapped != MAP_FAILED else { throw FileError("mmap", file.path) }
    return ByteRegion(UnsafeRawBufferPointer(start: mapped + lead, count: byteCount)) { memory in
      munmap(UnsafeMutableRawPointer(mutating: memory.baseAddress!) - lead, memory.count + lead)
    }
  }

  public var byteCount: Int { memory.count }

  public func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) {
    buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[offset..<offset + buffer.count]))
  }

  /// Lends the memory for the duration of `body`.
  public func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try body(memory)
  }
}
