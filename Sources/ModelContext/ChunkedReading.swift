import Foundation
import Synchronization
import Tensors

/// Reads all of a source into memory, chunk by chunk, by as many threads as the source allows.
///
/// `@unchecked Sendable` is safe: each chunk of the memory is written by the one thread that took its number, and
/// read after all are done.
final class ChunkedReading: @unchecked Sendable {
  /// Bytes between two looks at the progress.
  private static let chunkByteCount = 1 << 20

  private let source: any ByteSource
  private let memory: UnsafeMutableRawBufferPointer
  private let progress: WorkProgress?
  private let next = Atomic<Int>(0)
  private let failure = Mutex<(any Error)?>(nil)

  /// - Precondition: `memory` has the source's number of bytes.
  init(source: any ByteSource, memory: UnsafeMutableRawBufferPointer, progress: WorkProgress?) {
    self.source = source
    self.memory = memory
    self.progress = progress
  }

  /// - Throws: the first error of the source, or `CancellationError`.
  func run() throws {
    let chunks = (memory.count + Self.chunkByteCount - 1) / Self.chunkByteCount
    if source.isSequential || chunks < 2 {
      readOn(chunks)
    } else {
      let threads = min(chunks, ProcessInfo.processInfo.activeProcessorCount)
      DispatchQueue.concurrentPerform(iterations: threads) { _ in readOn(chunks) }
    }
    if let error = failure.withLock({ $0 }) { throw error }
  }

  /// Takes one chunk after the other until none is left or something failed.
  private func readOn(_ chunks: Int) {
    do {
      while failure.withLock({ $0 == nil }) {
        try progress?.checkCancellation()
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < chunks else { return }
        let start = index * Self.chunkByteCount
        let part = memory[start..<min(memory.count, start + Self.chunkByteCount)]
        try source.read(at: start, into: UnsafeMutableRawBufferPointer(rebasing: part))
        progress?.advance(by: part.count)
      }
    } catch {
      failure.withLock { $0 = $0 ?? error }
    }
  }
}
