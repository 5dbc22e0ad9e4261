import SlotStore
import Tensors

extension Inspector {
  /// A slice of a tensor as a heat map; `each` hears of it from the thread that calls: once where all values can be
  /// looked at in a blink, else first from a sample that says so, and then, where they are not too many for that,
  /// from all values.
  ///
  /// Memory stays bounded whatever the tensor's size.
  ///
  /// - Parameters:
  ///   - revision: a kept one; nil for the current.
  ///   - tensor: its place in the tensor table.
  ///   - progress: told of bytes read; cancelling it ends the work.
  ///   - each: `isFinal` where no better map will follow.
  /// - Throws: `StoreError`, `InspectionError.changedTensors`, `CancellationError`, what reading throws.
  public func heatMap(
    of slot: Int, revision: Int? = nil, tensor: Int, _ request: HeatMapRequest, progress: WorkProgress? = nil,
    each: (HeatMap, _ isFinal: Bool) -> Void
  ) throws {
    let reader = try reader(of: slot, revision: revision, tensor: tensor, shape: request.slice.shape)
    try Self.heatMap(request, reader, progress, each: each)
  }

  static func heatMap(
    _ request: HeatMapRequest, _ reader: ElementReader, _ progress: WorkProgress?,
    blink: Int = HeatMapPlan.blink, patience: Int = HeatMapPlan.patience, each: (HeatMap, Bool) -> Void
  ) throws {
    let rowByteCount = reader.byteCount(of: request.slice.rowStride)
    let cost = HeatMapPlan.cost(of: request, rowByteCount: rowByteCount)
    let quick = HeatMapPlan(quickFor: request, rowByteCount: rowByteCount, blink: blink)
    let first = try HeatMapPass(request, plan: quick, reader: reader, progress: progress).map()
    let isFinal = !first.isSampled || cost > patience
    each(first, isFinal)
    if isFinal { return }
    let plan = HeatMapPlan(completeFor: request)
    each(try HeatMapPass(request, plan: plan, reader: reader, progress: progress).map(), true)
  }

  /// The values in a window of a slice.
  ///
  /// - Parameters:
  ///   - revision: a kept one; nil for the current.
  ///   - tensor: its place in the tensor table.
  /// - Throws: as `heatMap(of:revision:tensor:_:progress:each:)`.
  public func values(
    of slot: Int, revision: Int? = nil, tensor: Int, _ request: ValuesRequest, progress: WorkProgress? = nil
  ) throws -> TensorValues {
    let reader = try reader(of: slot, revision: revision, tensor: tensor, shape: request.slice.shape)
    return try TensorValues.read(request, reader, progress)
  }

  private func reader(of slot: Int, revision: Int?, tensor: Int, shape: [Int]) throws -> ElementReader {
    let opened = try store.openWeights(slot, revision: revision)
    guard opened.layout.tensors.indices.contains(tensor) else {
      throw InspectionError.changedTensors(slot: slot)
    }
    let placed = opened.layout.tensors[tensor]
    guard placed.info.shape == shape else { throw InspectionError.changedTensors(slot: slot) }
    return ElementReader(placed.info, in: opened.data, at: placed.offset)
  }
}
