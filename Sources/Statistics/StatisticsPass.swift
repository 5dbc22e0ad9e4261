import CKernels
import Foundation
import Tensors

/// Summaries and histograms over segments of a byte source, of any dtypes.
///
/// The data is read in chunks of 1 MiB by several threads, or looked at in place where the source lends its
/// memory (`LendingByteSource`); memory stays bounded whatever the size. Results depend on the data and the
/// segments alone, not on threads or processor. Values are taken as doubles: 64-bit integers beyond 2^53 are
/// rounded to the nearest one, as numpy's `astype(float64)` does it.
///
/// All methods block, and use the caller's thread too: not for the main actor or the cooperative pool.
public struct StatisticsPass: Sendable {
  let segments: [TensorSegment]
  let source: any ByteSource
  let threads: Int

  /// - Parameter threads: at most so many; by default as many as there are processors.
  public init(
    segments: [TensorSegment], source: any ByteSource,
    threads: Int = ProcessInfo.processInfo.activeProcessorCount
  ) {
    self.segments = segments
    self.source = source
    self.threads = max(1, threads)
  }

  /// - Parameter progress: told of bytes; cancelling it ends the work at the next chunk.
  /// - Throws: `StatisticsError.segmentOutOfRange`, what the source throws, `CancellationError`.
  public func summary(progress: WorkProgress? = nil) throws -> Summary {
    let plan = try ChunkPlan(segments, available: source.byteCount)
    progress?.begin(total: plan.byteCount)
    return Summary(try tally(plan, makesSummary: true, bins: nil, progress: progress).completeSummary)
  }

  /// Summary and histogram of every value. The range `all` takes a second pass over values of more than 16
  /// bits.
  ///
  /// - Throws: `StatisticsError`, what the source throws, `CancellationError`.
  public func statistics(
    bins: Int, range: HistogramRange, progress: WorkProgress? = nil
  ) throws -> WeightStatistics {
    try Self.check(bins: bins, range: range)
    let plan = try ChunkPlan(segments, available: source.byteCount)
    if let known = try knownBins(bins, range) {
      progress?.begin(total: plan.byteCount)
      let tally = try tally(plan, makesSummary: true, bins: known, progress: progress)
      return Self.result(tally.completeSummary, known, tally.completeCounts(known))
    }
    let wide = segments.filter { $0.dtype.patternCount == nil }
    let second = try ChunkPlan(wide, available: source.byteCount)
    progress?.begin(total: plan.byteCount + second.byteCount)
    var tally = try tally(plan, makesSummary: true, bins: nil, progress: progress)
    let summary = tally.completeSummary
    guard let found = Self.bins(bins, spanning: summary) else {
      return WeightStatistics(summary: Summary(summary), histogram: nil, isSampled: false)
    }
    tally.counts = try self.tally(second, makesSummary: false, bins: found, progress: progress).counts
    return Self.result(summary, found, tally.completeCounts(found))
  }

  /// Bins that are known before all values are; nil where the range takes them all.
  private func knownBins(_ count: Int, _ range: HistogramRange) throws -> HistogramBins? {
    switch range {
    case .all: nil
    case .central(let fraction):
      Self.bins(count, central: fraction, of: try sample().filter { $0.isFinite })
    case .fixed(let bounds): Self.bins(count, bounds)
    }
  }

  static func result(
    _ summary: SlotscopeSummary, _ bins: HistogramBins, _ counts: [UInt64], isSampled: Bool = false
  ) -> WeightStatistics {
    WeightStatistics(
      summary: Summary(summary), histogram: Histogram(bins: bins, counts: counts, all: summary),
      isSampled: isSampled)
  }
}
