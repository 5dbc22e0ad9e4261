import ArgumentParser
import Inspection
import SlotStore

struct History: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Lists the earlier revisions of a slot that are kept.")

  @OptionGroup var store: StoreArguments
  @Argument(help: "The slot's number.", completion: Completions.slots) var slot: Int
  @Flag(help: "A JSON array on standard output.") var json = false

  func run() throws {
    let kept = try store.open(.read).history(of: slot)
    if json {
      return JSON.print(
        .array(kept.map { JSON.object(JSON.revision($0)) }))
    }
    if kept.isEmpty { throw StoreError.nothingToRestore(slot: slot, revision: nil) }
    var table = Table(columns: [
      Table.Column(title: "REVISION", alignsRight: true), Table.Column(title: "TYPE"),
      Table.Column(title: "NAME"), Table.Column(title: "SIZE", alignsRight: true),
      Table.Column(title: "CHECKSUM"), Table.Column(title: "UPDATED"),
    ])
    table.rows = kept.map {
      [
        String($0.revision), Format.modelType($0.modelType), $0.name, Format.bytes($0.sizeBytes), $0.checksum,
        String($0.updatedAt.prefix(19)),
      ]
    }
    table.print()
  }
}

struct Restore: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Brings an earlier revision of a slot back.",
    discussion: "That makes a new revision and copies nothing; restoring again undoes it.")

  @OptionGroup var store: StoreArguments
  @Argument(help: "The slot's number.", completion: Completions.slots) var slot: Int
  @Option(help: "Which one; what was replaced or deleted last where it is not given.") var revision: Int?

  func run() throws {
    let made = try store.open(.write).restoreContext(slot, revision: revision)
    Answer.line("slot \(slot) restored as revision \(made)")
  }
}
