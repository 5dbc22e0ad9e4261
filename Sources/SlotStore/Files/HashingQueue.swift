import Foundation
import Synchronization
import Tensors

/// MD5 of weights, and of the file that they come from where there is one.
struct Checksums {
  let weights: String
  let source: String?
}

/// Hashes chunks on threads of their own, weights on one and their source file on another, in the order in which they
/// come, over a fixed set of buffers.
final class HashingQueue: Sendable {
  /// `@unchecked Sendable` is safe: while a buffer is used by several sides, all only read it; it is filled again only
  /// when all have let it go.
  final class Buffer: @unchecked Sendable {
    let weights: UnsafeMutableRawBufferPointer
    /// Empty where there is no source file.
    let source: UnsafeMutableRawBufferPointer
    /// The writer's and the hashers' holds on it.
    fileprivate let holds = Atomic<Int>(0)

    fileprivate init(count: Int, hasSource: Bool) {
      weights = .allocate(byteCount: count, alignment: 4096)
      source = .allocate(byteCount: hasSource ? count : 0, alignment: 4096)
    }

    deinit {
      weights.deallocate()
      source.deallocate()
    }
  }

  /// One stream of bytes, hashed in order.
  private final class Stream: Sendable {
    private let queue: DispatchQueue
    private let checksum = Mutex(Checksum())

    init(_ name: String) { queue = DispatchQueue(label: "slotscope.md5.\(name)", qos: .userInitiated) }

    /// - Parameter done: called when the bytes are no longer needed.
    func update(_ bytes: UnsafeMutableRawBufferPointer, count: Int, done: @escaping @Sendable () -> Void) {
      // Safe: nobody writes to the bytes before `done` was called.
      nonisolated(unsafe) let bytes = UnsafeRawBufferPointer(rebasing: bytes[..<count])
      queue.async { [self] in
        checksum.withLock { $0.update(bytes) }
        done()
      }
    }

    /// Waits for all that was given.
    func finish() -> String { queue.sync { checksum.withLock { $0.finalize() } } }
  }

  private let weights = Stream("weights")
  private let source: Stream?
  private let free: Mutex<[Buffer]>
  private let available: DispatchSemaphore

  init(chunk: Int, hasSource: Bool, buffers: Int = 6) {
    source = hasSource ? Stream("source") : nil
    free = Mutex((0..<buffers).map { _ in Buffer(count: chunk, hasSource: hasSource) })
    available = DispatchSemaphore(value: 0)
    for _ in 0..<buffers { available.signal() }
  }

  func freeBuffer() -> Buffer {
    available.wait()
    let buffer = free.withLock { $0.removeLast() }
    buffer.holds.store(1, ordering: .relaxed)
    return buffer
  }

  /// - Parameters:
  ///   - count: how many bytes of the buffer come next of the weights.
  ///   - sourceCount: likewise of the source file.
  func hash(_ buffer: Buffer, weights count: Int, source sourceCount: Int) {
    buffer.holds.add(source == nil ? 1 : 2, ordering: .relaxed)
    weights.update(buffer.weights, count: count) { [self] in release(buffer) }
    source?.update(buffer.source, count: sourceCount) { [self] in release(buffer) }
  }

  func release(_ buffer: Buffer) {
    if buffer.holds.subtract(1, ordering: .acquiringAndReleasing).newValue > 0 { return }
    free.withLock { $0.append(buffer) }
    available.signal()
  }

  /// Waits for all that was given.
  func finish() -> Checksums { Checksums(weights: weights.finish(), source: source?.finish()) }
}
