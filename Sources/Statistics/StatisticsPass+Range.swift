import CKernels

extension StatisticsPass {
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

  /// From the smallest to the largest value; nil where there is none.
  static func bins(_ count: Int, spanning summary: SlotscopeSummary) -> HistogramBins? {
    summary.finite > 0 ? .automatic(count: count, lower: summary.min, upper: summary.max) : nil
  }

  /// The bounds as they are.
  static func bins(_ count: Int, _ bounds: ClosedRange<Double>) -> HistogramBins {
    let half = bounds.lowerBound == bounds.upperBound ? 0.5 : 0
    return HistogramBins(count: count, lower: bounds.lowerBound - half, upper: bounds.upperBound + half)
  }

  /// Between the values of equal rank from either end; nil where they are equal, or where there are none.
  ///
  /// - Parameter values: all finite.
  static func bins(_ count: Int, central fraction: Double, of values: [Double]) -> HistogramBins? {
    guard !values.isEmpty else { return nil }
    let last = values.count - 1
    let rank = min(Int(((1 - fraction) / 2 * Double(last)).rounded()), last)
    var lost = values
    let lower = slotscope_select(&lost, values.count, rank)
    lost = values
    let upper = slotscope_select(&lost, values.count, last - rank)
    return lower < upper ? .automatic(count: count, lower: lower, upper: upper) : nil
  }
}
