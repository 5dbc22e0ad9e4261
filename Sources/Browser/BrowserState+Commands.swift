import SlotStore

extension BrowserState {
  /// Carries out a command in the scope that takes the keys.
  mutating func perform(_ command: Command) -> [Effect] {
    if !dialogs.isEmpty { return performInDialog(command) }
    if !screens.isEmpty { return performOnScreen(command) }
    if jump != nil { return performInJump(command) }
    return filter == nil ? performInPanes(command) : performInFilter(command)
  }

  private mutating func performInPanes(_ command: Command) -> [Effect] {
    switch command {
    case .up, .down, .pageUp, .pageDown, .first, .last: move(command)
    case .nextPane: focusPane(by: 1)
    case .previousPane: focusPane(by: -1)
    case .open: return open()
    case .close: close()
    case .filter: filter = TextField(list.query.search)
    case .goToSlot: jump = TextField()
    case .nextType: changeType(by: 1)
    case .previousType: changeType(by: -1)
    case .nextOrder: changeOrder()
    case .reverseOrder: changeQuery { $0.isReversed.toggle() }
    case .histogram: showHistogram()
    case .logScale: weights.isLog.toggle()
    case .range: weights.range = weights.range == .central ? .all : .central
    case .help: showHelp()
    case .commands: showCommands()
    case .configProblems: show(ConfigurationReport(problems: configurationProblems))
    case .showLog: showLog()
    case .redraw: return [.redraw]
    case .nextTheme: return [.useTheme(theme.next)]
    case .suspend: return [.suspend]
    case .openShell: return [.openShell]
    case .narrowList: moveDivider(by: -Divider.step)
    case .widenList: moveDivider(by: Divider.step)
    case .quit: return quit()
    default: return work(command)
    }
    return []
  }

  /// Commands that change the store, or read weights.
  private mutating func work(_ command: Command) -> [Effect] {
    if command == .build {
      show(BuildForm(type: list.selected.flatMap { .init($0.modelType) } ?? .llm))
      return []
    }
    if command == .importFile {
      show(ImportForm())
      return []
    }
    if command == .cancel { return cancel() }
    if command == .undo { return undo() }
    if command == .rebuild, focus == .jobs { return retry() }
    if let effects = performOnStore(command) { return effects }
    let targets = targets
    switch command {
    case .rebuild: return [.submitTogether(targets.map { .rebuild(slotID: $0) })]
    case .verify: return verify(targets)
    case .delete: return delete(targets)
    case .export: export(targets)
    case .markAll: return markAll()
    default: break
    }
    guard let slot = list.selected else { return [] }
    switch command {
    case .changeAndRebuild, .python:
      guard let details = inspected.details else {
        wanted = (command, slot.slotID)
        break
      }
      if command == .python { showPython(details) } else { change(details) }
    case .copyChecksum: return copy(slot.checksum)
    case .mark: toggleMark()
    case .compare: return compare()
    default: break
    }
    return []
  }

  private mutating func export(_ targets: [Int]) {
    let name = list.selected.flatMap { targets == [$0.slotID] ? $0.name : nil }
    show(ExportForm(slots: targets.map { ExportForm.Slot(slotID: $0, name: name ?? "") }))
  }

  private mutating func showPython(_ details: SlotDetails) {
    do { show(try PythonReport(details)) } catch {
      notice = Notice(text: String(describing: error), isError: true)
    }
  }

  private mutating func change(_ details: SlotDetails) {
    if ConfigText.isTypable(details.config) { return show(BuildForm(details: details)) }
    let slot = details.summary.slotID
    notice = Notice(
      text:
        "the config of slot \(slot) does not fit the form; `slotscope rebuild \(slot) --set KEY=VALUE` changes it",
      isError: true)
  }

  // MARK: Moving

  private mutating func move(_ command: Command) {
    switch focus {
    case .slots, .weights: moveSelection(command)
    case .jobs:
      let page = max(1, (layout.insidesHeight(.jobs) ?? 1) - 1)
      jobs.move(by: Self.distance(command, page: page))
    case .info: Self.scroll(&infoScroll, command, page: layout.insidesHeight(.info) ?? 1)
    case .config: Self.scroll(&configScroll, command, page: layout.insidesHeight(.config) ?? 1)
    }
    clampScrolls()
  }

  mutating func moveSelection(_ command: Command) {
    let before = list.selection
    list.move(by: Self.distance(command, page: max(1, list.visible - 1)))
    if list.selection != before {
      infoScroll.moveToTop()
      configScroll.moveToTop()
    }
  }

  private static func distance(_ command: Command, page: Int) -> Int {
    switch command {
    case .up: -1
    case .down: 1
    case .pageUp: -page
    case .pageDown: page
    case .first: -(1 << 40)
    case .last: 1 << 40
    default: 0
    }
  }

  private static func scroll(_ position: inout ScrollPosition, _ command: Command, page: Int) {
    switch command {
    case .first: position.moveToTop()
    case .last: position.moveToEnd()
    default: position.move(by: distance(command, page: page))
    }
  }

  /// What was scrolled beyond an end is forgotten, so that the next key back moves at once.
  mutating func clampScrolls() {
    if let inside = layout.inside(.info) {
      infoScroll.clamp(count: infoLines(width: inside.width).count, visible: inside.height)
    }
    if let inside = layout.inside(.config) {
      configScroll.clamp(count: inspected.details?.config.count ?? 0, visible: inside.height)
    }
  }

