import Builds
import SlotStore
import Statistics

extension BrowserState {
  /// Takes in what has happened.
  ///
  /// - Returns: what the shell is to do, in this order.
  package mutating func apply(_ message: Message) -> [Effect] {
    var effects: [Effect] = []
    tellScreens(message)
    tellDialogs(message)
    switch message {
    case .event(let event): effects += take(event)
    case .page(let request, let outcome): take(page: outcome, for: request)
    case .finding(let request, let news): list.take(news, for: request)
    case .totals(let request, let outcome): take(totals: outcome, for: request)
    case .damage(let count): damage = count
    case .slotLookedUp(let lookup, let outcome): take(outcome, of: lookup)
    case .details(let slotID, let generation, let outcome):
      inspected.take(details: outcome, slotID: slotID, generation: generation)
      effects += performWanted()
    case .statistics(let request, let outcome, let isFinal):
      inspected.take(statistics: outcome, for: request, isFinal: isFinal)
    // For screens and dialogs alone.
    case .histogram, .histogramCounted, .companion: break
    case .profiles, .tensorStatistics, .tensorChecksum, .heatMap, .tensorValues, .difference, .distributions,
      .compared, .tensorsCompared, .preview, .importPreview, .exportPreview, .paths:
      break
    case .previous(let slotID, let outcome): take(previous: outcome, of: slotID)
    case .builds(let builds, let now):
      for build in jobs.take(builds, now: now) { effects += ended(build) }
      effects += reviewJobs()
    case .tasks(let tasks, let now):
      for task in jobs.take(tasks, now: now) { effects += ended(task) }
      showSurvey()
      effects += reviewJobs()
    case .elsewhere(let saves, let now):
      jobs.take(saves, now: now)
      effects += reviewJobs()
    case .slotIDs(let request, let outcome): take(slotIDs: outcome, for: request)
    case .gone(let slots): marks.remove(slots)
    case .deleted(let slotID, let outcome): deleted(slotID, outcome)
    case .restored(let slotID, let outcome): restored(slotID, outcome)
    case .broughtBack(let request, let outcome): broughtBack(request, outcome)
    case .storeChanged: storeChanged()
    case .access(let readOnlyReason): store.readOnlyReason = readOnlyReason
    case .theme(let theme, let glyphs): take(theme, glyphs)
    case .time(let now): self.now = now
    case .notice(let text, let isError): notice = Notice(text: text, isError: isError)
    }
    return effects + settle()
  }

  /// What must follow from any change: rows for what is in view, and what the panes show of the selected slot.
  package mutating func settle() -> [Effect] {
    var effects: [Effect] = []
    let layout = layout
    laidOut = layout
    if let rows = layout.slotRows, !rows.isEmpty { list.show(rows: rows.height) }
    if let request = list.nextRequest() { effects.append(.loadPage(request)) }
    // What is asked for already is awaited, so that there is an answer however often the store changes.
    if needsTotals, pendingTotals?.search != list.query.search {
      needsTotals = false
      totalsGeneration += 1
      let request = TotalsRequest(search: list.query.search, generation: totalsGeneration)
      pendingTotals = request
      effects.append(.loadTotals(request))
    }
    if list.selected != nil || list.total == 0 {
      effects += inspected.follow(list.selected, range: weights.range)
    }
    return effects + reviewMarks() + settleScreens() + settleDialogs()
  }

  var layout: ScreenLayout {
    ScreenLayout(
      width: width, height: height, focus: focus, isZoomed: isZoomed, jobs: jobs.jobs.count,
      infoRows: InfoPane.rows(inspected.details), configRows: inspected.details?.config.count ?? 4,
      divider: dividers.panes)
  }

  mutating func storeChanged() {
    list.markStale()
    needsTotals = true
    needsMarksReviewed = true
  }

  // MARK: Results

  private mutating func take(page outcome: Outcome<SlotPage>, for request: PageRequest) {
    switch outcome {
    case .success(let page): _ = list.take(page, for: request)
    case .failure(let problem):
      list.giveUp(request)
      notice = Notice(text: problem, isError: true)
    }
  }

  private mutating func take(totals outcome: Outcome<Totals>, for request: TotalsRequest) {
    guard request == pendingTotals else { return }
    pendingTotals = nil
    switch outcome {
    case .success(let totals): self.totals = totals
    case .failure(let problem): notice = Notice(text: problem, isError: true)
    }
  }

  private mutating func ended(_ build: Build) -> [Effect] {
    storeChanged()
    let slot = build.slotID.map { "slot \($0)" } ?? build.name
    switch build.state {
    case .queued, .running: return []
    case .cancelled:
      notice = Notice(text: "\(slot): cancelled; nothing was changed", isError: false)
    case .failed(let reason):
      notice = Notice(text: reason.hasPrefix(slot) ? reason : "\(slot): \(reason)", isError: true)
    case .finished(let outcome):
      notice = Notice(
        text: "slot \(outcome.slotID) \(VerdictText.line(outcome, action: build.action))", isError: false)
      guard let before = outcome.before else { return [] }
      if before.summary.revision != outcome.after.summary.revision, !outcome.isUnchanged {
        let change = UndoStep.Change(
          slotID: outcome.slotID, revision: before.summary.revision, made: outcome.after.summary.revision)
        noteForUndo(UndoStep(action: .rebuild, changes: [change], group: build.group))
      }
      // Only where nobody is doing anything else, and of one build, is the verdict put before them.
      if dialogs.isEmpty, screens.isEmpty, filter == nil, outcome.slotID == list.selectedSlotID,
        jobs.isAlone(build)
      {
        notice = nil
        return showVerdict(build, outcome, before)
      }
    }
    return []
  }

  /// - Parameter before: what the slot held.
  mutating func showVerdict(_ build: Build, _ outcome: BuildOutcome, _ before: SlotDetails) -> [Effect] {
    show(VerdictReport(build: build.id, outcome: outcome, action: build.action, replaced: before))
    return [
      .compare(
        build: build.id, slotID: outcome.slotID, revision: before.summary.revision,
        sizeBytes: outcome.after.summary.sizeBytes)
    ]
  }

  private mutating func deleted(_ slotID: Int, _ outcome: Outcome<Int?>) {
    storeChanged()
    switch outcome {
    case .failure(let problem): notice = Notice(text: problem, isError: true)
    case .success(let revision):
      noteForUndo(
        UndoStep(action: .delete, changes: [UndoStep.Change(slotID: slotID, revision: revision)]))
      marks.remove([slotID])
      notice = Notice(text: "slot \(slotID) deleted\(undoHint(deleted: [slotID]))", isError: false)
    }
  }

  private mutating func restored(_ slotID: Int, _ outcome: Outcome<Int>) {
    storeChanged()
    switch outcome {
    case .success(let revision):
      list.select(slotID: slotID)
      notice = Notice(
        text: "slot \(slotID): what it held before is back, as revision \(revision)\(undoHint)",
        isError: false)
    case .failure(let problem): notice = Notice(text: problem, isError: true)
    }
  }
}
