import ArgumentParser
import Inspection
import SlotStore
import StrictJSON
import Tensors

struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compares the index with the files: what is missing, orphaned, torn or unfinished.",
    discussion: """
      Reads names, sizes and headers; `slotscope verify` reads the weights. Exit code 1 where something is wrong and \
      was not repaired. --repair deletes nothing: what finds no place goes to lost+found/ in the store. \
      --rebuild-index makes a new index.db where it is missing or damaged.
      """)

  @OptionGroup var store: StoreArguments
  @Flag(help: "Put right what can be.") var repair = false
  @Flag(help: "Make a new index out of the weight files, and what the old one still says.") var rebuildIndex =
    false
  @Flag(help: "A JSON object of {ok, slots, kept_revisions, files, findings} on standard output.") var json =
    false

  func run() throws {
    if rebuildIndex { try rebuild() }
    let report: CheckReport
    do {
      // Also where nothing is repaired: who may write waits for whoever writes now, and sees nothing half done.
      report = try look(at: try store.open(.write))
    } catch let error as StoreError {
      guard let lost = LostIndex(error) else { throw error }
      report = lost.report
    }
    if json { JSON.print(JSON.check(report)) } else { Self.describe(report) }
    if !report.isSound { throw ExitCode(Failure.no) }
  }

  private func rebuild() throws {
    let progress = WorkProgress()
    let stop = Interruption { progress.cancel() }
    let rebuilt = try ProgressLine().show("rebuilding the index", progress) {
      try PersistentStore.rebuildIndex(at: store.directory, progress: progress)
    }
    if stop.wasAsked { throw ExitCode(Failure.interrupted) }
    let words = "a new index.db: \(rebuilt.slots) slots, \(rebuilt.keptRevisions) earlier revisions"
    Message.note(words + ", \(rebuilt.salvagedRows) rows taken from the old one")
    for path in rebuilt.setAside { Message.note("kept: \(path)") }
    for path in rebuilt.unreadable { Message.note("\(path): no array that can be read; left as it is") }
  }

  private func look(at store: PersistentStore) throws -> CheckReport {
    let progress = WorkProgress()
    let stop = Interruption { progress.cancel() }
    var repaired: [Finding] = []
    do {
      let report = try ProgressLine().show(repair ? "repairing" : "checking", progress, unit: "entries") {
        try repair
          ? store.repair(progress: progress) { repaired.append($0) } : store.check(progress: progress)
      }
      // Too late: it was done.
      withExtendedLifetime(stop) {}
      return report
    } catch let error as CancellationError {
      if !json { for finding in repaired { Self.describe(finding) } }
      Message.note(
        "stopped: " + (repaired.isEmpty ? "nothing was changed" : "\(repaired.count) repaired before"))
      throw error
    }
  }

  private static func describe(_ finding: Finding) {
    let place = [
      finding.slotID.map { "slot \($0)" }, finding.revision.map { "revision \($0)" }, finding.path,
    ].compactMap { $0 }.joined(separator: "  ")
    Answer.line("\(finding.kind.rawValue)  \(place)  \(finding.detail)")
    finding.repair.map { Answer.line("  repaired: \($0)") }
  }

  private static func describe(_ report: CheckReport) {
    for finding in report.findings { describe(finding) }
    let counted = "\(report.slots) slots, \(report.keptRevisions) earlier revisions, \(report.files) files"
    let open = report.findings.count { $0.repair == nil }
    let repaired = report.findings.count - open
    Answer.line(
      report.findings.isEmpty
        ? "sound: \(counted)"
        : "\(counted): \(report.findings.count) findings" + (repaired > 0 ? ", \(repaired) repaired" : "")
          + (open > 0 ? ", \(open) open" : ""))
  }
}
