import ArgumentParser
import SlotStore
import Tensors

struct Delete: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Empties slots; `slotscope restore SLOT` brings them back.",
    discussion: """
      Asks first on a terminal; elsewhere it wants --yes. With --purge nothing is kept: all revisions of the slots go, \
      also of slots that were deleted before.
      """)

  @OptionGroup var store: StoreArguments
  @Argument(help: "Slots: 7, 1-20.", completion: Completions.slots) var slots: [String]
  @Flag(help: "Do not ask.") var yes = false
  @Flag(help: "Drop all their revisions too: that can't be undone.") var purge = false

  func run() throws {
    let numbers = try SlotNumbers.parse(slots)
    let store = try store.open(.write)
    for slot in numbers where try !store.exists(slot) && (!purge || store.history(of: slot).isEmpty) {
      throw StoreError.noSlot(slot)
    }
    let what = numbers.count == 1 ? "slot \(numbers[0])" : "\(numbers.count) slots"
    let question =
      purge ? "Drop \(what) and all revisions? That can't be undone." : "Delete \(what)? It can be restored."
    try Question.ask(question, yes: yes, otherwise: "give --yes to delete \(what)")
    let progress = WorkProgress()
    let stop = Interruption { progress.cancel() }
    progress.begin(total: numbers.count)
    let line = ProgressLine()
    try line.show(purge ? "purging" : "deleting", progress, unit: "slots") {
      for slot in numbers {
        try progress.checkCancellation()
        try store.deleteContext(slot, purging: purge)
        progress.advance(by: 1)
        line.above {
          Answer.line(
            purge ? "slot \(slot) purged" : "slot \(slot) deleted; `slotscope restore \(slot)` brings it back"
          )
        }
      }
    }
    withExtendedLifetime(stop) {}
  }
}
