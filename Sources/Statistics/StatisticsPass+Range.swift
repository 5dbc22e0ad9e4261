import CKernels
import Tensors

extension StatisticsPass {
  /// The histogram of values of which the summary is known already; nil where no value gives it a range.
  ///
  /// - Throws: `StatisticsError`, what the source throws, `CancellationError`.
  public func histogram(
    bins: Int, range: HistogramRange, of summary: Summary, progress: WorkProgress? = nil
  ) throws -> Histogram? {
    try Self.check(bins: bins, range: range)
    if case .central = range {
      return try statistics(bins: bins, range: range, progress: progress).histogram
    }
    let plan = try ChunkPlan(segments, available: source.byteCount)
    progress?.begin(total: plan.byteCount)
    var known = SlotscopeSummary.empty
    known.nan = UInt64(summary.nan)
    known.negative_infinite = UInt64(summary.negInf)
    known.positive_infinite = UInt64(summary.posInf)
    var found = try knownBins(bins, range)
    if found == nil, let least = summary.min, let greatest = summary.max {
      found = .automatic(count: bins, lower: least, upper: greatest)
    }
    guard let found else { return nil }
    let tally = try tally(plan, PassWork(bins: found), progress: progress)
    return Histogram(bins: found, counts: tally.completeCounts(found), all: known)
  }

  /// Refuses what no histogram can be made of, before anything is read.
  static func check(bins: Int, range: HistogramRange) throws(StatisticsError) {
    guard 1...Histogram.maximumBinCount ~= bins else { throw .binCount(bins) }
    switch range {
    case .all: break
    case .central(let fraction):
      guard fraction > 0, fraction <= 1 else { throw .centralFraction(fraction) }
    case .fixed(let bounds):
      guard bounds.lowerBound.isFinite, bounds.upperBound.isFinite else {
        throw .rangeNotFinite(lower: bounds.lowerBound, upper: bounds.upperBound)
      }
    }
  }

  /// Bins that are known before all values are; nil where they follow from all of them.
  func knownBins(_ count: Int, _ range: HistogramRange) throws -> HistogramBins? {
    switch range {
    case .all: return nil
    case .central(let fraction):
      if segments.allSatisfy({ $0.dtype.patternCount != nil }) { return nil }
      return Self.bins(count, central: fraction, of: try sample().filter { $0.isFinite })
    case .fixed(let bounds): return Self.bins(count, bounds)
    }
  }

  /// Bins that follow from all values, of which those that are asked to be central have been counted.
  static func bins(
    _ count: Int, _ range: HistogramRange, _ tally: Tally, _ summary: SlotscopeSummary
  ) -> HistogramBins? {
    if case .central(let fraction) = range, tally.isCounted,
      let bins = bins(count, central: fraction, of: tally.finiteCounted)
    {
      return bins
    }
    return bins(count, spanning: summary)
  }

  /// From the smallest to the largest value; nil where there is none.
  static func bins(_ count: Int, spanning summary: SlotscopeSummary) -> HistogramBins? {
    summary.finite > 0 ? .automatic(count: count, lower: summary.min, upper: summary.max) : nil
  }

  /// The bounds as they are.
  static func bins(_ count: Int, _ bounds: ClosedRange<Double>) -> HistogramBins {
    let half = bounds.lowerBound == bounds.upperBound ? 0.5 : 0
    return HistogramBins(count: count, lower: bounds.lowerBound - half, upper: bounds.upperBound + half)
  }

  /// The ranks, from either end, between which the central values lie.
  static func centralRanks(_ fraction: Double, count: Int) -> [Int] {
    let last = count - 1
    let rank = min(Int(((1 - fraction) / 2 * Double(last)).rounded()), last)
    return [min(rank, last - rank), max(rank, last - rank)]
  }

  /// Between two values; nil where they are equal.
  static func bins(_ count: Int, between values: [Double]) -> HistogramBins? {
    guard values.count == 2, values[0] < values[1] else { return nil }
    return .automatic(count: count, lower: values[0], upper: values[1])
  }

  /// Between the values of equal rank from either end; nil where they are equal, or where there are none.
  ///
  /// - Parameter values: all finite.
  static func bins(_ count: Int, central fraction: Double, of values: [Double]) -> HistogramBins? {
    bins(
      count, between: valuesOfRanks(centralRanks(fraction, count: values.count), among: values))
  }

  /// The same of values that were counted.
  static func bins(
    _ count: Int, central fraction: Double, of counted: ArraySlice<SlotscopeCounted>
  ) -> HistogramBins? {
    let total = counted.reduce(0) { $0 + Int($1.count) }
    if total == 0 { return nil }
    return bins(count, between: counted.values(ofRanks: centralRanks(fraction, count: total)))
  }
}
