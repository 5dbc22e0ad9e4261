/// Summary, histogram and quantiles of the same values.
public struct WeightStatistics: Sendable, Equatable, Codable {
  public let summary: Summary
  /// Nil where there is no finite value that could give its range.
  public let histogram: Histogram?
  /// Whether the values were a sample; all counts are then the sample's.
  public let isSampled: Bool
  /// Nil where none were asked for, or no value is finite.
  public let quantiles: Quantiles?

  public init(summary: Summary, histogram: Histogram?, isSampled: Bool, quantiles: Quantiles? = nil) {
    self.summary = summary
    self.histogram = histogram
    self.isSampled = isSampled
    self.quantiles = quantiles
  }
}
