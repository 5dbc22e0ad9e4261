import Canvas
import Inspection
import SlotStore

/// What is done to the store as a whole, and what can't be taken back.
extension BrowserState {
  /// Commands that have a name and no key, but for the history of a slot.
  ///
  /// - Returns: nil where it is none of them.
  mutating func performOnStore(_ command: Command) -> [Effect]? {
    switch command {
    case .history: return list.selectedSlotID.map { look(.history(slot: $0)) } ?? []
    case .purge: return look(.purge(targets))
    case .gc: return look(.garbage)
    case .clear: return look(.clear)
    case .info: return look(.info)
    case .check: return start(.check)
    case .repair: askToRepair()
    case .verifyAll: return start(.verify(VerifyOrder(slots: nil)))
    case .verifyQuick:
      return start(.verify(VerifyOrder(slots: marks.isEmpty ? nil : marks.slots, isQuick: true)))
    default: return nil
    }
    return []
  }

  /// Looks something up; the newest question is answered, where nobody has gone on to something else meanwhile.
  private mutating func look(_ request: SurveyRequest) -> [Effect] {
    let effects = start(.survey(request), replacing: survey)
    survey = lastTask
    return effects
  }

  /// What takes longer than a blink shows how far it is, where nobody has gone on to something else.
  mutating func showSurvey() {
    guard scope == .panes, let task = survey.flatMap({ jobs.task($0) }), task.isActive,
      case .survey(let request) = task.request, let started = task.started,
      jobs.now.timeIntervalSince(started) >= Self.blink
    else { return }
    show(SurveyProgress(request, task, now: jobs.now))
  }

  /// In seconds.
  private static let blink = 0.25

  /// Nobody waits for the answer any more.
  mutating func giveUp(survey task: JobTask) -> [Effect] {
    survey = nil
    notice = Notice(text: TaskText.notice(TaskEnd(.cancelled), task.request), isError: false)
    return [.cancelTask(task.id)]
  }

  mutating func surveyed(_ request: SurveyRequest, _ task: JobTask, _ end: TaskEnd) {
    guard task.id == survey else { return }
    survey = nil
    dialogs.removeAll { $0 is SurveyProgress }
    guard case .surveyed(let found) = end.result else {
      notice = Notice(text: TaskText.notice(end, task.request), isError: end.isBad)
      return
    }
    guard scope == .panes else { return }
    switch found {
    case .history(let current, let earlier):
      guard case .history(let slot) = request else { return }
      if earlier.isEmpty {
        notice = Notice(text: "slot \(slot): no earlier revision is kept", isError: false)
      } else {
        show(HistoryDialog(slotID: slot, current: current, earlier: earlier))
      }
    case .garbage(let totals): askToCollect(totals)
    case .purge(let totals):
      guard case .purge(let slots) = request else { return }
      askToPurge(slots, totals)
    case .clear(let slots): askToClear(slots)
    case .info(let stats, let garbage): show(ListReport(stats, garbage))
    }
  }

  // MARK: Questions

  private mutating func ask(_ title: String, _ lines: [String], _ request: TaskRequest) {
    lastTask += 1
    show(QuestionDialog(title: title, lines: lines, yes: [.run(lastTask, request, replacing: nil)]))
  }

  private mutating func askToPurge(_ slots: [Int], _ totals: Purgeable) {
    let name = slots.count == 1 ? list.selected.flatMap { $0.slotID == slots[0] ? $0.name : nil } ?? "" : ""
    let what = SlotsText.text(slots) + (name.isEmpty ? "" : " (\(name))")
    ask(
      "Purge",
      [
        "Drop \(what) with all that is kept of \(slots.count == 1 ? "it" : "them")?",
        "\(NumberText.counted(totals.revisions, "revision")), \(Format.bytes(totals.byteCount)) on the disk. "
          + "That can't be undone.",
      ], .purge(slots))
  }

  private mutating func askToCollect(_ totals: GarbageTotals) {
    let left =
      totals.unplaced > 0
      ? "\(NumberText.counted(totals.unplaced, "file")) of lost rows stay: \(key(.check)) tells of them." : ""
    if totals.revisions + totals.orphans == 0 {
      let text = "there is nothing to drop" + (left.isEmpty ? "" : "; " + left)
      notice = Notice(text: text, isError: false)
      return
    }
    let parts = [
      totals.revisions > 0 ? NumberText.counted(totals.revisions, "earlier revision") : "",
      totals.orphans > 0 ? NumberText.counted(totals.orphans, "orphaned file") : "",
    ].filter { !$0.isEmpty }
    ask(
      "Collect garbage",
      [
        "Drop \(parts.joined(separator: " and ")), \(Format.bytes(totals.byteCount)) on the disk?",
        "They can't be restored, and what was done before can't be undone any more.",
        left,
      ].filter { !$0.isEmpty }, .collectGarbage)
  }

  private mutating func askToRepair() {
    ask(
      "Repair",
      [
        "Put right what a check finds?",
        "Nothing is deleted: what finds no place goes to lost+found/ in the store.",
      ], .repair)
  }

  private mutating func askToClear(_ slots: [Int]) {
    if slots.isEmpty {
      notice = Notice(text: "there is no slot", isError: false)
      return
    }
    lastTask += 1
    show(
      TypedQuestion(
        title: "Clear",
        lines: [
          "Delete \(slots.count == 1 ? "the only slot" : "all \(Format.grouped(slots.count)) slots")?",
          "Their last revisions are kept: \(key(.undo)) brings them back.",
        ], words: [String(slots.count), "clear"], yes: [.run(lastTask, .delete(slots), replacing: nil)]))
  }

  // MARK: History

  /// An earlier revision is back; what it took the place of can be brought back in turn.
  mutating func broughtBack(_ request: BringBackRequest, _ outcome: Outcome<Int>) {
    storeChanged()
    switch outcome {
    case .success(let revision):
      let change = UndoStep.Change(slotID: request.slotID, revision: request.replaced, made: revision)
      noteForUndo(UndoStep(action: .restore, changes: [change]))
      notice = Notice(
        text:
          "slot \(request.slotID): revision \(request.revision) is back, as revision \(revision)\(undoHint)",
        isError: false)
    case .failure(let problem): notice = Notice(text: problem, isError: true)
    }
  }
}

/// Asks for an earlier revision to be brought back.
package struct BringBackRequest: Sendable, Equatable {
  package var slotID: Int
  package var revision: Int
  /// What the slot holds; nil where another program wrote it, or it holds nothing.
  package var replaced: Int?
}

extension ListReport {
  fileprivate init(_ stats: StoreStats, _ garbage: GarbageTotals) {
    var entries = [
      Entry(label: "folder", text: HomeFolder.shortened(stats.directory)),
      Entry(label: "slots", text: Format.grouped(stats.totalContexts)),
      Entry(label: "size", text: Format.bytes(stats.totalSizeBytes)),
    ]
    entries += stats.byModelType.map { type in
      Entry(
        label: Format.modelType(VisibleText.sanitize(type.modelType, limit: 24)),
        text: "\(NumberText.counted(type.count, "slot")), \(Format.bytes(type.sizeBytes))")
    }
    entries.append(
      Entry(
        label: "gc drops",
        text: "\(NumberText.counted(garbage.revisions, "earlier revision")), "
          + "\(NumberText.counted(garbage.orphans, "orphaned file")), \(Format.bytes(garbage.byteCount)) on the disk"
      ))
    entries.append(Entry(label: "schema", text: stats.schemaVersion))
    self.init(title: "Store", entries: entries)
  }
}
