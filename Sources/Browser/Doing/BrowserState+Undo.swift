import Builds

/// What was done in this session can be taken back, the last first.
extension BrowserState {
  /// What a message about something done ends with.
  var undoHint: String { undoSteps.last.map { "; \(key(.undo)) undoes \($0.text)" } ?? "" }

  mutating func undo() -> [Effect] {
    guard let step = undoSteps.popLast() else { return [] }
    return takeBack(step)
  }

  /// One slot is brought back at once; more take a while.
  private mutating func takeBack(_ step: UndoStep) -> [Effect] {
    if step.changes.count > 1 { return start(.restore(step.changes)) }
    return step.changes.map { .restore(slotID: $0.slotID, revision: $0.revision) }
  }

  /// Something was done. Messages of it may overtake each other: what was done to one slot is undone in the order of the
  /// store. What was asked for together is undone together, where that order allows it.
  mutating func noteForUndo(_ step: UndoStep) {
    let later = undoSteps.firstIndex { $0.happened(after: step) } ?? undoSteps.endIndex
    let earlier = undoSteps.lastIndex { step.happened(after: $0) } ?? -1
    let fitting = undoSteps.indices.first {
      undoSteps[$0].group == step.group && $0 > earlier && $0 < later
    }
    if step.group != nil, let fitting {
      undoSteps[fitting].changes += step.changes
    } else {
      undoSteps.insert(step, at: later)
    }
  }

  /// Says of a delete how it is taken back: at once, where nothing else was done since.
  func undoHint(deleted slotIDs: [Int]) -> String {
    guard let last = undoSteps.last, last.action == .delete, last.changes.map(\.slotID) == slotIDs else {
      return undoHint
    }
    return slotIDs.count == 1 ? "; \(key(.undo)) brings it back" : "; \(key(.undo)) brings them back"
  }

  /// The verdict's own undo: of that build alone, also where others have come after it.
  mutating func undoRebuild(of slotID: Int, from revision: Int?) -> [Effect] {
    for index in undoSteps.indices where undoSteps[index].action == .rebuild {
      undoSteps[index].changes.removeAll { $0.slotID == slotID && $0.revision == revision }
    }
    undoSteps.removeAll { $0.changes.isEmpty }
    let change = UndoStep.Change(slotID: slotID, revision: revision)
    return takeBack(UndoStep(action: .rebuild, changes: [change]))
  }
}
