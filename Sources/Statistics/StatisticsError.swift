/// Why statistics can't be made. What a source throws is passed on as it is.
public enum StatisticsError: Error, Equatable, CustomStringConvertible {
  case segmentOutOfRange(TensorSegment, available: Int)
  case binCount(Int)
  case rangeNotFinite(lower: Double, upper: Double)
  case centralFraction(Double)
  case probabilities([Double])

  public var description: String {
    switch self {
    case .segmentOutOfRange(let segment, let available):
      "\(segment.elementCount) elements of \(segment.dtype.rawValue) at byte \(segment.byteOffset) "
        + "do not lie within \(available) bytes"
    case .binCount(let count):
      "\(count) bins: a histogram has between 1 and \(Histogram.maximumBinCount) bins"
    case .rangeNotFinite(let lower, let upper):
      "a histogram can't range from \(lower) to \(upper)"
    case .centralFraction(let fraction):
      "the central \(fraction) of the values: the fraction must be above 0 and at most 1"
    case .probabilities(let probabilities):
      "quantiles of \(probabilities): they must ascend from 0 to 1, and be at most \(Quantiles.maximumCount)"
    }
  }
}
