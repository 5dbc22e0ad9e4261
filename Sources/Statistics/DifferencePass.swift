import CKernels
import Foundation
import Synchronization
import Tensors

/// Two tensors of the same number of elements, each in its own source.
public struct SegmentPair: Sendable, Hashable {
  public let a: TensorSegment
  public let b: TensorSegment

  /// - Precondition: both have the same number of elements.
  public init(a: TensorSegment, b: TensorSegment) {
    precondition(a.elementCount == b.elementCount, "only arrays of the same number of elements have pairs")
    self.a = a
    self.b = b
  }
}

/// Compares pairs of segments of two byte sources, of any dtypes, value by value.
///
/// Both are read in chunks of at most 1 MiB by several threads, in the order of the pairs, or looked at in place where
/// a source lends its memory; memory stays bounded whatever the size. Results depend on the data alone, not on threads
/// or processor.
///
/// All methods block, and use the caller's thread too: not for the main actor or the cooperative pool.
public struct DifferencePass: Sendable {
  private let pairs: [SegmentPair]
  private let a: any ByteSource
  private let b: any ByteSource
  private let threads: Int

  /// - Parameter threads: at most so many; by default as many as there are processors.
  public init(
    pairs: [SegmentPair], a: any ByteSource, b: any ByteSource,
    threads: Int = ProcessInfo.processInfo.activeProcessorCount
  ) {
    self.pairs = pairs
    self.a = a
    self.b = b
    self.threads = max(1, threads)
  }

  /// Compares all pairs.
  ///
  /// - Parameters:
  ///   - progress: told of the bytes of both; cancelling it ends the work at the next chunk.
  ///   - each: hears of a pair by its number as soon as it is known, never of two at the same time, from any thread.
  /// - Throws: `StatisticsError.segmentOutOfRange`, what the sources throw, `CancellationError`.
  public func run(
    progress: WorkProgress? = nil, each: @escaping @Sendable (_ pair: Int, ValueDifference) -> Void
  ) throws {
    let plan = try PairPlan(pairs, available: (a.byteCount, b.byteCount))
    progress?.begin(total: plan.byteCount)
    for pair in pairs.indices where plan.chunks(of: pair).isEmpty {
      each(pair, ValueDifference(SlotscopeDifference()))
    }
    let results = PairResults(plan)
    let queue = ChunkQueue(count: plan.chunkCount)
    let run = { @Sendable (_: Int) in
      do {
        try progress?.checkCancellation()
        let fromA = ChunkBytes(a)
        let fromB = ChunkBytes(b)
        while let index = queue.take() {
          let chunk = plan[index]
          try results.set(index, compare(chunk, fromA, fromB))
          progress?.advance(by: chunk.byteCount)
          results.finish(chunk.pair, each)
          try progress?.checkCancellation()
        }
      } catch {
        queue.fail(error)
      }
    }
    let workers = min(threads, plan.chunkCount)
    if workers <= 1 {
      run(0)
    } else {
      DispatchQueue.concurrentPerform(iterations: workers, execute: run)
    }
    try queue.throwFailure()
  }

  private func compare(_ chunk: PairPlan.Chunk, _ a: ChunkBytes, _ b: ChunkBytes) throws
    -> SlotscopeDifference
  {
    let pair = pairs[chunk.pair]
    var made = SlotscopeDifference()
    try a.withBytes(at: pair.a.byteOffset + chunk.a.lowerBound, count: chunk.a.count) { first in
      try b.withBytes(at: pair.b.byteOffset + chunk.b.lowerBound, count: chunk.b.count) { second in
        slotscope_difference(
          pair.a.dtype.kernel, first.baseAddress, pair.b.dtype.kernel, second.baseAddress,
          chunk.elementCount, UInt64(chunk.firstElement), &made)
      }
    }
    return made
  }
}

/// Pairs cut into chunks; the cuts depend on the pairs alone.
private struct PairPlan: Sendable {
  struct Chunk {
    let pair: Int
    let firstElement: Int
    let elementCount: Int
    /// In bytes of the segment.
    let a: Range<Int>
    let b: Range<Int>

    var byteCount: Int { a.count + b.count }
  }

  private let pairs: [SegmentPair]
  /// Number of chunks before each pair, and of all.
  private let firstChunks: [Int]
  let byteCount: Int

  var pairCount: Int { pairs.count }
  var chunkCount: Int { firstChunks[pairs.count] }

