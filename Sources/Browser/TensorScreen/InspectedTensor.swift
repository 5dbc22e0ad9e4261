import Statistics
import Tensors

/// What the panes beside the list of tensors show of the selected one, as far as it is known.
struct InspectedTensor: Sendable {
  private(set) var request: TensorStatisticsRequest?
  /// The best statistics so far; those of an earlier range stay until the new ones are there.
  private(set) var statistics: WeightStatistics?
  private(set) var problem: String?
  /// Better statistics are under way.
  private(set) var isCounting = false
  private var window = HistogramWindow()
  private var generation = 0

  /// Asks for what the selected tensor needs and is neither there nor on its way.
  mutating func follow(
    _ tensor: Int?, byteCount: Int, slotID: Int, checksum: String, choice: HistogramChoice
  ) -> [Effect] {
    guard let tensor else {
      let wasCounting = isCounting
      self = InspectedTensor(generation: generation)
      return wasCounting ? [.dropTensorStatistics] : []
    }
    if tensor != request?.tensor || checksum != request?.checksum {
      statistics = nil
      window.reset()
    }
    var next = TensorStatisticsRequest(
      slotID: slotID, checksum: checksum, tensor: tensor, byteCount: byteCount,
      range: zoom.map { .fixed($0) } ?? choice.range, generation: generation)
    if next == request { return [] }
    generation += 1
    next.generation = generation
    request = next
    problem = nil
    isCounting = true
    return [.loadTensorStatistics(next)]
  }

  private init(generation: Int) {
    self.generation = generation
  }

  init() {}

  /// Takes statistics; those of an earlier request are dropped.
  mutating func take(
    _ outcome: Outcome<WeightStatistics>, for request: TensorStatisticsRequest, isFinal: Bool
  ) {
    guard request == self.request else { return }
    switch outcome {
    case .success(let statistics): self.statistics = statistics
    case .failure(let problem): self.problem = problem
    }
    if isFinal { isCounting = false }
  }

  // MARK: The range

  /// The range that is asked for, as far as it is known.
  var range: ClosedRange<Double>? {
    zoom ?? statistics?.histogram.map { $0.lowerBound...$0.upperBound }
  }

  /// A range that was chosen by zooming and panning; nil for all values or the central ones.
  var zoom: ClosedRange<Double>? { window.zoom }

  mutating func resetZoom() { window.reset() }

  /// Halves or doubles the range about its middle. It never grows beyond all values.
  mutating func scaleRange(by factor: Double) {
    if let range, let values { window.scale(range, by: factor, within: values) }
  }

  /// Moves the range by a quarter of its width, as far as there are values.
  mutating func panRange(by quarters: Double) {
    if let range, let values { window.pan(range, by: quarters, within: values) }
  }

  /// From the smallest to the largest value; nil where they are all the same, or none.
  private var values: ClosedRange<Double>? {
    guard let summary = statistics?.summary, let min = summary.min, let max = summary.max, min < max else {
      return nil
    }
    return min...max
  }
}
