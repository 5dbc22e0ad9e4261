import Foundation
import ModelContext
import Npy
import Synchronization
import Tensors

/// Weights on the disk that have no place yet.
struct StagedWeights {
  let file: StagedFile
  /// MD5 of the data.
  let checksum: String
  let digests: Digests
}

extension WeightFiles {
  /// Writes a plan's weights as a staged .npy file, hashing on the way, and brings it to the disk.
  ///
  /// Memory stays bounded by a few chunks: while one is being hashed, the next is generated or read and written.
  ///
  func stage(_ plan: ContextPlan, progress: WorkProgress?) throws -> StagedWeights {
    let header = NpyHeader.encode(dtype: plan.layout.dtype, shape: plan.layout.shape)
    if let free = freeBytes, plan.layout.byteCount + header.count > free {
      throw StoreError.noSpace(path: directory, needed: plan.layout.byteCount + header.count, free: free)
    }
    let file = try StagedFile(in: self)
    progress?.begin(total: plan.layout.byteCount)
    try header.withUnsafeBytes { try file.write($0) }
    var digester = PieceDigester(
      cuts: Digests.cuts(byteCount: plan.layout.byteCount, tensors: plan.layout.tensors))
    let checksum =
      plan.layout.byteCount <= Self.chunk
      ? try writeSmall(plan.bytes, to: file, &digester, progress)
      : try writeLarge(plan.bytes, to: file, headerCount: header.count, &digester, progress)
    try progress?.checkCancellation()
    return StagedWeights(file: file, checksum: checksum, digests: digester.finish())
  }

  private static let chunk = 2 << 20
  private static let writeback = 4 << 20

  private func writeSmall(
    _ source: any ByteSource, to file: StagedFile, _ digester: inout PieceDigester, _ progress: WorkProgress?
  ) throws -> String {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, source.byteCount), alignment: 64)
    defer { buffer.deallocate() }
    try progress?.checkCancellation()
    let bytes = UnsafeMutableRawBufferPointer(rebasing: buffer[..<source.byteCount])
    try source.read(at: 0, into: bytes)
    var checksum = Checksum()
    checksum.update(UnsafeRawBufferPointer(bytes))
    digester.update(UnsafeRawBufferPointer(bytes))
    try file.write(UnsafeRawBufferPointer(bytes))
    progress?.advance(by: bytes.count)
    try file.sync(nil)
    return checksum.finalize()
  }

  private func writeLarge(
    _ source: any ByteSource, to file: StagedFile, headerCount: Int, _ digester: inout PieceDigester,
    _ progress: WorkProgress?
  ) throws -> String {
    let hasher = HashingQueue(chunk: Self.chunk)
    var offset = 0
    while offset < source.byteCount {
      try progress?.checkCancellation()
      let buffer = hasher.freeBuffer()
      let part = UnsafeMutableRawBufferPointer(
        rebasing: buffer.memory[..<min(Self.chunk, source.byteCount - offset)])
      do {
        try source.read(at: offset, into: part)
        hasher.hash(buffer, count: part.count)
        digester.update(UnsafeRawBufferPointer(part))
        try file.write(UnsafeRawBufferPointer(part))
      } catch {
        _ = hasher.finish()
        throw error
      }
      hasher.release(buffer)
      offset += part.count
      progress?.advance(by: part.count)
      if offset % Self.writeback == 0 {
        file.beginWriteback(from: headerCount + offset - Self.writeback, count: Self.writeback)
      }
    }
    // What is still to be hashed is, while the disk works.
    let synced = Result { try file.sync(progress) }
    let checksum = hasher.finish()
    try synced.get()
    return checksum
  }
}

/// Hashes chunks on a thread of its own, in the order in which they come, over a fixed set of buffers.
private final class HashingQueue: Sendable {
  /// `@unchecked Sendable` is safe: while a buffer is used by both sides, both only read it; it is filled again only
  /// when both have let it go.
  final class Buffer: @unchecked Sendable {
    let memory: UnsafeMutableRawBufferPointer
    /// The writer's and the hasher's hold on it.
    let holds = Atomic<Int>(0)

    init(count: Int) { memory = .allocate(byteCount: count, alignment: 4096) }
    deinit { memory.deallocate() }
  }

  private let queue = DispatchQueue(label: "slotscope.md5", qos: .userInitiated)
  private let free: Mutex<[Buffer]>
  private let available: DispatchSemaphore
  private let checksum = Mutex(Checksum())

  init(chunk: Int, buffers: Int = 6) {
    free = Mutex((0..<buffers).map { _ in Buffer(count: chunk) })
    available = DispatchSemaphore(value: 0)
    for _ in 0..<buffers { available.signal() }
  }

  func freeBuffer() -> Buffer {
    available.wait()
    let buffer = free.withLock { $0.removeLast() }
    buffer.holds.store(1, ordering: .relaxed)
    return buffer
  }

  func hash(_ buffer: Buffer, count: Int) {
    buffer.holds.add(1, ordering: .relaxed)
    queue.async { [self] in
      checksum.withLock { $0.update(UnsafeRawBufferPointer(rebasing: buffer.memory[..<count])) }
      release(buffer)
    }
  }

  func release(_ buffer: Buffer) {
    if buffer.holds.subtract(1, ordering: .acquiringAndReleasing).newValue > 0 { return }
    free.withLock { $0.append(buffer) }
    available.signal()
  }

  /// Waits for all that was given.
  func finish() -> String {
    queue.sync { checksum.withLock { $0.finalize() } }
  }
}
