import Canvas
import Inspection
import ModelContext
import SlotStore
import Statistics
import Tensors

/// The tensors of one slot: a list of them, and what the selected one holds.
package struct TensorScreen: ListScreen {
  /// Its panes, in the order in which Tab visits them.
  package enum Pane: String, Sendable, Hashable, CaseIterable {
    case list = "Tensors"
    case histogram = "Histogram"
    case map = "Map"
    case values = "Values"

    var isView: Bool { self == .map || self == .values }
  }

  package private(set) var slot: SlotSummary
  /// nil until the tensor table is read.
  package private(set) var details: SlotDetails?
  var list: TensorList?
  /// What the second line says of all of them.
  private(set) var dtypeText = ""
  /// Why there is no list.
  private(set) var problem: String?

  package internal(set) var focus = Pane.list
  /// Beside the list, where there is room for one pane alone: what was in focus last.
  var side = Pane.histogram
  /// Below the histogram, where there is room for both: map or values.
  var lower = Pane.map
  /// The pane in focus takes the whole screen.
  package internal(set) var isZoomed = false
  /// What is being typed after `/`; nil while nobody types.
  package internal(set) var filter: TextField?
  private(set) var inspected = InspectedTensor()
  var views: TensorViews?
  /// The index that is being typed; nil while nobody types.
  var index: TextField?
  package internal(set) var weights = WeightsPane()

  private(set) var profilesRequest: ProfilesRequest?
  /// Profiles are still to come.
  private(set) var isProfiling = false
  private var known = 0
  private(set) var profilesProblem: String?
  private var checksumRequest: TensorChecksumRequest?
  /// MD5 of tensors that were looked at, by their place in the table.
  private var checksums: [Int: String] = [:]

  init(slot: SlotSummary, details: SlotDetails?, problem: String? = nil) {
    self.slot = slot
    self.problem = problem
    if let details { take(details) }
  }

  package var scope: Scope { filter != nil ? .filter : index != nil ? .index : .tensors }

  // MARK: What it shows

  /// The selected tensor.
  var tensor: PlacedTensor? { list.flatMap { list in list.selectedTensor.map { list.tensors[$0] } } }

  /// The share of the profiles that are known, while they are still coming in.
  var profiledFraction: Double? {
    guard isProfiling, let list, !list.tensors.isEmpty else { return nil }
    return Double(known) / Double(list.tensors.count)
  }

  /// MD5 of a tensor: from the table, computed since, or the slot's own where the tensor is all that the slot holds.
  func checksum(of number: Int) -> String? {
    guard let tensor = list?.tensors[number] else { return nil }
    if let md5 = tensor.md5 ?? checksums[number] { return md5 }
    guard details?.tensors.count == 1, tensor.info.byteCount == slot.sizeBytes, !slot.checksum.isEmpty else {
      return nil
    }
    return slot.checksum
  }

  package var subject: HistogramSubject? {
    guard let list, let number = list.selectedTensor, let path = selectedPath else { return nil }
    return HistogramSubject(
      slot, tensor: number, list.tensors[number].info, path: path, checksum: checksum(of: number),
      profile: list.profiles[number], known: inspected.zoom == nil ? inspected.statistics : nil)
  }

  /// Groups are passed over.
  package mutating func moveSubject(by step: Int) {
    changeList { list in
      let before = list.selection
      repeat {
        let row = list.selection
        list.move(by: step)
        if list.selection == row {
          list.select(row: before)
          return
        }
      } while list.selectedTensor == nil
    }
  }

  // MARK: What it asks for and is told

  package mutating func settle(_ surroundings: Surroundings) -> [Effect] {
    let layout = TensorScreenLayout(self, surroundings)
    if let rows = layout.listRows, !rows.isEmpty { list?.show(rows: rows.height) }
    guard let list else { return [] }
    var effects: [Effect] = []
    if profilesRequest?.checksum != slot.checksum {
      let request = ProfilesRequest(
        slotID: slot.slotID, checksum: slot.checksum, generation: (profilesRequest?.generation ?? 0) + 1)
      profilesRequest = request
      isProfiling = true
      effects.append(.loadProfiles(request))
    }
    effects += inspected.follow(
      list.selectedTensor, byteCount: tensor?.info.byteCount ?? 0, slotID: slot.slotID,
      checksum: slot.checksum, choice: weights.range)
    if let request = nextChecksumRequest() {
      checksumRequest = request
      effects.append(.loadTensorChecksum(request))
    }
    return effects + followViews(layout, surroundings)
  }

  /// Tensors above are not read through a second time for their checksum alone.
  private static let checksumLimit = 1 << 30

  /// What is to be asked once the selected tensor's statistics are there, and was not asked last.
  private func nextChecksumRequest() -> TensorChecksumRequest? {
    guard let number = list?.selectedTensor, let tensor, inspected.statistics != nil, !inspected.isCounting,
      tensor.info.byteCount <= Self.checksumLimit, checksum(of: number) == nil
    else { return nil }
    let request = TensorChecksumRequest(slotID: slot.slotID, checksum: slot.checksum, tensor: number)
    return request == checksumRequest ? nil : request
  }

  /// Of what is in view of the selected tensor's values, what is to be computed.
  private mutating func followViews(_ layout: TensorScreenLayout, _ surroundings: Surroundings) -> [Effect] {
    guard let number = list?.selectedTensor, let tensor else {
      views = nil
      return []
    }
    if views?.tensor != number || views?.checksum != slot.checksum {
      views = TensorViews(tensor.info, number, checksum: slot.checksum)
    }
    var effects: [Effect] = []
    if let rect = layout.insides[.map], let request = views?.map.follow(in: rect, glyphs: surroundings.glyphs)
    {
      effects.append(
        .loadHeatMap(
          HeatMapOrder(slotID: slot.slotID, checksum: slot.checksum, tensor: number, request: request)))
    }
    if let rect = layout.insides[.values], let request = views?.values.follow(in: rect) {
      effects.append(
        .loadValues(
          ValuesOrder(slotID: slot.slotID, checksum: slot.checksum, tensor: number, request: request)))
    }
    return effects
  }

  package mutating func take(_ message: Message, _ surroundings: Surroundings) {
    switch message {
    case .details(slot.slotID, _, let outcome):
      switch outcome {
      case .success(let details?): take(details)
      case .success(nil): problem = "the slot is gone"
      case .failure(let text): problem = text
      }
    case .profiles(let request, let profiles, let problem, let isFinal):
      guard request == profilesRequest else { return }
      known += profiles.count
      list?.take(profiles)
      profilesProblem = problem
      if isFinal { isProfiling = false }
    case .tensorStatistics(let request, let outcome, let isFinal):
      inspected.take(outcome, for: request, isFinal: isFinal)
    case .tensorChecksum(let request, let md5):
      if request == checksumRequest, request.checksum == slot.checksum { checksums[request.tensor] = md5 }
    case .heatMap(let order, let outcome, let isFinal):
      guard order.tensor == views?.tensor, order.checksum == views?.checksum else { return }
      views?.map.take(outcome, for: order.request, isFinal: isFinal)
    case .tensorValues(let order, let outcome):
      guard order.tensor == views?.tensor, order.checksum == views?.checksum else { return }
      views?.values.take(outcome, for: order.request)
    default: break
    }
  }

  private mutating func take(_ details: SlotDetails) {
    let isSame = self.details?.tensors == details.tensors && slot.checksum == details.summary.checksum
    self.details = details
    slot = details.summary
    problem = details.tensors.isEmpty ? "the index does not say what the slot holds" : nil
    if isSame { return }
    var list = TensorList(details.tensors)
    if let before = self.list { list.resemble(before) }
    self.list = list
    checksums = [:]
    known = 0
    dtypeText = Self.dtypeText(details.tensors)
  }

  /// `float32 148`, the commonest first.
  private static func dtypeText(_ tensors: [PlacedTensor]) -> String {
    var counts: [DType: Int] = [:]
    for tensor in tensors { counts[tensor.info.dtype, default: 0] += 1 }
    let sorted = counts.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
    return sorted.map { "\($0.key.rawValue) \(Format.grouped($0.value))" }.joined(separator: "  ")
  }

  package func listFrame(_ surroundings: Surroundings) -> Rect? {
    TensorScreenLayout(self, surroundings).dividedList
  }

  package func leave() -> [Effect] { [.leaveTensors] }

  // MARK: For the operations in other files

  mutating func changeInspected(_ change: (inout InspectedTensor) -> Void) { change(&inspected) }
}
