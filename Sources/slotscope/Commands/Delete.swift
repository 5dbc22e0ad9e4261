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
    try each(of: numbers, "looking") { slot, _ in
      if try !store.exists(slot) && (!purge || store.history(of: slot).isEmpty) {
        throw StoreError.noSlot(slot)
      }
    }
    let what = numbers.count == 1 ? "slot \(numbers[0])" : "\(numbers.count) slots"
    let question =
      purge ? "Drop \(what) and all revisions? That can't be undone." : "Delete \(what)? It can be restored."
    try Question.ask(question, yes: yes, otherwise: "give --yes to delete \(what)")
    try each(of: numbers, purge ? "purging" : "deleting") { slot, line in
      try store.deleteContext(slot, purging: purge)
      line.above {
        Answer.line(
          purge ? "slot \(slot) purged" : "slot \(slot) deleted; `slotscope restore \(slot)` brings it back"
        )
      }
    }
  }

  /// One slot after the other, with a line that says how far that is, until somebody interrupts it.
  private func each(
    of slots: [Int], _ title: String, _ body: (Int, ProgressLine) throws -> Void
  ) throws {
    let progress = WorkProgress()
    let stop = Interruption { progress.cancel() }
    progress.begin(total: slots.count)
    let line = ProgressLine()
    try line.show(title, progress, unit: "slots") {
      for slot in slots {
        try progress.checkCancellation()
        try body(slot, line)
        progress.advance(by: 1)
      }
    }
    withExtendedLifetime(stop) {}
  }
}
