import Builds
import ModelContext

extension BrowserState {
  /// Why a command can't be carried out now where `scope` takes the keys; nil where it can.
  func whyDisabled(_ command: Command, in scope: Scope) -> String? {
    if command == .narrowList || command == .widenList, scope.isScreen {
      return dividedList == nil ? "the list has nothing beside it here" : nil
    }
    if let screen = screens.last, screen.scope == scope {
      return screen.whyDisabled(command, surroundings)
    }
    return scope == .panes ? whyDisabled(command) : nil
  }

  /// Why a command of the panes can't be carried out now, in a few words; nil where it can.
  package func whyDisabled(_ command: Command) -> String? {
    if isMarking, Self.onMarked.contains(command), focus != .jobs { return stillMarking }
    return switch command {
    case .rebuild where focus == .jobs: retryProblem
    case .open where focus == .jobs: openJobProblem
    case .open where focus == .info || focus == .config: layout.mode == .pages ? ScreenLayout.isPage : nil
    case .configProblems: configurationProblems.isEmpty ? "the configuration is fine" : nil
    case .rebuild: readOnly ?? noSlot ?? (marks.isEmpty ? noRecipe ?? isBeingBuilt : nil)
    case .changeAndRebuild: readOnly ?? noSlot ?? noDetails
    case .build, .importFile: readOnly
    case .verify: noSlot ?? (marks.isEmpty ? isBeingVerified : nil)
    case .undo: readOnly ?? (undoSteps.isEmpty ? "nothing was done here that could be undone" : nil)
    case .cancel: cancelTarget == nil ? cancelProblem : nil
    case .delete: readOnly ?? noSlot
    case .export: targets.isEmpty ? noSlot : nil
    case .python: noSlot ?? noDetails
    case .histogram, .logScale, .range: noSlot
    case .copyChecksum:
      noSlot ?? (list.selected?.checksum.isEmpty == true ? "the slot has no checksum on record" : nil)
    case .mark: noSlot ?? markProblem
    case .markAll, .history: noSlot
    case .purge: readOnly ?? noSlot
    case .gc, .repair, .clear: readOnly
    case .compare: noSlot ?? comparisonProblem
    case .nextType, .previousType:
      types.count >= 2
        ? nil : totals == nil ? "the slots are not counted yet" : "all slots are of one model type"
    default: nil
    }
  }

  /// What is carried out on the marked slots, where there are any.
  private static let onMarked: Set<Command> = [
    .rebuild, .verify, .verifyQuick, .delete, .export, .purge, .compare,
  ]

  private var readOnly: String? { store.readOnlyReason }

  private var noSlot: String? {
    if list.selected != nil { return nil }
    return list.total == 0 ? "there is no slot" : "no slot is selected"
  }

  /// What is still being loaded is waited for.
  private var noDetails: String? { inspected.details == nil ? inspected.detailsProblem : nil }

  private var noRecipe: String? {
    guard let details = inspected.details, details.summary.slotID == list.selectedSlotID else { return nil }
    if details.recipe != nil || NodeType(details.summary.modelType) != nil { return nil }
    return "nobody recorded how slot \(details.summary.slotID) was built"
  }

  private var isBeingBuilt: String? {
    list.selectedSlotID.flatMap { jobs.activeBuild(slotID: $0) }.map {
      "slot \($0.slotID ?? 0) is being built; \(key(.cancel)) cancels"
    }
  }

  private var isBeingVerified: String? {
    guard let slot = list.selectedSlotID, jobs.verification(of: slot) != nil else { return nil }
    return "slot \(slot) is being verified; \(key(.cancel)) stops it"
  }

  /// What a cancel is for: the selected job, that of the selected slot, or the only one there is.
  var cancelTarget: Job.ID? {
    if focus == .jobs { return jobs.selected.flatMap { $0.isActive && !$0.isElsewhere ? $0.id : nil } }
    if let job = list.selectedSlotID.flatMap({ jobs.active(slotID: $0) }) { return job.id }
    let active = jobs.ours
    return active.count == 1 ? active[0].id : nil
  }

  private var cancelProblem: String {
    if focus == .jobs, case .elsewhere(let job)? = jobs.selected { return job.notice }
    if focus == .jobs, !jobs.ours.isEmpty { return "this job has ended" }
    return jobs.ours.isEmpty
      ? "nothing is under way" : "several jobs run; choose one in the jobs pane (\(key(.nextPane)))"
  }

  /// The model types there are, as the tabs show them.
  var types: [Totals.TypeCount] { totals?.types ?? [] }
}
