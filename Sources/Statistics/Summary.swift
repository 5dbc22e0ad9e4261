import CKernels

/// Counts, extremes and moments of a set of values.
public struct Summary: Sendable, Equatable, Codable {
  /// All values: finite, NaN and infinite.
  public let count: Int
  public let finite: Int
  public let nan: Int
  public let posInf: Int
  public let negInf: Int
  /// Values equal to zero, -0.0 included.
  public let zeros: Int
  /// Of the finite values, as all that follow; nil where there are none.
  public let min: Double?
  public let max: Double?
  public let mean: Double?
  /// The standard deviation with `ddof` 0. Of float64 values that differ by less than 1e-150, as in numpy, 0.
  public let std: Double?

  public init(
    count: Int, finite: Int, nan: Int, posInf: Int, negInf: Int, zeros: Int,
    min: Double?, max: Double?, mean: Double?, std: Double?
  ) {
    self.count = count
    self.finite = finite
    self.nan = nan
    self.posInf = posInf
    self.negInf = negInf
    self.zeros = zeros
    self.min = min
    self.max = max
    self.mean = mean
    self.std = std
  }

  init(_ known: SlotscopeSummary) {
    var mean = 0.0
    var std = 0.0
    withUnsafePointer(to: known) { slotscope_summary_mean_std($0, &mean, &std) }
    let isKnown = known.finite > 0
    self.init(
      count: Int(known.finite + known.nan + known.positive_infinite + known.negative_infinite),
      finite: Int(known.finite), nan: Int(known.nan), posInf: Int(known.positive_infinite),
      negInf: Int(known.negative_infinite), zeros: Int(known.zeros),
      min: isKnown ? known.min : nil, max: isKnown ? known.max : nil,
      mean: isKnown ? mean : nil, std: isKnown ? std : nil)
  }
}

extension SlotscopeSummary {
  /// Of no values.
  static var empty: SlotscopeSummary {
    var summary = SlotscopeSummary()
    slotscope_summary_init(&summary)
    return summary
  }
}
