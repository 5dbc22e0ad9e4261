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
    return Summary(try tally(plan, PassWork(makesSummary: true), progress: progress).completeSummary)
  }

  /// Summary, histogram and quantiles of every value.
  ///
  /// Values of 16 bits or less take one pass. Of others the range `all` takes a second one; quantiles come with that, or
  /// take it too, and up to four in all where the values are no floats of 32 bits.
  ///
  /// - Parameter probabilities: of the quantiles, ascending, at most 32; none where none are wanted.
  /// - Throws: `StatisticsError`, what the source throws, `CancellationError`.
  public func statistics(
    bins: Int, range: HistogramRange, quantiles probabilities: [Double] = [], progress: WorkProgress? = nil
  ) throws -> WeightStatistics {
    try Self.check(bins: bins, range: range)
    try Quantiles.check(probabilities)
    let plan = try ChunkPlan(segments, available: source.byteCount)
    if let few = try fewStatistics(plan, bins, range, probabilities, progress) { return few }
    let rest = try ChunkPlan(wideSegments, available: source.byteCount)
    var selection = probabilities.isEmpty ? nil : RankSelection(probabilities, wide: wideDTypes)
    let known = try knownBins(bins, range)
    let passes = rest.byteCount == 0 ? 1 : max(known == nil ? 2 : 1, selection?.maximumPasses ?? 1)
    let total = plan.byteCount + rest.byteCount * (passes - 1)
    progress?.begin(total: total)

    let first = PassWork(makesSummary: true, bins: known, step: selection?.step)
    var tally = try self.tally(plan, first, progress: progress)
    let summary = tally.completeSummary
    selection?.begin(digits: tally.digits, counted: tally.finiteCounted)
    let found = known ?? Self.bins(bins, range, tally, summary)
    var work = PassWork(bins: known == nil && rest.byteCount > 0 ? found : nil, step: selection?.step)
    var bytes = plan.byteCount
    while work.bins != nil || work.step != nil {
      let next = try self.tally(rest, work, progress: progress)
      if work.bins != nil { tally.counts = next.counts }
      if let step = work.step { selection?.next(step, digits: next.digits, gathered: next.gathered) }
      work = PassWork(step: selection?.step)
      bytes += rest.byteCount
    }
    progress?.advance(by: total - bytes)
    return Self.result(summary, found, tally, selection?.quantiles)
  }

  /// The quantiles of every value, exactly; nil where none is finite.
  ///
  /// - Parameter probabilities: ascending, at most 32.
  /// - Throws: `StatisticsError`, what the source throws, `CancellationError`.
  public func quantiles(
    _ probabilities: [Double] = Quantiles.standardProbabilities, progress: WorkProgress? = nil
  ) throws -> Quantiles? {
    try Quantiles.check(probabilities)
    let plan = try ChunkPlan(segments, available: source.byteCount)
    let rest = try ChunkPlan(wideSegments, available: source.byteCount)
    var selection = RankSelection(probabilities, wide: wideDTypes)
    let passes = rest.byteCount == 0 ? 1 : selection.maximumPasses
    let total = plan.byteCount + rest.byteCount * (passes - 1)
    progress?.begin(total: total)
    let first = try tally(plan, PassWork(step: selection.step), progress: progress)
    selection.begin(digits: first.digits, counted: first.finiteCounted)
    var bytes = plan.byteCount
    while let step = selection.step {
      let next = try tally(rest, PassWork(step: step), progress: progress)
      bytes += rest.byteCount
      selection.next(step, digits: next.digits, gathered: next.gathered)
    }
    progress?.advance(by: total - bytes)
    return selection.quantiles
  }

  /// Those of more than 16 bits, which are not counted by patterns; none of them is empty.
  private var wideSegments: [TensorSegment] {
    segments.filter { $0.dtype.patternCount == nil && $0.elementCount > 0 }
  }

  private var wideDTypes: Set<DType> { Set(wideSegments.map(\.dtype)) }

  static func result(
    _ summary: SlotscopeSummary, _ bins: HistogramBins?, _ tally: Tally, _ quantiles: Quantiles?
  ) -> WeightStatistics {
    let histogram = bins.map { Histogram(bins: $0, counts: tally.completeCounts($0), all: summary) }
    return WeightStatistics(
      summary: Summary(summary), histogram: histogram, isSampled: false, quantiles: quantiles)
  }
}
