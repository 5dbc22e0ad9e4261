import Inspection
import SlotStore
import Statistics

/// What the panes beside the list show of the selected slot, as far as it is loaded.
package struct InspectedSlot: Sendable {
  /// The slot that is asked for.
  package private(set) var slotID: Int?
  /// Its row when the details were asked for: when the row changes they are asked for again.
  private var row: SlotSummary?
  private var generation = 0
  private var detailsGeneration = 0
  /// Of this slot, or nil. An earlier revision's stay until the new ones are there.
  package private(set) var details: SlotDetails?
  package private(set) var detailsProblem: String?

  private var request: StatisticsRequest?
  /// The best statistics so far of what `request` asks for; a sample is drawn until the exact ones are there.
  package private(set) var statistics: WeightStatistics?
  package private(set) var statisticsProblem: String?
  /// Better statistics are under way.
  package private(set) var isCounting = false

  /// Asks for what the selected row needs and is neither there nor on its way.
  mutating func follow(_ selected: SlotSummary?, range: HistogramChoice) -> [Effect] {
    var effects: [Effect] = []
    if selected?.slotID != slotID {
      if isCounting { effects.append(.dropStatistics) }
      let last = generation
      self = InspectedSlot()
      generation = last
      slotID = selected?.slotID
    }
    guard let selected else { return effects }
    if selected != row {
      row = selected
      generation += 1
      detailsGeneration = generation
      effects.append(.loadDetails(slotID: selected.slotID, generation: generation))
    }
    if request?.checksum != selected.checksum || request?.range != range
      || request?.sizeBytes != selected.sizeBytes
    {
      if request?.checksum != selected.checksum { statistics = nil }
      statisticsProblem = nil
      isCounting = true
      generation += 1
      let next = StatisticsRequest(
        slotID: selected.slotID, checksum: selected.checksum, sizeBytes: selected.sizeBytes, range: range,
        generation: generation)
      request = next
      effects.append(.loadStatistics(next))
    }
    return effects
  }

  /// Takes details; those of another slot are dropped.
  mutating func take(details outcome: Outcome<SlotDetails?>, slotID: Int, generation: Int) {
    guard slotID == self.slotID, generation == detailsGeneration else { return }
    switch outcome {
    case .success(let details):
      self.details = details
      detailsProblem = details == nil ? "the slot is gone" : nil
    case .failure(let problem):
      detailsProblem = problem
    }
  }

  /// Takes statistics; those of an earlier request are dropped.
  mutating func take(
    statistics outcome: Outcome<WeightStatistics>, for request: StatisticsRequest, isFinal: Bool
  ) {
    guard request == self.request else { return }
    switch outcome {
    case .success(let statistics):
      self.statistics = statistics
      statisticsProblem = nil
    case .failure(let problem):
      statisticsProblem = problem
    }
    if isFinal { isCounting = false }
  }

  /// What is to be known of the slot's mean and deviation, in a few words.
  var note: String? { details.flatMap { TensorKinds($0.tensors.map(\.info)).integerNote } }

  /// Statistics of the slot's weights, if it is this slot and these are its weights.
  func statistics(slotID: Int, checksum: String) -> WeightStatistics? {
    slotID == self.slotID && checksum == request?.checksum ? statistics : nil
  }
}
