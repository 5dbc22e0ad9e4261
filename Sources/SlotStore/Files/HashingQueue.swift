import Foundation
import Synchronization
import Tensors

/// MD5 of weights, and of the file that they come from where there is one.
struct Checksums {
  let weights: String
  let source: String?
}

/// Hashes chunks on a thread of its own, in the order in which they come, over a fixed set of buffers.
final class HashingQueue: Sendable {
  /// `@unchecked Sendable` is safe: while a buffer is used by both sides, both only read it; it is filled again only
  /// when both have let it go.
  final class Buffer: @unchecked Sendable {
    let weights: UnsafeMutableRawBufferPointer
    /// Empty where there is no source file.
    let source: UnsafeMutableRawBufferPointer
    /// The writer's and the hasher's hold on it.
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

  fileprivate enum Hashes {
    case weights(Checksum)
    case both(PairedChecksum)
  }

  private let queue = DispatchQueue(label: "slotscope.md5", qos: .userInitiated)
  private let free: Mutex<[Buffer]>
  private let available: DispatchSemaphore
  private let hashes: Mutex<Hashes>

  init(chunk: Int, hasSource: Bool, buffers: Int = 6) {
    free = Mutex((0..<buffers).map { _ in Buffer(count: chunk, hasSource: hasSource) })
    hashes = Mutex(hasSource ? .both(PairedChecksum()) : .weights(Checksum()))
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
    buffer.holds.add(1, ordering: .relaxed)
    queue.async { [self] in
      let weights = UnsafeRawBufferPointer(rebasing: buffer.weights[..<count])
      let source = UnsafeRawBufferPointer(rebasing: buffer.source[..<sourceCount])
      hashes.withLock { $0.update(weights, source) }
      release(buffer)
    }
  }

  func release(_ buffer: Buffer) {
    if buffer.holds.subtract(1, ordering: .acquiringAndReleasing).newValue > 0 { return }
    free.withLock { $0.append(buffer) }
    available.signal()
  }

  /// Waits for all that was given.
  func finish() -> Checksums {
    queue.sync { hashes.withLock { $0.checksums } }
  }
}

extension HashingQueue.Hashes {
  fileprivate mutating func update(_ weights: UnsafeRawBufferPointer, _ source: UnsafeRawBufferPointer) {
    switch self {
    case .weights(var checksum):
      checksum.update(weights)
      self = .weights(checksum)
    case .both(var pair):
      pair.update(weights, source)
      self = .both(pair)
    }
  }

  fileprivate var checksums: Checksums {
    switch self {
    case .weights(let checksum): return Checksums(weights: checksum.finalize(), source: nil)
    case .both(let pair):
      let (weights, source) = pair.finalize()
      return Checksums(weights: weights, source: source)
    }
  }
}
