import SlotStore
import Statistics
import Tensors

extension Inspector {
  /// Summary and histogram over every value of one tensor of weights that are open.
  ///
  /// - Parameters:
  ///   - tensor: its place in the tensor table; names need not be unique.
  ///   - progress: told of bytes; cancelling it ends the work.
  /// - Throws: `StatisticsError`, what reading throws, `CancellationError`.
  package static func statistics(
    of tensor: Int, in opened: OpenedWeights, bins: Int, range: HistogramRange, progress: WorkProgress? = nil
  ) throws -> WeightStatistics {
    try pass(opened, tensor: tensor).statistics(bins: bins, range: range, progress: progress)
  }

  /// The same from a sample, within a few milliseconds; it says that it is one.
  package static func sampledStatistics(
    of tensor: Int, in opened: OpenedWeights, bins: Int, range: HistogramRange
  ) throws -> WeightStatistics {
    try pass(opened, tensor: tensor).sampledStatistics(bins: bins, range: range)
  }
}
