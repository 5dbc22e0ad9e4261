import Canvas
import Inspection
import Statistics

/// What is different between two slots or revisions: a table of tensors, config and metadata, and the values of the
/// selected tensor over each other.
package struct DifferenceScreen: ListScreen {
  /// Its panes, in the order in which Tab visits them.
  package enum Pane: String, Sendable, Hashable, CaseIterable {
    case list = "Tensors"
    case changes = "A and B"
    case histogram = "Histogram"
  }

  package let request: DifferenceRequest
  /// nil until both are open.
  package private(set) var difference: Difference?
  package internal(set) var list: DifferenceList?
  private(set) var configChanges: [ShortChange] = []
  private(set) var metadataChanges: [ShortChange] = []
  /// The share of the bytes that have been read; nil when nothing more comes.
  package private(set) var fraction: Double? = 0
  /// Why it ended before it was done.
  package private(set) var problem: String?

  package internal(set) var focus = Pane.list
  /// The pane in focus takes the whole screen.
  package internal(set) var isZoomed = false
  /// What is being typed after `/`; nil while nobody types.
  package internal(set) var filter: TextField?
  package internal(set) var isLog = false
  var changesScroll = ScrollPosition()

  private var isAsked = false
  private var distributionsRequest: DistributionsRequest?
  /// Of the selected tensor, as soon as they are there.
  private(set) var distributions: TensorDistributions?
  private(set) var distributionsProblem: String?

  init(_ request: DifferenceRequest) { self.request = request }

  package var scope: Scope { filter == nil ? .difference : .filter }

  /// The selected tensor.
  var tensor: TensorDifference? { list.flatMap { list in list.selectedTensor.map { list.tensors[$0] } } }

  /// What became of the tensors, as far as they are read.
  var totals: DifferenceTotals? { list.map { DifferenceTotals($0.tensors) } }

  // MARK: What it asks for and is told

  package mutating func settle(_ surroundings: Surroundings) -> [Effect] {
    let layout = DifferenceScreenLayout(self, surroundings)
    if let rows = layout.listRows, !rows.isEmpty { list?.show(rows: rows.height) }
    if !isAsked {
      isAsked = true
      return [.loadDifference(request)]
    }
    guard let selected = list?.selectedTensor else { return [] }
    let wanted = DistributionsRequest(difference: request, tensor: selected)
    if wanted == distributionsRequest { return [] }
    distributionsRequest = wanted
    distributions = nil
    distributionsProblem = nil
    return [.loadDistributions(wanted)]
  }

  package mutating func take(_ message: Message, _ surroundings: Surroundings) {
    switch message {
    case .difference(request, let news): take(news)
    case .distributions(let request, let outcome) where request == distributionsRequest:
      switch outcome {
      case .success(let distributions): self.distributions = distributions
      case .failure(let problem): distributionsProblem = problem
      }
    default: break
    }
  }

  private mutating func take(_ news: DifferenceNews) {
    switch news {
    case .known(let difference):
      self.difference = difference
      list = DifferenceList(difference.tensors)
      configChanges = difference.configChanges.map { ShortChange($0) }
      metadataChanges = difference.metadataChanges.map { ShortChange($0) }
    case .read(let read, let fraction):
      changeList { $0.take(read) }
      self.fraction = fraction
    case .ended(let problem):
      fraction = nil
      self.problem = problem
    }
  }

  package func listFrame(_ surroundings: Surroundings) -> Rect? {
    DifferenceScreenLayout(self, surroundings).dividedList
  }

  package func leave() -> [Effect] { [.leaveDifference] }
}

/// One key that changed, no longer than any screen shows: metadata may hold a whole vocabulary.
struct ShortChange: Sendable, Equatable {
  let key: String
  let old: String
  let new: String

  init<Value>(_ change: KeyChange<Value>) {
    let texts = change.texts
    key = VisibleText.sanitize(change.key, limit: 256)
    old = VisibleText.sanitize(texts.old, limit: 256)
    new = VisibleText.sanitize(texts.new, limit: 256)
  }
}
