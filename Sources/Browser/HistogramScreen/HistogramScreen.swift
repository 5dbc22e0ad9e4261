import Canvas
import Inspection
import SlotStore
import Statistics

/// The histogram of a slot or of a tensor, with axes and a cursor that reads it; over it that of the slot marked last.
package struct HistogramScreen: FullScreen {
  /// The slot whose histogram goes over the one in view.
  private enum Companion: Sendable {
    case none
    case asked(slotID: Int)
    case known(HistogramSubject)
    case missing(slotID: Int, problem: String)

    var slotID: Int? {
      switch self {
      case .none: nil
      case .asked(let slotID), .missing(let slotID, _): slotID
      case .known(let subject): subject.source.slotID
      }
    }
  }

  package internal(set) var weights: WeightsPane
  private(set) var subject: HistogramSubject
  private var companion = Companion.none
  /// Whether the marked slot's is in front.
  package internal(set) var isExchanged = false
  var window = HistogramWindow()
  /// The value whose bar is read; nil for the highest bar.
  package internal(set) var cursor: Double?

  private var request: HistogramRequest?
  /// The best so far, in the order of the subjects; those of an earlier range stay until the new ones are there.
  private var statistics: [WeightStatistics]
  private var quantiles: [HistogramSource: Quantiles] = [:]
  private(set) var problem: String?
  /// Better statistics are under way.
  private(set) var isCounting = false
  /// How much of them has been counted, where it takes longer than a blink.
  private(set) var fraction: Double?
  private var generation = 0
  /// The marked slot may hold something else by now.
  private var isCompanionStale = false

  init(_ subject: HistogramSubject, _ weights: WeightsPane) {
    self.subject = subject
    self.weights = weights
    statistics = subject.known.map { [$0] } ?? []
  }

  package var scope: Scope { .histogram }

  // MARK: What it shows

  /// One or two, in the order in which they were asked for.
  private var subjects: [HistogramSubject] {
    if case .known(let other) = companion { return [subject, other] }
    return [subject]
  }

  /// Those that are drawn, the one in front first.
  var shown: [(subject: HistogramSubject, statistics: WeightStatistics)] {
    let pairs = Array(zip(subjects, statistics))
    return isExchanged ? pairs.reversed() : pairs
  }

  var isCompared: Bool { subjects.count > 1 }

  /// Why no other histogram is over it though a slot is marked.
  var companionProblem: String? {
    if case .missing(_, let problem) = companion { return problem }
    return nil
  }

  func quantiles(of subject: HistogramSubject) -> Quantiles? {
    quantiles[subject.source] ?? subject.quantiles
  }

  /// Values of the smaller one, and whether they differ in how many they have: known before they are counted, so that
  /// nothing moves then.
  private var values: Int { subjects.map(\.values).min() ?? 0 }
  private var showsShares: Bool { Set(subjects.map(\.values)).count > 1 }

  /// nil where there is nothing to draw, or not yet.
  func chart() -> HistogramChart? {
    var chart = HistogramChart(
      shown.map(\.statistics), range: window.zoom, values: values, isLog: weights.isLog)
    chart?.showsShares = showsShares
    chart?.isCompared = isCompared
    chart?.isDotted = weights.isDotted
    chart?.isLarge = true
    return chart
  }

  func geometry(_ layout: HistogramScreenLayout) -> HistogramGeometry {
    HistogramChart.geometry(
      in: layout.plot, values: values, isDotted: weights.isDotted, isLarge: true, showsShares: showsShares)
  }

  /// From the smallest value to the largest; nil where they are all the same, or none.
  var allValues: ClosedRange<Double>? {
    let summaries = shown.map(\.statistics.summary)
    guard let low = summaries.compactMap(\.min).min(), let high = summaries.compactMap(\.max).max(),
      low < high
    else { return nil }
    return low...high
  }

  // MARK: What it asks for and is told

  /// Bins are at least so many: where the screen grows or is zoomed, there is something to draw at once.
  private static let fewestBins = 1024

  package mutating func settle(_ surroundings: Surroundings) -> [Effect] {
    var effects = followBelow(surroundings)
    if case .asked = companion { return effects }
    let geometry = geometry(HistogramScreenLayout(self, surroundings))
    guard geometry.count > 0 else { return effects }
    var next = HistogramRequest(
      sources: subjects.map(\.source), range: window.zoom.map { .fixed($0) } ?? weights.range.range,
      bins: geometry.bins(atLeast: Self.fewestBins),
      hasQuantiles: !isCompared && quantiles(of: subject) == nil, generation: generation)
    if next.shows(request) { return effects }
    if next.sources != request?.sources, request != nil { statistics = known(next.sources) }
    generation += 1
    next.generation = generation
    request = next
    problem = nil
    isCounting = true
    fraction = nil
    effects.append(.loadHistogram(next))
    return effects
  }

  /// Of one that stays in view, what is known of it stays too.
  private func known(_ sources: [HistogramSource]) -> [WeightStatistics] {
    if sources.first == request?.sources.first { return statistics.first.map { [$0] } ?? [] }
    return subject.known.map { [$0] } ?? []
  }

  /// Takes over what is selected below, and which slot is marked there.
  private mutating func followBelow(_ surroundings: Surroundings) -> [Effect] {
    if let selected = surroundings.subject {
      if selected.source != subject.source {
        window.reset()
        cursor = nil
      }
      subject = selected
    }
    let marked = subject.source.tensor == nil ? surroundings.marked : nil
    guard marked != companion.slotID else {
      guard isCompanionStale, let marked else { return [] }
      isCompanionStale = false
      return [.loadCompanion(slotID: marked)]
    }
    isExchanged = false
    isCompanionStale = false
    guard let marked else {
      companion = .none
      return []
    }
    companion = .asked(slotID: marked)
    return [.loadCompanion(slotID: marked)]
  }

  package mutating func take(_ message: Message, _ surroundings: Surroundings) {
    switch message {
    case .histogram(let request, let outcome, let isFinal) where request == self.request:
      switch outcome {
      case .success(let statistics):
        self.statistics = statistics
        for (source, known) in zip(request.sources, statistics) {
          if let found = known.quantiles { quantiles[source] = found }
        }
      case .failure(let problem): self.problem = problem
      }
      if isFinal {
        isCounting = false
        fraction = nil
      }
    case .histogramCounted(let request, let fraction) where request == self.request && isCounting:
      self.fraction = fraction
    case .companion(let slotID, let outcome) where slotID == companion.slotID:
      switch outcome {
      case .success(let slot?): companion = .known(HistogramSubject(slot))
      case .success(nil): companion = .missing(slotID: slotID, problem: "the marked slot \(slotID) is gone")
      case .failure(let problem): companion = .missing(slotID: slotID, problem: problem)
      }
    case .storeChanged: isCompanionStale = true
    default: break
    }
  }

  package func leave() -> [Effect] { [.leaveHistogram] }
}
