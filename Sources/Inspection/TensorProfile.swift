import Statistics
import Tensors

/// What is known of the values of one tensor: what its row on the tensor screen shows.
public struct TensorProfile: Sendable, Equatable, Codable {
  /// Bins of `histogram`.
  public static let binCount = 64
  /// The share of the values, from the middle, that `histogram` spans.
  public static let centralShare = 0.998

  /// Of the median among `quantiles`.
  public static let medianIndex = 3

  public let summary: Summary
  /// Of the central 99.8 % of the values, in 64 bins; nil where no value is finite.
  public let histogram: Histogram?
  /// The 1, 5, 25, 50, 75, 95 and 99 % quantiles of all values; nil where none is finite.
  public let quantiles: Quantiles?

  public init(summary: Summary, histogram: Histogram?, quantiles: Quantiles? = nil) {
    self.summary = summary
    self.histogram = histogram
    self.quantiles = quantiles
  }

  /// - Throws: what the pass throws.
  init(_ pass: StatisticsPass, progress: WorkProgress?) throws {
    let made = try pass.statistics(
      bins: Self.binCount, range: .central(Self.centralShare), quantiles: Quantiles.standardProbabilities,
      progress: progress)
    self.init(summary: made.summary, histogram: made.histogram, quantiles: made.quantiles)
  }
}