  /// - Throws: `StatisticsError.segmentOutOfRange`.
  init(_ pairs: [SegmentPair], available: (a: Int, b: Int)) throws(StatisticsError) {
    var firstChunks = [0]
    var chunks = 0
    var bytes = 0
    for pair in pairs {
      bytes += try pair.a.byteCount(within: available.a) + pair.b.byteCount(within: available.b)
      let capacity = Self.capacity(pair)
      chunks += (pair.a.elementCount + capacity - 1) / capacity
      firstChunks.append(chunks)
    }
    self.pairs = pairs
    self.firstChunks = firstChunks
    byteCount = bytes
  }

  func chunks(of pair: Int) -> Range<Int> { firstChunks[pair]..<firstChunks[pair + 1] }

  subscript(index: Int) -> Chunk {
    // The last pair that begins at or before the chunk; empty ones lie before it.
    var low = 0
    var high = pairs.count
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if firstChunks[middle] <= index { low = middle } else { high = middle }
    }
    let pair = pairs[low]
    let capacity = Self.capacity(pair)
    let first = (index - firstChunks[low]) * capacity
    let count = min(capacity, pair.a.elementCount - first)
    func bytes(_ dtype: DType) -> Range<Int> {
      let start = first / dtype.elementsPerBlock * dtype.bytesPerBlock
      return start..<start + count / dtype.elementsPerBlock * dtype.bytesPerBlock
    }
    return Chunk(
      pair: low, firstElement: first, elementCount: count, a: bytes(pair.a.dtype), b: bytes(pair.b.dtype))
  }

  /// Elements of a chunk: whole blocks of any dtype, of which none has more than 256 elements.
  private static func capacity(_ pair: SegmentPair) -> Int {
    func elements(_ dtype: DType) -> Int {
      ChunkPlan.chunkBytes / dtype.bytesPerBlock * dtype.elementsPerBlock
    }
    return min(elements(pair.a.dtype), elements(pair.b.dtype)) / 256 * 256
  }
}

/// What is known of each chunk, and how many chunks of each pair are not.
///
/// `@unchecked Sendable` is safe: an element of `chunks` is written by the one thread that took the chunk, and read by
/// the one that finishes the last chunk of the pair, which has seen the lock after all others.
private final class PairResults: @unchecked Sendable {
  private let plan: PairPlan
  private let chunks: UnsafeMutablePointer<SlotscopeDifference>
  private let missing: Mutex<[Int]>
  private let reporting = Mutex<Void>(())

  init(_ plan: PairPlan) {
    self.plan = plan
    chunks = .allocate(capacity: max(1, plan.chunkCount))
    missing = Mutex((0..<plan.pairCount).map { plan.chunks(of: $0).count })
  }

  deinit { chunks.deallocate() }

  func set(_ chunk: Int, _ difference: SlotscopeDifference) {
    (chunks + chunk).initialize(to: difference)
  }

  /// Notes that a chunk of a pair is there; with the last one, merges them in order.
  func finish(_ pair: Int, _ each: (Int, ValueDifference) -> Void) {
    let isLast = missing.withLock { missing in
      missing[pair] -= 1
      return missing[pair] == 0
    }
    guard isLast else { return }
    var merged = SlotscopeDifference()
    for chunk in plan.chunks(of: pair) { slotscope_difference_merge(&merged, chunks + chunk) }
    reporting.withLock { _ in each(pair, ValueDifference(merged)) }
  }
}

/// Reads ranges of a source into memory of its own, or lends the source's. For one thread.
private final class ChunkBytes {
  private let source: any ByteSource
  private let lender: (any LendingByteSource)?
  private var buffer: UnsafeMutableRawBufferPointer?

  init(_ source: any ByteSource) {
    self.source = source
    lender = source as? any LendingByteSource
  }

  deinit { buffer?.deallocate() }

  func withBytes(at offset: Int, count: Int, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    if let lender { return try lender.withBytes(at: offset, count: count, body) }
    let memory =
      buffer ?? UnsafeMutableRawBufferPointer.allocate(byteCount: ChunkPlan.chunkBytes, alignment: 4096)
    buffer = memory
    let part = UnsafeMutableRawBufferPointer(rebasing: memory[0..<count])
    try source.read(at: offset, into: part)
    try body(UnsafeRawBufferPointer(part))
  }
}
