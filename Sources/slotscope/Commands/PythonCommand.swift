import ArgumentParser
import Inspection
import SlotStore

struct PythonCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "python",
    abstract: "Prints the Python lines that load a slot with numpy.",
    discussion: """
      They map the file of the weights as they are now: a later save leaves it as it is, until its revision is dropped.

      Examples:
        slotscope python 7 > weights.py
        slotscope python 7 --tensor wte.weight
      """)

  @OptionGroup var store: StoreArguments
  @Argument(help: "The slot's number.") var slot: Int
  @Option(help: "Only this tensor.") var tensor: String?

  func run() throws {
    guard let details = try store.open(.read).details(of: slot) else { throw StoreError.noSlot(slot) }
    for line in try PythonLines(details, tensor: tensor).lines { Answer.raw(line) }
  }
}
