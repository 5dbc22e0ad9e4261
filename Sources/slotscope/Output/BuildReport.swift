import ArgumentParser
import Builds
import Canvas
import Foundation
import Inspection
import ModelContext
import SlotStore
import StrictJSON

/// Runs requests and says what came of them.
enum BuildReport {
  /// - Throws: `ExitCode` where any failed.
  static func run(_ requests: [BuildRequest], in store: PersistentStore, json: Bool) async throws {
    let queue = BuildQueue(store: store)
    let stop = Interruption { queue.cancelAll() }
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
        worst = max(worst, report(build, json: json, &results))
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

  private static func report(_ build: Build, json: Bool, _ results: inout [JSONValue]) -> Int32 {
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
        for line in lines(outcome) { Answer.line(line) }
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

  private static func lines(_ outcome: BuildOutcome) -> [String] {
    let slot = outcome.after.summary
    var lines = [
      "slot \(slot.slotID)  \(slot.modelType)  \(slot.name)  \(Format.count(slot.parameters ?? 0)) parameters  "
        + "\(Format.bytes(slot.sizeBytes))  \(slot.checksum)  \(Format.duration(outcome.seconds))"
    ]
    if outcome.before != nil {
      let verdict = Verdict(before: outcome.before, after: outcome.after)
      let undo = verdict.isUnchanged ? "" : "; `slotscope restore \(slot.slotID)` undoes it"
      lines.append("  revision \(slot.revision ?? 0): \(verdict.text)\(undo)")
    }
    if outcome.inferredRecipe {
      lines.append("  built as the reference \(slot.modelType): nobody recorded how it was built")
    }
    if let changed = outcome.sourceChanged {
      lines.append("  the source file \(changed ? "has changed since it was last read" : "is as before")")
    }
    return lines
  }
}
