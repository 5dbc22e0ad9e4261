import ArgumentParser
import Inspection
import SlotStore
import Tensors

struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Reads weights through and compares their MD5 with the index.",
    discussion: """
      A slot that was verified before, and whose file is still the same (size, time, inode), is not read again: \
      --force reads it, which also finds bits that went bad on the disk meanwhile. --quick compares faster digests \
      (XXH3) instead of the MD5. Exit code 1 where any slot is not as it should be.
      """)

  @OptionGroup var store: StoreArguments
  @Argument(help: "Slots: 7, 1-20. All where none is named.", completion: Completions.slots) var slots:
    [String] = []
  @Flag(help: "All slots.") var all = false
  @Flag(help: "Read also what still is verified.") var force = false
  @Flag(help: "Compare fast digests, at the speed of the disk.") var quick = false
  @Flag(help: "A JSON array of {slot_id, expected, actual, ok, error}.") var json = false

  func run() throws {
    let named = try SlotNumbers.parse(slots)
    if all, !named.isEmpty { throw ValidationError("name slots or give --all, not both") }
    let store = try store.open(.write)
    for slot in named where try !store.exists(slot) { throw StoreError.noSlot(slot) }
    let numbers = try named.isEmpty ? store.slotIDs() : named
    let progress = WorkProgress()
    let stop = Interruption { progress.cancel() }
    var results: [Verification] = []
    let line = ProgressLine()
    try line.show("verifying", progress) {
      try store.verify(numbers, quick: quick, skippingVerified: !force, progress: progress) { result in
        results.append(result)
        if !json { line.above { Answer.line(Self.text(result)) } }
      }
    }
    if json { JSON.print(.array(results.map(JSON.verification))) }
    let bad = results.count { !$0.ok }
    if !json, results.count > 1 { Message.note(Self.total(results, bad: bad)) }
    if stop.wasAsked { throw ExitCode(Failure.interrupted) }
    if bad > 0 { throw ExitCode(Failure.no) }
  }

  private static func text(_ result: Verification) -> String {
    let slot = "slot \(result.slotID)"
    if result.ok {
      switch result.method {
      case .full: return "\(slot)  ok  \(result.actual ?? "")"
      case .quick: return "\(slot)  ok  by digests"
      case .remembered: return "\(slot)  ok  \(result.actual ?? "")  verified before, not read again"
      }
    }
    guard result.damage != nil else { return "\(slot)  FAILED  \(result.error ?? "")" }
    let sums = result.actual.map { "  expected \(result.expected ?? "none"), actual \($0)" } ?? ""
    return "\(slot)  MISMATCH\(sums)  \(result.error ?? "")"
  }

  private static func total(_ results: [Verification], bad: Int) -> String {
    if bad > 0 { return "\(bad) of \(results.count) slots are not as they should be" }
    let remembered = results.count { $0.method == .remembered }
    return "\(results.count) slots verified"
      + (remembered > 0 ? ", \(remembered) of them before (--force reads them again)" : "")
  }
}
