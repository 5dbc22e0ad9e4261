import ArgumentParser
import Builds
import Canvas
import Foundation
import Inspection
import ModelContext
import SlotStore
import StrictJSON
import Tensors

/// Runs requests and says what came of them.
enum BuildReport {
  /// - Throws: `ExitCode` where any failed.
  static func run(_ requests: [BuildRequest], in store: PersistentStore, json: Bool) async throws {
    let queue =
      UserConfiguration.current.parallelBuilds.map { BuildQueue(store: store, parallel: $0) }
      ?? BuildQueue(store: store)
    let comparing = WorkProgress()
    let stop = Interruption {
      queue.cancelAll()
      comparing.cancel()
    }
    for request in requests { try queue.submit(request) }
    let line = ProgressLine()
    var reported: Set<Build.ID> = []
    var results: [JSONValue] = []
    var worst: Int32 = 0
    let changes = queue.changes()
    var watch = changes.makeAsyncIterator()
    while true {
      let builds = queue.builds
      for build in builds where !build.state.isActive && reported.insert(build.id).inserted {
        line.clear()
        let tensors = json ? nil : await tensorLine(of: build, in: store, line, comparing)
        worst = max(worst, report(build, json: json, tensors: tensors, &results))
      }
      if !builds.contains(where: { $0.state.isActive }) { break }
      line.show(builds)
      _ = await watch.next()
    }
    line.clear()
    if json { JSON.print(.array(results)) }
    if stop.wasAsked { throw ExitCode(Failure.interrupted) }
    if worst != 0 { throw ExitCode(worst) }
  }

  private static func report(
    _ build: Build, json: Bool, tensors: String?, _ results: inout [JSONValue]
  ) -> Int32 {
    switch build.state {
    case .finished(let outcome):
      if json {
        results.append(
          JSON.object(
            JSON.summary(outcome.after.summary) + [
              ("seconds", JSON.number(outcome.seconds)),
              ("previous_checksum", JSON.string(outcome.before?.summary.checksum)),
              ("source_changed", outcome.sourceChanged.map(JSONValue.bool) ?? .null),
            ]))
      } else {
        for line in lines(outcome, tensors: tensors) { Answer.line(line) }
      }
      return 0
    case .failed(let why):
      let slot = build.slotID.map { "slot \($0)" } ?? build.name
      Message.error(why.hasPrefix("slot ") || build.slotID == nil ? why : "\(slot): \(why)")
      return Failure.impossible
    case .cancelled:
      Message.note(
        "cancelled: \(build.name)\(build.slotID.map { " for slot \($0)" } ?? ""); nothing was changed")
      return Failure.impossible
    case .queued, .running: return 0
    }
  }

  /// What a rebuild made of the tensors; nil where they are as before, for other builds, and where the revision that
  /// it replaced is not kept.
  private static func tensorLine(
    of build: Build, in store: PersistentStore, _ line: ProgressLine, _ progress: WorkProgress
  ) async -> String? {
    guard build.action == .rebuild, case .finished(let outcome) = build.state, let before = outcome.before,
      before.summary.checksum != outcome.after.summary.checksum
    else { return nil }
    let now = RevisionReference(slotID: outcome.slotID, revision: outcome.after.summary.revision)
    let totals = await onThread { () -> DifferenceTotals? in
      let inspector = Inspector(store: store)
      guard
        let old = try? before.summary.revision.map({ RevisionReference(slotID: outcome.slotID, revision: $0) }
        )
          ?? inspector.previous(of: outcome.slotID),
        let comparison = try? inspector.comparison(of: old, with: now)
      else { return nil }
      return try? line.show("comparing slot \(outcome.slotID)", progress) {
        try comparison.run(progress: progress).totals
      }
    }
    return totals.map { "  tensors \($0.text)" + ($0.stepText.map { "; \($0)" } ?? "") }
  }

  /// Long work that blocks has a thread of its own.
  private static func onThread<T: Sendable>(_ body: @escaping @Sendable () -> T) async -> T {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread { continuation.resume(returning: body()) }
    }
  }

  private static func lines(_ outcome: BuildOutcome, tensors: String?) -> [String] {
    let slot = outcome.after.summary
    var lines = [
      "slot \(slot.slotID)  \(slot.modelType)  \(slot.name)  \(Format.count(slot.parameters ?? 0)) parameters  "
        + "\(Format.bytes(slot.sizeBytes))  \(slot.checksum)  \(Format.duration(outcome.seconds))"
    ]
    if let before = outcome.before {
      let verdict = Verdict(before: before, after: outcome.after)
      let undo = verdict.isUnchanged ? "" : "; `slotscope restore \(slot.slotID)` undoes it"
      lines.append("  revision \(slot.revision ?? 0): \(verdict.text)\(undo)")
    }
    if let tensors { lines.append(tensors) }
    if outcome.inferredRecipe {
      lines.append("  built as the reference \(slot.modelType): nobody recorded how it was built")
    }
    if let changed = outcome.sourceChanged {
      lines.append("  the source file \(changed ? "has changed since it was last read" : "is as before")")
    }
    return lines
  }
}
