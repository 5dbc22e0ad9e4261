import ArgumentParser
import SlotStore

struct Write: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Saves, deletes, restores, purges and collects garbage, and says so before and after.",
    discussion: """
      Prints `begin save 3 stamp 17 md5 …` before an operation and `done save 3 stamp 17 revision 5 md5 …` after it,
      `refused …` where there was nothing to delete or restore. Exits with 2 where anything failed.
      """)

  @Argument(help: "The store; made where there is none.")
  var store: String
  @Option(help: "Random operations go to slots 0 to this number - 1.")
  var slots = 16
  @Option(help: "Random operations for so long.")
  var seconds: Double?
  @Option(help: "So many random operations; 0 only opens the store for writing.")
  var count: Int?
  @Option(
    name: .customLong("do"),
    help: "An operation: save:SLOT:STAMP, delete:SLOT, restore:SLOT, purge:SLOT or gc. Repeatable.")
  var changes: [Change] = []
  @Option(help: "What random operations follow from.")
  var seed: UInt64 = 1
  @Option(help: "The stamp of the first random save; each has the next.")
  var stamp: UInt64 = 1
  @Option(help: "Dies of SIGKILL before the store's operation of this number, or the first of this name.")
  var dieAt: Point?
  @Flag(help: "Names each of the store's operations.")
  var points = false

  func validate() throws {
    if [seconds != nil, count != nil, !changes.isEmpty].count(where: { $0 }) != 1 {
      throw ValidationError("one of --seconds, --count and --do")
    }
  }

  func run() throws {
    let report = Report()
    do {
      let opened = try openStore(report)
      try opened.prepare()
      for change in changes { try change.perform(on: opened, report: report) }
      if changes.isEmpty { try performRandom(on: opened, report: report) }
    } catch {
      report.say("failed \(error)")
      throw ExitCode(2)
    }
  }

  private func openStore(_ report: Report) throws -> PersistentStore {
    var options = StoreOptions(access: .create)
    if points || dieAt != nil {
      let points = Points(directory: store, report: report, isTelling: points, deadly: dieAt)
      options.probe = { points.passed($0, $1) }
    }
    return try PersistentStore(at: store, options: options)
  }

  private func performRandom(on store: PersistentStore, report: Report) throws {
    var generator = SeededGenerator(seed: seed)
    let start = ContinuousClock.now
    var done = 0
    while count.map({ done < $0 }) ?? (start.duration(to: .now) < .seconds(seconds ?? 0)) {
      let change = Change.random(slots: slots, stamp: stamp + UInt64(done), using: &generator)
      try change.perform(on: store, report: report)
      done += 1
    }
  }
}

extension Change: ExpressibleByArgument {
  init?(argument: String) { self.init(argument) }
}
