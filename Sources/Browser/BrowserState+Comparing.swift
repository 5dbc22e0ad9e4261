import Inspection
import SlotStore

/// What `=` compares.
extension BrowserState {
  /// What `=` compares, by the marks and the selection.
  private enum Comparison {
    case slots(Int, Int)
    /// A slot with what it held before.
    case previous(Int)
  }

  private var comparison: Comparison? {
    guard let selected = list.selectedSlotID else { return nil }
    let marked = marks.slots
    switch marked.count {
    case 0: return .previous(selected)
    case 1: return marked[0] == selected ? nil : .slots(marked[0], selected)
    case 2: return .slots(marked[0], marked[1])
    default: return nil
    }
  }

  /// Why nothing can be compared now; nil where it can.
  var comparisonProblem: String? {
    guard let slot = list.selected else { return nil }
    switch comparison {
    case nil where marks.count > 2:
      return
        "two slots can be compared, and \(Format.grouped(marks.count)) are marked; "
        + "\(key(.close)) takes the marks away"
    case nil: return "slot \(slot.slotID) is the marked one; select the slot to compare it with"
    case .previous where slot.revision == 1:
      return "slot \(slot.slotID) has no earlier revision; \(key(.mark)) marks it, to compare it with another"
    default: return nil
    }
  }

  mutating func compare() -> [Effect] {
    switch comparison {
    case .slots(let a, let b):
      showDifference(RevisionReference(slotID: a), RevisionReference(slotID: b))
    case .previous(let slot): return [.findPrevious(slotID: slot)]
    case nil: break
    }
    return []
  }

  mutating func showDifference(_ a: RevisionReference, _ b: RevisionReference) {
    differenceGeneration += 1
    show(DifferenceScreen(DifferenceRequest(a: a, b: b, generation: differenceGeneration)))
  }

  /// What a slot held before is known: compared where nobody has gone on to something else meanwhile.
  mutating func take(previous outcome: Outcome<RevisionReference>, of slotID: Int) {
    switch outcome {
    case .success(let previous):
      guard dialogs.isEmpty, screens.isEmpty, filter == nil, list.selectedSlotID == slotID else { return }
      showDifference(previous, RevisionReference(slotID: slotID))
    case .failure(let problem): notice = Notice(text: problem, isError: true)
    }
  }

  /// Compares what a build replaced with what it made.
  mutating func compare(_ report: VerdictReport) -> [Effect] {
    guard let revision = report.replaced.summary.revision else {
      return [.findPrevious(slotID: report.slotID)]
    }
    showDifference(
      RevisionReference(slotID: report.slotID, revision: revision),
      RevisionReference(slotID: report.slotID, revision: report.outcome.after.summary.revision))
    return []
  }
}
