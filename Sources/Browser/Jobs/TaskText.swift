import Inspection
import SlotStore

/// How a task ended, in words.
enum TaskText {
  /// For the status line, beginning with what it is about.
  static func notice(_ end: TaskEnd, _ request: TaskRequest) -> String {
    let slots = request.slotIDs
    let subject = slots.count == 1 ? "slot \(slots[0])" : request.name
    return "\(subject): \(line(end, request))"
  }

  static func line(_ end: TaskEnd, _ request: TaskRequest) -> String {
    let done = end.result.map { text($0, request) } ?? ""
    switch end.manner {
    case .done: return done
    case .cancelled:
      if case .stopped(let check) = end.result, check.repaired.isEmpty {
        return done.isEmpty ? "cancelled; nothing was changed" : "cancelled; \(done), nothing was changed"
      }
      return done.isEmpty ? "cancelled; nothing was changed" : "cancelled; \(done) before"
    case .failed(let why):
      if case .deleted(let changed) = end.result, !changed.done.isEmpty { return "\(done), then \(why)" }
      if case .restored(let changed) = end.result, !changed.done.isEmpty { return "\(done); \(why)" }
      if case .purged(let changed) = end.result, !changed.done.isEmpty { return "\(done), then \(why)" }
      if case .collected = end.result { return "\(done), then \(why)" }
      if case .stopped(let check) = end.result, !check.repaired.isEmpty { return "\(done), then \(why)" }
      return why
    }
  }

  private static func text(_ result: TaskResult, _ request: TaskRequest) -> String {
    switch result {
    case .verified(let found): return text(found)
    case .deleted(let changed): return changed.done.isEmpty ? "" : "\(slots(changed)) deleted"
    case .restored(let changed): return changed.done.isEmpty ? "" : "\(slots(changed)) as before"
    case .purged(let changed): return changed.done.isEmpty ? "" : "\(slots(changed)) purged"
    case .collected(let revisions, let files, let bytes):
      if revisions + files == 0 { return "there was nothing to drop" }
      let lost = files > 0 ? " and \(NumberText.counted(files, "orphaned file"))" : ""
      return "dropped \(NumberText.counted(revisions, "earlier revision"))\(lost), \(Format.bytes(bytes))"
    case .checked(let report): return text(report)
    case .stopped(let check):
      if !check.repaired.isEmpty { return "\(NumberText.counted(check.repaired.count, "finding")) repaired" }
      return check.total > 0 ? "looked at \(request.unit.text(check.completed, of: check.total))" : ""
    case .exported(let bytes):
      if case .export(let order) = request { return "wrote \(order.path), \(Format.bytes(bytes))" }
      return "wrote \(Format.bytes(bytes))"
    case .fileExists, .surveyed: return ""
    }
  }

  private static func slots(_ changed: ChangedSlots) -> String {
    NumberText.counted(changed.done.count, "slot")
  }

  static func text(_ found: VerifiedSlots) -> String {
    if let only = found.only {
      return only.ok ? "intact, the checksum matches" : only.error ?? "damaged"
    }
    if found.damagedCount == 0 {
      return found.count == 0 ? "" : "\(NumberText.counted(found.count, "slot")) intact"
    }
    return "\(Format.grouped(found.damagedCount)) of \(NumberText.counted(found.count, "slot")) damaged: "
      + found.damaged.prefix(3).map { "slot \($0.slotID)" }.joined(separator: ", ")
      + (found.damagedCount > 3 ? " and \(Format.grouped(found.damagedCount - 3)) more" : "")
  }

  static func text(_ report: CheckReport) -> String {
    let looked =
      "\(NumberText.counted(report.slots, "slot")), \(NumberText.counted(report.keptRevisions, "revision")) in the "
      + "history, \(NumberText.counted(report.files, "file"))"
    if report.findings.isEmpty { return "sound: \(looked)" }
    let repaired = report.findings.count { $0.repair != nil }
    let open = report.findings.count - repaired
    return NumberText.counted(report.findings.count, "finding")
      + (repaired > 0 ? ", \(Format.grouped(repaired)) repaired" : "")
      + (open > 0 && repaired > 0 ? ", \(Format.grouped(open)) open" : "")
  }
}
