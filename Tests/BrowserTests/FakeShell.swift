import Builds
import Canvas
import Foundation
import Inspection
import SlotStore
import Statistics
import Tensors

@testable import Browser

/// A browser state with a shell that answers its questions at once from slots in memory.
struct FakeShell {
  var state: BrowserState
  var slots: [SlotSummary]
  /// Effects that nobody answered, in order.
  private(set) var effects: [Effect] = []
  /// Answers that are kept back until `release`.
  private(set) var held: [Message] = []
  var holdsPages = false
  var holdsDetails = false
  /// Statistics of tensors are kept back.
  var holdsTensors = false
  /// What a slot's tensors are; one unnamed one where nothing is said.
  var tensors: [Int: [TensorInfo]] = [:]
  /// Profiles that are not the usual one.
  var profiles: [Int: TensorProfile] = [:]
  var largestPage = 0
  /// What was asked for on the histogram's screen, in order.
  private(set) var histograms: [HistogramRequest] = []

  init(
    _ slots: [SlotSummary] = sampleSlots, width: Int = 140, height: Int = 40, glyphs: Glyphs = .unicode,
    readOnly: String? = nil, tensors: [Int: [TensorInfo]] = [:]
  ) {
    self.slots = slots
    self.tensors = tensors
    state = BrowserState(
      store: StoreFacts(path: "~/models", readOnlyReason: readOnly), width: width, height: height,
      glyphs: glyphs,
      now: noon)
    perform(state.settle())
  }

  var picture: String { state.draw().canvas.text }

  mutating func press(_ keys: Key...) {
    for key in keys { send(.event(.key(key))) }
  }

  mutating func type(_ text: String) {
    for character in text { send(.event(.key(.character(character)))) }
  }

  mutating func resize(_ width: Int, _ height: Int) { send(.event(.resize(width: width, height: height))) }

  mutating func send(_ message: Message) { perform(state.apply(message)) }

  mutating func takeEffects() -> [Effect] {
    defer { effects = [] }
    return effects
  }

  /// Sends what was held back, in the given order.
  mutating func release(reversed: Bool = false) {
    let messages = reversed ? held.reversed() : held
    held = []
    for message in messages { send(message) }
  }

  private mutating func perform(_ effects: [Effect]) {
    for effect in effects {
      switch effect {
      case .loadPage(let request):
        let answer = Message.page(request, .success(page(request)))
        if holdsPages { held.append(answer) } else { send(answer) }
      case .lookUpSlot(let lookup):
        let whereabouts: SlotWhereabouts =
          matching(lookup.query).contains { $0.slotID == lookup.slotID }
          ? .inList
          : slots.contains { $0.slotID == lookup.slotID }
            ? .elsewhere
            : .missing(nearest: slots.map(\.slotID).min { abs($0 - lookup.slotID) < abs($1 - lookup.slotID) })
        send(.slotLookedUp(lookup, .success(whereabouts)))
      case .loadTotals(let request):
        send(.totals(request, .success(totals(request))))
        send(.damage(DamageCount(count: slots.count { $0.integrity.isDamage })))
      case .loadDetails(let slotID, let generation):
        let found = slots.first { $0.slotID == slotID }
        let answer = found.flatMap { try? details($0, tensors: tensors[slotID]) }
        let message = Message.details(slotID: slotID, generation: generation, .success(answer))
        if holdsDetails { held.append(message) } else { send(message) }
      case .loadStatistics(let request): send(.statistics(request, .success(bell()), isFinal: true))
      case .loadProfiles(let request):
        let known = (0..<(tensors[request.slotID]?.count ?? 1)).map {
          NumberedProfile(tensor: $0, profile: profiles[$0] ?? bellProfile())
        }
        answer(.profiles(request, known, problem: nil, isFinal: true))
      case .loadTensorStatistics(let request):
        answer(.tensorStatistics(request, .success(bell()), isFinal: true))
      case .loadHeatMap(let order):
        let cells = (0..<order.request.height * order.request.width).map {
          HeatMap.Cell(mean: Double($0 % 7) - 3, largest: Double($0 % 7) - 3)
        }
        answer(
          .heatMap(
            order, .success(HeatMap(request: order.request, cells: cells, isSampled: false)), isFinal: true))
      case .loadSlotIDs(let request):
        let slots = matching(request.query).prefix(request.limit).map(\.slotID)
        let answer = Message.slotIDs(request, .success(slots))
        if holdsPages { held.append(answer) } else { send(answer) }
      case .loadHistogram(let request):
        histograms.append(request)
        answer(.histogram(request, .success(spreads(request)), isFinal: true))
      case .loadCompanion(let slotID):
        send(.companion(slotID: slotID, .success(slots.first { $0.slotID == slotID })))
      default: self.effects.append(effect)
      }
    }
  }

  private func spreads(_ request: HistogramRequest) -> [WeightStatistics] {
    func known(_ range: HistogramRange) -> [WeightStatistics] {
      request.sources.map {
        spread(of: $0, bins: request.bins, range: range, hasQuantiles: request.hasQuantiles)
      }
    }
    let alone = known(request.range)
    let bounds = alone.compactMap(\.histogram)
    guard alone.count > 1, let low = bounds.map(\.lowerBound).min(),
      let high = bounds.map(\.upperBound).max()
    else { return alone }
    return known(.fixed(low...high))
  }

  private mutating func answer(_ message: Message) {
    if holdsTensors { held.append(message) } else { send(message) }
  }

  private func matching(_ query: ListQuery) -> [SlotSummary] {
    let places = slots.filter {
      (query.modelType == nil || $0.modelType == query.modelType)
        && (query.search.isEmpty
          || "\($0.slotID) \($0.name) \($0.modelType)".localizedCaseInsensitiveContains(query.search))
    }
    return places.sorted { OrderedPlace($0, query).precedes(OrderedPlace($1, query)) }
  }

  private mutating func page(_ request: PageRequest) -> SlotPage {
    let all = matching(request.query)
    let located = request.locate.flatMap { wanted in all.firstIndex { $0.slotID == wanted } }
    let start = min(
      max(0, (located ?? request.center) - request.limit / 2), max(0, all.count - request.limit))
    let rows = Array(all[start..<min(all.count, start + request.limit)])
    largestPage = max(largestPage, rows.count)
    return SlotPage(total: all.count, offset: start, rows: rows, located: located)
  }

  private func totals(_ request: TotalsRequest) -> Totals {
    let found = matching(ListQuery(search: request.search))
    let types = Set(slots.map(\.modelType)).sorted().map { type in
      Totals.TypeCount(modelType: type, count: found.count { $0.modelType == type })
    }
    return Totals(
      contexts: slots.count, sizeBytes: slots.reduce(0) { $0 + $1.sizeBytes },
      types: types.sorted { $0.count > $1.count })
  }
}
