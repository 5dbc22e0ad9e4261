import CKernels

/// The bins of a histogram as the kernels want them.
///
/// `@unchecked Sendable` is safe: the memory is written in `init` alone and freed with the last reference.
final class HistogramBins: @unchecked Sendable {
  private let edges: UnsafeMutablePointer<Double>
  private let thresholds: UnsafeMutablePointer<Double>
  private let floatThresholds: UnsafeMutablePointer<Float>
  let raw: SlotscopeBins

  var count: Int { Int(raw.count) }
  var lowerBound: Double { raw.lower }
  var upperBound: Double { raw.upper }
  /// Counters of a histogram: one more at either side, for what is outside.
  var slotCount: Int { count + 2 }

  /// - Parameter count: between 1 and `Histogram.maximumBinCount`.
  init(count: Int, lower: Double, upper: Double) {
    edges = .allocate(capacity: count + 1)
    thresholds = .allocate(capacity: count + 1)
    floatThresholds = .allocate(capacity: count + 1)
    var bins = SlotscopeBins()
    slotscope_bins_init(&bins, UInt32(count), lower, upper, edges, thresholds, floatThresholds)
    raw = bins
  }

  deinit {
    edges.deallocate()
    thresholds.deallocate()
    floatThresholds.deallocate()
  }

  /// Bins over a range that was chosen by the data: widened where it is too narrow for so many.
  static func automatic(count: Int, lower: Double, upper: Double) -> HistogramBins {
    let half = lower == upper ? 0.5 : 0
    let bins = HistogramBins(count: count, lower: lower - half, upper: upper + half)
    if bins.isIncreasing { return bins }
    let limit = Double.greatestFiniteMagnitude
    let room = Double(count) * max(lower.magnitude, upper.magnitude).ulp
    return HistogramBins(count: count, lower: max(lower - room, -limit), upper: min(upper + room, limit))
  }

  private var isIncreasing: Bool { (0..<count).allSatisfy { edges[$0] < edges[$0 + 1] } }
}
