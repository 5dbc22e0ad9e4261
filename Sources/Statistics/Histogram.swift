import CKernels

/// Counts of values in bins of equal width, the same as `numpy.histogram` of the finite values as float64.
public struct Histogram: Sendable, Equatable, Codable {
  public static let maximumBinCount = SLOTSCOPE_MAX_BINS

  public let lowerBound: Double
  public let upperBound: Double
  /// A bin holds the values from its lower edge up to, but without, its upper edge; the last one also its
  /// upper edge.
  public let counts: [Int]
  /// Finite values below `lowerBound`.
  public let below: Int
  /// Finite values above `upperBound`.
  public let above: Int

  public init(lowerBound: Double, upperBound: Double, counts: [Int], below: Int = 0, above: Int = 0) {
    self.lowerBound = lowerBound
    self.upperBound = upperBound
    self.counts = counts
    self.below = below
    self.above = above
  }

  /// `counts.count + 1` edges, `numpy.linspace(lowerBound, upperBound, counts.count + 1)`.
  public var edges: [Double] {
    guard !counts.isEmpty else { return [] }
    return Array(unsafeUninitializedCapacity: counts.count + 1) { edges, count in
      if let start = edges.baseAddress {
        slotscope_make_edges(UInt32(counts.count), lowerBound, upperBound, start)
        count = counts.count + 1
      }
    }
  }

  /// - Parameter counts: below, the bins, above; NaN and -inf among those below, +inf among those above.
  init(bins: HistogramBins, counts: [UInt64], all: SlotscopeSummary) {
    self.init(
      lowerBound: bins.lowerBound, upperBound: bins.upperBound,
      counts: counts.dropFirst().dropLast().map { Int($0) },
      below: Self.rest(counts[0], without: all.nan + all.negative_infinite),
      above: Self.rest(counts[counts.count - 1], without: all.positive_infinite))
  }
}

extension Histogram {
  /// Where someone has changed the values since the summary was made, there may be fewer than it says.
  private static func rest(_ count: UInt64, without others: UInt64) -> Int {
    count > others ? Int(count - others) : 0
  }
}

/// What a histogram spans. Values outside are counted apart.
public enum HistogramRange: Sendable, Hashable {
  /// From the smallest to the largest finite value, known after a pass of its own over the data.
  ///
  /// As in numpy, equal values get 0.5 to either side. Where the values differ too little for so
  /// many bins (numpy raises an error there), the range is widened by one ulp per bin to either side.
  case all
  /// The central part that holds this fraction of the values, above 0 and at most 1.
  ///
  /// Of the m finite values in order the bounds are those of rank t (m - 1), rounded, from either end,
  /// t = (1 - fraction) / 2. They are found from a sample (see `StatisticsPass.sampledStatistics`), but where all
  /// values have 16 bits or less from all of them. Where that leaves no width,
  /// as with mostly zeros, it is the same as `all`.
  case central(Double)
  /// As given. Equal bounds get 0.5 to either side.
  case fixed(ClosedRange<Double>)
}
