import Statistics

/// What is known of the values of one tensor: what its row on the tensor screen shows.
public struct TensorProfile: Sendable, Equatable, Codable {
  /// Bins of `histogram`.
  public static let binCount = 64
  /// The share of the values, from the middle, that `histogram` spans.
  public static let centralShare = 0.998

  public let summary: Summary
  /// Of the central 99.8 % of the values, in 64 bins; nil where no value is finite.
  public let histogram: Histogram?

  public init(summary: Summary, histogram: Histogram?) {
    self.summary = summary
    self.histogram = histogram
  }
}
