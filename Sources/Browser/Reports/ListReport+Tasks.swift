import Inspection
import SlotStore

extension ListReport {
  /// What a task found or could not do, slot by slot; nil where there is no list of that.
  ///
  /// - Parameter repairKey: what people press or type to put right what a check finds.
  init?(_ task: JobTask, _ end: TaskEnd, repairKey: String) {
    switch end.result {
    case .verified(let found) where found.only == nil && found.count > 0: self.init(found, end)
    case .checked(let report): self.init(report, task.request, repairKey: repairKey)
    case .stopped(let check):
      if check.repaired.isEmpty { return nil }
      self.init(
        title: "Repair", heading: TaskText.line(end, task.request), entries: check.repaired.map(Self.entry))
    case .deleted(let changed), .restored(let changed), .purged(let changed):
      guard !changed.problems.isEmpty else { return nil }
      self.init(
        title: "What went wrong", heading: TaskText.line(TaskEnd(.done, end.result), task.request),
        entries: changed.problems.map { Entry(label: "slot \($0.slotID)", text: $0.text, isBad: true) })
    default: return nil
    }
  }

  private init(_ found: VerifiedSlots, _ end: TaskEnd) {
    let more = found.damagedCount - found.damaged.count
    var heading = TaskText.text(found)
    if case .cancelled = end.manner { heading = "Cancelled; until then: \(heading)" }
    if case .failed(let why) = end.manner { heading = "\(why); until then: \(heading)" }
    self.init(
      title: "Checksums of \(NumberText.counted(found.count, "slot"))",
      facts: more > 0 ? "the first \(Format.grouped(found.damaged.count))" : "", heading: heading,
      entries: found.damaged.map {
        Entry(label: "slot \($0.slotID)", text: $0.error ?? "damaged", isBad: true, note: Self.checksums($0))
      })
  }

  private static func checksums(_ verification: Verification) -> String? {
    verification.actual.map { actual in
      verification.expected.map { "expected \($0), actual \(actual)" } ?? "actual \(actual), none on record"
    }
  }

  private init(_ report: CheckReport, _ request: TaskRequest, repairKey: String) {
    let open = report.findings.contains { $0.repair == nil }
    self.init(
      title: request == .repair ? "Repair" : "Check",
      heading: TaskText.text(report)
        + (request == .check && open
          ? ". \(repairKey) puts right what can be, and deletes nothing." : ""),
      entries: report.findings.map(Self.entry))
  }

  private static func entry(_ finding: Finding) -> Entry {
    let place = [
      finding.slotID.map { "slot \($0)" }, finding.revision.map { "revision \($0)" }, finding.path,
    ].compactMap { $0 }.joined(separator: ", ")
    return Entry(
      text: [finding.kind.rawValue, place, finding.detail].filter { !$0.isEmpty }.joined(separator: ": "),
      isBad: finding.repair == nil, note: finding.repair.map { "repaired: \($0)" })
  }
}
