import ArgumentParser
import Builds
import ModelContext
import SlotStore

struct Rebuild: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Builds slots again by the recipe they were built by.",
    discussion:
      "A source file is read again, and it is said whether that changed. `slotscope restore SLOT` undoes it.")

  @OptionGroup var store: StoreArguments
  @Argument(help: "Slots: 7, 1-20.", completion: Completions.slots) var slots: [String]
  @Option(help: "Another seed than the recipe's.") var seed: UInt64?
  @Option(
    name: .customLong("set"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp("A config value to change; can be given several times.", valueName: "key=value"))
  var set: [String] = []
  @Flag(help: "A JSON array of what was built.") var json = false

  func run() async throws {
    let numbers = try SlotNumbers.parse(slots)
    let config = try Settings.config(set)
    let store = try store.open(.write)
    for slot in numbers where try !store.exists(slot) { throw StoreError.noSlot(slot) }
    try await BuildReport.run(
      numbers.map { .rebuild(slotID: $0, seed: seed, set: config) }, in: store, json: json)
  }
}
