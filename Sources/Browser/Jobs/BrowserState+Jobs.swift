import Builds
import Inspection

/// What takes a while: begun, ended, asked for again.
extension BrowserState {
  /// Begins a task.
  mutating func start(_ request: TaskRequest, replacing old: JobTask.ID? = nil) -> [Effect] {
    lastTask += 1
    return [.run(lastTask, request, replacing: old)]
  }

  // MARK: The pane

  /// Shows how the selected job ended, or how far it is.
  mutating func openJob() -> [Effect] {
    switch jobs.selected {
    case nil, .elsewhere: break
    case .build(let build):
      switch build.state {
      case .finished(let outcome): return showEnd(build, outcome)
      case .failed(let reason):
        show(MessageReport(title: "Build failed", text: reason, isError: true))
      default: break
      }
    case .task(let task):
      if case .ended(let end) = task.state {
        showResult(of: task, end)
      } else if case .verify(let order) = task.request, let slot = order.onlySlot {
        show(VerificationProgress(slotID: slot, task: task, now: jobs.now))
      }
    }
    return []
  }

  /// What it changed; of a slot that was empty before, the slot itself.
  private mutating func showEnd(_ build: Build, _ outcome: BuildOutcome) -> [Effect] {
    if let before = outcome.before { return showVerdict(build, outcome, before) }
    isZoomed = false
    focus = .slots
    return [.lookUpSlot(SlotLookup(slotID: outcome.slotID, query: list.query))]
  }

  /// Why Enter shows nothing of the selected job.
  var openJobProblem: String? {
    switch jobs.selected {
    case nil: return "there is no job"
    case .elsewhere(let job): return job.notice
    case .build(let build):
      if case .cancelled = build.state { return "this job was cancelled; \(key(.rebuild)) runs it again" }
      return build.state.isActive ? notEnded : nil
    case .task(let task):
      // A verification of one slot can be watched.
      if case .verify(let order) = task.request, order.onlySlot != nil { return nil }
      return task.isActive ? notEnded : nil
    }
  }

  private var notEnded: String { "this job has not ended; \(key(.cancel)) cancels it" }

  private mutating func showResult(of task: JobTask, _ end: TaskEnd) {
    if case .verified(let found) = end.result, let only = found.only, end.manner == .done {
      return show(VerificationReport(verification: only))
    }
    if let report = ListReport(task, end, repairKey: key(.repair)) { return show(report) }
    show(
      MessageReport(
        title: task.request.name.prefix(1).uppercased() + task.request.name.dropFirst(),
        text: TaskText.line(end, task.request), isError: end.isBad))
  }

  /// Runs a failed or cancelled job again, in its place.
  mutating func retry() -> [Effect] {
    switch jobs.selected {
    case .build(let build): return [.retryBuild(build.id)]
    case .task(let task): return start(task.request, replacing: task.id)
    case nil, .elsewhere: return []
    }
  }

  var retryProblem: String? {
    guard let job = jobs.selected else { return "there is no job" }
    if job.isElsewhere { return "another process runs this; it can't be run again from here" }
    if job.isActive { return notEnded }
    return job.canBeRetried ? nil : "this job has not failed; \(key(.rebuild)) in the list of slots rebuilds"
  }

  mutating func cancel() -> [Effect] {
    switch cancelTarget {
    case .build(let id): [.cancelBuild(id)]
    case .task(let id): [.cancelTask(id)]
    case nil, .elsewhere: []
    }
  }

  // MARK: What has ended

  mutating func ended(_ task: JobTask) -> [Effect] {
    guard case .ended(let end) = task.state else { return [] }
    if case .survey(let request) = task.request {
      surveyed(request, task, end)
      return []
    }
    storeChanged()
    noteEnd(end)
    let isWatched = closeProgress(of: task)
    switch end.result {
    case .verified(let found) where isWatched && end.manner == .done && found.only != nil:
      showResult(of: task, end)
      return []
    case .checked where dialogs.isEmpty && end.manner == .done:
      showResult(of: task, end)
      return []
    case .fileExists: askToReplace(task)
    default: break
    }
    notice = Notice(text: TaskText.notice(end, task.request) + hint(end), isError: end.isBad)
    return []
  }

  /// - Returns: whether somebody was watching it.
  private mutating func closeProgress(of task: JobTask) -> Bool {
    let before = dialogs.count
    dialogs.removeAll { ($0 as? VerificationProgress)?.task.id == task.id }
    return dialogs.count < before
  }

  /// What can be taken back now, and what can't any more.
  private mutating func noteEnd(_ end: TaskEnd) {
    switch end.result {
    case .deleted(let changed):
      marks.remove(changed.done.map(\.slotID))
      if !changed.done.isEmpty { noteForUndo(UndoStep(action: .delete, changes: changed.done)) }
    case .purged(let changed):
      marks.remove(changed.done.map(\.slotID))
      // What is gone for good can't be taken back any more.
      let gone = Set(changed.done.map(\.slotID))
      for index in undoSteps.indices { undoSteps[index].changes.removeAll { gone.contains($0.slotID) } }
      undoSteps.removeAll(where: \.changes.isEmpty)
    case .collected: undoSteps = []
    default: break
    }
  }

  /// What an undo would do now.
  private func hint(_ end: TaskEnd) -> String {
    switch end.result {
    case .deleted(let changed) where !changed.done.isEmpty: undoHint(deleted: changed.done.map(\.slotID))
    case .restored: undoHint
    default: ""
    }
  }

  /// A file that is there already is replaced only after a question.
  private mutating func askToReplace(_ task: JobTask) {
    guard case .export(var order) = task.request else { return }
    order.overwrites = true
    lastTask += 1
    show(
      QuestionDialog(
        title: "Export", lines: ["There is a file \(order.path).", "Replace it?"],
        yes: [.run(lastTask, .export(order), replacing: task.id)]))
  }
}