  /// Carries out what waited for the slot that has been loaded now, or says why it can't be.
  mutating func performWanted() -> [Effect] {
    guard let (command, slotID) = wanted, scope == .panes else { return [] }
    if inspected.slotID == slotID, inspected.details == nil, inspected.detailsProblem == nil { return [] }
    wanted = nil
    guard list.selectedSlotID == slotID, inspected.slotID == slotID else { return [] }
    if let reason = whyDisabled(command) {
      notice = Notice(text: reason, isError: false, isKept: false)
      return []
    }
    return work(command)
  }

  // MARK: Panes

  private var panes: [PaneID] { PaneID.allCases.filter { $0 != .jobs || !jobs.isEmpty } }

  private mutating func focusPane(by step: Int) {
    let panes = panes
    let index = panes.firstIndex(of: focus) ?? 0
    focus = panes[(index + step + panes.count) % panes.count]
  }

  private mutating func open() -> [Effect] {
    switch focus {
    case .slots:
      guard let slot = list.selected else { break }
      // What is not loaded yet, or no more what the row says, is on its way.
      let known = inspected.details.flatMap {
        $0.summary.slotID == slot.slotID && $0.summary.checksum == slot.checksum ? $0 : nil
      }
      show(TensorScreen(slot: slot, details: known, problem: known == nil ? inspected.detailsProblem : nil))
    case .jobs: return openJob()
    case .weights: showHistogram()
    default: isZoomed = layout.mode == .wide && !isZoomed
    }
    return []
  }

  private mutating func close() {
    if isZoomed || focus != .slots {
      isZoomed = false
      focus = .slots
    } else if !marks.isEmpty {
      marks.removeAll()
    } else if !list.query.search.isEmpty {
      search("")
    }
  }

  private mutating func showHistogram() {
    if let subject = histogramSubject { show(HistogramScreen(subject, weights)) }
  }

  // MARK: Finding

  private mutating func changeType(by step: Int) {
    let tabs: [String?] = [nil] + types.map(\.modelType)
    let index = tabs.firstIndex(of: list.query.modelType) ?? 0
    let next = tabs[(index + step + tabs.count) % tabs.count]
    changeQuery { $0.modelType = next }
  }

  private mutating func changeOrder() {
    let orders = SlotOrder.allCases
    let index = orders.firstIndex(of: list.query.order) ?? 0
    sort(by: orders[(index + 1) % orders.count])
  }

  /// By the order that the list has already: the other way round.
  mutating func sort(by order: SlotOrder) {
    changeQuery {
      $0.isReversed = $0.order == order ? !$0.isReversed : false
      $0.order = order
    }
  }

  private mutating func performInFilter(_ command: Command) -> [Effect] {
    switch command {
    case .accept: acceptFilter()
    case .close:
      filter = nil
      search("")
    case .eraseField:
      filter?.erase()
      search("")
    case .nextOrder: changeOrder()
    case .nextType: changeType(by: 1)
    default: moveSelection(command)
    }
    return []
  }

  // MARK: Doing

  private mutating func verify(_ slots: [Int]) -> [Effect] {
    let effects = start(.verify(VerifyOrder(slots: slots)))
    if slots.count == 1 {
      let task = JobTask(id: lastTask, request: .verify(VerifyOrder(slots: slots)))
      show(VerificationProgress(slotID: slots[0], task: task, now: jobs.now))
    }
    return effects
  }

  /// One slot is deleted at once; more take a while.
  private mutating func delete(_ slots: [Int]) -> [Effect] {
    if slots.count > 1 { return start(.delete(slots)) }
    return slots.map { .delete(slotID: $0) }
  }

  mutating func copy(_ checksum: String) -> [Effect] {
    notice = Notice(text: "copied \(checksum)", isError: false)
    return [.copy(checksum)]
  }

  mutating func quit() -> [Effect] {
    let missed = jobs.missed
    if missed.isEmpty { return [.quit] }
    show(Self.quitQuestion(missed))
    return []
  }

  private static func quitQuestion(_ jobs: [Job]) -> QuestionDialog {
    let isBuilds = jobs.allSatisfy { if case .build = $0 { true } else { false } }
    let counted = NumberText.counted(jobs.count, isBuilds ? "build" : "job")
    return QuestionDialog(
      title: "Quit",
      lines: [
        "\(counted) \(jobs.count == 1 ? "is" : "are") not done.",
        isBuilds ? "Cancel and quit? Slots stay as they are." : "Cancel and quit? What is done stays done.",
      ], yes: [.cancelAllJobs, .quit], isAboutJobs: true)
  }

  /// After a change of the jobs: the pane may be gone, and the question whether to quit answers itself when the last
  /// one ends.
  mutating func reviewJobs() -> [Effect] {
    if jobs.isEmpty, focus == .jobs { focus = .slots }
    guard let question = dialogs.last as? QuestionDialog, question.isAboutJobs else { return [] }
    dialogs.removeLast()
    let missed = jobs.missed
    if missed.isEmpty { return [.quit] }
    show(Self.quitQuestion(missed))
    return []
  }
}
