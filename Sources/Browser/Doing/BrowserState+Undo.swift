import Builds

/// What was done in this session can be taken back, the last first.
extension BrowserState {
  /// What a message about something done ends with.
  var undoHint: String { undoSteps.last.map { "; u undoes \($0.text)" } ?? "" }

  mutating func undo() -> [Effect] {
    guard let step = undoSteps.popLast() else { return [] }
    return takeBack(step)
  }

  /// One slot is brought back at once; more take a while.
  private mutating func takeBack(_ step: UndoStep) -> [Effect] {
    if step.changes.count > 1 { return start(.restore(step.changes)) }
    return step.changes.map { .restore(slotID: $0.slotID, revision: $0.revision) }
  }

  /// A slot's contents were replaced by a build. What was asked for together is undone together.
  mutating func noteRebuild(of slotID: Int, from revision: Int?, group: Build.ID) {
    let change = UndoStep.Change(slotID: slotID, revision: revision)
    if let index = undoSteps.firstIndex(where: { $0.group == group }) {
      undoSteps[index].changes.append(change)
    } else {
      undoSteps.append(UndoStep(action: .rebuild, changes: [change], group: group))
    }
  }

  /// The verdict's own undo: of that build alone, also where others have come after it.
  mutating func undoRebuild(of slotID: Int, from revision: Int?) -> [Effect] {
    let change = UndoStep.Change(slotID: slotID, revision: revision)
    for index in undoSteps.indices where undoSteps[index].action == .rebuild {
      undoSteps[index].changes.removeAll { $0 == change }
    }
    undoSteps.removeAll { $0.changes.isEmpty }
    return takeBack(UndoStep(action: .rebuild, changes: [change]))
  }
}
