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

  /// MD5 of a tensor's bytes, lower-case hex.
  ///
  /// - Throws: what reading throws, `CancellationError`.
  package static func checksum(
    of tensor: Int, in opened: OpenedWeights, progress: WorkProgress? = nil
  ) throws -> String {
    let placed = opened.layout.tensors[tensor]
    return try Checksum.md5(
      of: SlicedSource(opened.data, from: placed.offset, byteCount: placed.info.byteCount), progress: progress
    )
  }

  /// A slice of a tensor as a heat map, as `heatMap(of:revision:tensor:_:progress:each:)`, of weights that are open.
  package static func heatMap(
    of tensor: Int, in opened: OpenedWeights, _ request: HeatMapRequest, progress: WorkProgress? = nil,
    each: (HeatMap, _ isFinal: Bool) -> Void
  ) throws {
    try heatMap(request, try reader(of: tensor, in: opened, shape: request.slice.shape), progress, each: each)
  }

  /// The values in a window of a slice, of weights that are open.
  package static func values(
    of tensor: Int, in opened: OpenedWeights, _ request: ValuesRequest, progress: WorkProgress? = nil
  ) throws -> TensorValues {
    try TensorValues.read(request, try reader(of: tensor, in: opened, shape: request.slice.shape), progress)
  }

  /// The same from a sample, within a few milliseconds; it says that it is one.
  package static func sampledStatistics(
    of tensor: Int, in opened: OpenedWeights, bins: Int, range: HistogramRange
  ) throws -> WeightStatistics {
    try pass(opened, tensor: tensor).sampledStatistics(bins: bins, range: range)
  }
}
