import ArgumentParser
import Foundation
import Inspection
import SlotStore
import Synchronization
import Tensors

struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Reads weights through and compares their MD5 with the index.",
    discussion: "Exit code 1 where any slot is not as it should be.")

  @OptionGroup var store: StoreArguments
  @Argument(help: "Slots: 7, 1-20. All where none is named.") var slots: [String] = []
  @Flag(help: "All slots.") var all = false
  @Flag(help: "A JSON array of {slot_id, expected, actual, ok, error}.") var json = false

  func run() throws {
    let named = try SlotNumbers.parse(slots)
    if all, !named.isEmpty { throw ValidationError("name slots or give --all, not both") }
    let store = try store.open(.write)
    for slot in named where try !store.exists(slot) { throw StoreError.noSlot(slot) }
    let numbers = try named.isEmpty ? store.slotIDs() : named
    let progress = WorkProgress()
    let stop = Interruption { progress.cancel() }
    let results = try Verifying.run(numbers, in: store, progress: progress) { result in
      if !json { Answer.line(Self.text(result)) }
    }
    if json { JSON.print(.array(results.map(JSON.verification))) }
    let bad = results.count { !$0.ok }
    if !json, results.count > 1 {
      Message.note(
        bad == 0
          ? "\(results.count) slots verified" : "\(bad) of \(results.count) slots are not as they should be")
    }
    if stop.wasAsked { throw ExitCode(Failure.interrupted) }
    if bad > 0 { throw ExitCode(Failure.no) }
  }

  private static func text(_ result: Verification) -> String {
    if result.ok { return "slot \(result.slotID)  ok  \(result.actual ?? "")" }
    if let error = result.error { return "slot \(result.slotID)  FAILED  \(error)" }
    return
      "slot \(result.slotID)  MISMATCH  expected \(result.expected ?? "none"), actual \(result.actual ?? "none")"
  }
}

/// Several slots at once: MD5 is serial by nature, one core each.
enum Verifying {
  /// - Parameter report: called for each slot as soon as all before it are done.
  static func run(
    _ slots: [Int], in store: PersistentStore, progress: WorkProgress,
    report: @escaping (Verification) -> Void
  ) throws -> [Verification] {
    let results = Mutex<[Int: Result<Verification, any Error>]>([:])
    let next = Atomic<Int>(0)
    let finished = DispatchSemaphore(value: 0)
    let workers = min(slots.count, ProcessInfo.processInfo.activeProcessorCount)
    for _ in 0..<workers {
      Thread.detachNewThread {
        while true {
          let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
          guard index < slots.count else { break }
          let outcome = Result { () throws -> Verification in
            try progress.checkCancellation()
            return try store.verify(slots[index], progress: progress)
          }
          results.withLock { $0[index] = outcome }
          finished.signal()
        }
      }
    }
    var ordered: [Verification] = []
    for _ in slots {
      finished.wait()
      while let outcome = results.withLock({ $0[ordered.count] }) {
        ordered.append(try outcome.get())
        report(ordered[ordered.count - 1])
      }
    }
    return ordered
  }
}
