import Foundation
import Synchronization
import Tensors

/// Reads pieces of weights on all cores and compares their digests.
struct PieceReader: Sendable {
  private let data: any ByteSource
  private let cuts: [Int]
  private let progress: WorkProgress?
  /// Pieces for one core at a time: small ones together.
  private let runs: [Range<Int>]

  private static let block = 1 << 20

  init(data: any ByteSource, cuts: [Int], progress: WorkProgress?) {
    self.data = data
    self.cuts = cuts
    self.progress = progress
    var runs: [Range<Int>] = []
    var first = 0
    for piece in 0..<max(0, cuts.count - 1) where cuts[piece + 1] - cuts[first] >= Digests.chunk {
      runs.append(first..<piece + 1)
      first = piece + 1
    }
    if first < cuts.count - 1 { runs.append(first..<cuts.count - 1) }
    self.runs = runs
  }

  /// - Returns: the numbers of the pieces, in order.
  /// - Throws: what the source throws, or `CancellationError`.
  func differing(from digests: Digests) throws -> [Int] {
    let found = Mutex<[Int]>([])
    let failure = Mutex<(any Error)?>(nil)
    let next = Atomic<Int>(0)
    let workers = min(runs.count, ProcessInfo.processInfo.activeProcessorCount)
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
      let digest = XXH3()
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.block, alignment: 4096)
      defer { buffer.deallocate() }
      while true {
        let run = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard run < runs.count, failure.withLock({ $0 == nil }) else { return }
        do {
          for piece in runs[run] where try self.digest(piece, digest, buffer) != digests.pieces[piece] {
            found.withLock { $0.append(piece) }
          }
        } catch {
          failure.withLock { $0 = $0 ?? error }
        }
      }
    }
    if let error = failure.withLock({ $0 }) { throw error }
    return found.withLock { $0.sorted() }
  }

  private func digest(_ piece: Int, _ digest: XXH3, _ buffer: UnsafeMutableRawBufferPointer) throws -> UInt64
  {
    var offset = cuts[piece]
    while offset < cuts[piece + 1] {
      try progress?.checkCancellation()
      let part = UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(cuts[piece + 1] - offset))
      try data.read(at: offset, into: part)
      digest.update(UnsafeRawBufferPointer(part))
      offset += part.count
      progress?.advance(by: part.count)
    }
    return digest.finish()
  }
}
