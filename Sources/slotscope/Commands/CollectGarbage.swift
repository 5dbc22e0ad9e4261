import ArgumentParser
import Inspection
import SlotStore
import Tensors

struct CollectGarbage: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gc", abstract: "Drops earlier revisions, and files that nothing names.",
    discussion: """
      Says what and how much first, and asks on a terminal; elsewhere it wants --yes. What it drops can't be restored.
      """)

  @OptionGroup var store: StoreArguments
  @Flag(help: "Only say what would go.") var dryRun = false
  @Flag(help: "Do not ask.") var yes = false
  @Flag(help: "A JSON object of {revisions, orphans, bytes, collected} on standard output.") var json = false

  func run() throws {
    let store = try store.open(dryRun ? .read : .write)
    let garbage = try look(at: store)
    if !json { Self.describe(garbage) }
    let collects = !dryRun && !garbage.isEmpty
    if collects {
      try Question.ask(
        "Drop them? They can't be restored.", yes: yes, otherwise: "give --yes to drop them, or --dry-run")
      try collect(garbage, from: store)
    }
    if json { return JSON.print(JSON.garbage(garbage, collected: collects)) }
    if collects { Answer.line("\(Format.bytes(garbage.byteCount)) freed") }
  }

  private func look(at store: PersistentStore) throws -> Garbage {
    let progress = WorkProgress()
    let stop = Interruption { progress.cancel() }
    do {
      let garbage = try ProgressLine().show("counting", progress, unit: "entries") {
        try store.garbage(progress: progress)
      }
      try progress.checkCancellation()
      withExtendedLifetime(stop) {}
      return garbage
    } catch let error as CancellationError {
      Message.note("stopped: nothing was changed")
      throw error
    }
  }

  private func collect(_ garbage: Garbage, from store: PersistentStore) throws {
    let progress = WorkProgress()
    let stop = Interruption { progress.cancel() }
    var dropped = 0
    var byteCount = 0
    do {
      _ = try ProgressLine().show("dropping", progress, unit: "files") {
        try store.collectGarbage(garbage, progress: progress) { batch in
          dropped += batch.revisions.count + batch.orphans.count
          byteCount += batch.byteCount
        }
      }
      // Too late: it was done.
      withExtendedLifetime(stop) {}
    } catch let error as CancellationError {
      let all = garbage.revisions.count + garbage.orphans.count
      Message.note(
        "stopped: \(dropped) of \(all) dropped, \(Format.bytes(byteCount)) freed; the others are as they were"
      )
      throw error
    }
  }

  private static func describe(_ garbage: Garbage) {
    for revision in garbage.revisions {
      Answer.line(
        "slot \(revision.slotID)  revision \(revision.revision)  \(Format.bytes(revision.sizeBytes))  \(revision.name)"
      )
    }
    for orphan in garbage.orphans { Answer.line(orphan) }
    for file in garbage.unplaced {
      Message.note("\(file): no row names it, though one did: left alone; see `slotscope check`")
    }
    Answer.line(
      garbage.isEmpty
        ? "nothing to drop"
        : "\(garbage.revisions.count) earlier revisions and \(garbage.orphans.count) orphaned files, "
          + "\(Format.bytes(garbage.byteCount)) on the disk")
  }
}
