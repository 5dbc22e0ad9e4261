import ArgumentParser
import Foundation
import SlotStore

struct Delete: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Empties slots; `slotscope restore SLOT` brings them back.",
    discussion: "Asks first on a terminal; elsewhere it wants --yes.")

  @OptionGroup var store: StoreArguments
  @Argument(help: "Slots: 7, 1-20.") var slots: [String]
  @Flag(help: "Do not ask.") var yes = false

  func run() throws {
    let numbers = try SlotNumbers.parse(slots)
    let store = try store.open(.write)
    for slot in numbers where try !store.exists(slot) { throw StoreError.noSlot(slot) }
    let what = numbers.count == 1 ? "slot \(numbers[0])" : "\(numbers.count) slots"
    if !yes {
      guard isatty(0) == 1 else {
        throw ValidationError("there is no terminal to ask on: give --yes to delete \(what)")
      }
      FileHandle.standardError.write(Data("Delete \(what)? It can be restored. [y/N] ".utf8))
      guard let answer = readLine(), ["y", "yes"].contains(answer.lowercased()) else {
        Message.note("nothing was deleted")
        throw ExitCode(Failure.no)
      }
    }
    for slot in numbers {
      try store.deleteContext(slot)
      Answer.line("slot \(slot) deleted; `slotscope restore \(slot)` brings it back")
    }
  }
}
