import ModelContext
import SlotStore

/// One thing that `write` does to a store: announced, done, and acknowledged.
enum Change: Equatable {
  case save(slot: Int, stamp: UInt64)
  case delete(slot: Int)
  case restore(slot: Int)
  case purge(slot: Int)
  case collectGarbage

  /// Reads `save:3:17` (slot and stamp), `delete:3`, `restore:3`, `purge:3`, `gc`.
  init?(_ text: String) {
    let words = text.split(separator: ":", omittingEmptySubsequences: false)
    if text == "gc" {
      self = .collectGarbage
      return
    }
    guard words.count >= 2, let slot = Int(words[1]) else { return nil }
    switch (words[0], words.count) {
    case ("save", 3):
      guard let stamp = UInt64(words[2]) else { return nil }
      self = .save(slot: slot, stamp: stamp)
    case ("delete", 2): self = .delete(slot: slot)
    case ("restore", 2): self = .restore(slot: slot)
    case ("purge", 2): self = .purge(slot: slot)
    default: return nil
    }
  }

  /// Mostly saves.
  static func random(slots: Int, stamp: UInt64, using generator: inout SeededGenerator) -> Change {
    let slot = Int.random(in: 0..<slots, using: &generator)
    switch Int.random(in: 0..<40, using: &generator) {
    case 0..<4: return .delete(slot: slot)
    case 4..<8: return .restore(slot: slot)
    case 8: return .purge(slot: slot)
    case 9: return .collectGarbage
    default: return .save(slot: slot, stamp: stamp)
    }
  }

  /// Says what it is about to do, does it, and says that it is done: what stands between the two lines may or may not
  /// be in the store when the process is killed; what was said to be done must be.
  func perform(on store: PersistentStore, report: Report) throws {
    do {
      switch self {
      case .save(let slot, let stamp): try save(slot, stamp, store, report)
      case .restore(let slot):
        report.begin("restore \(slot)")
        report.say("done restore \(slot) revision \(try store.restoreContext(slot))")
      case .delete(let slot): try tell("delete \(slot)", report) { try store.deleteContext(slot) }
      case .purge(let slot):
        try tell("purge \(slot)", report) { try store.deleteContext(slot, purging: true) }
      case .collectGarbage: try tell("gc", report) { try store.collectGarbage() }
      }
    } catch let error as StoreError where error.isRefusal {
      report.say("refused \(error)")
    }
  }

  private func save(_ slot: Int, _ stamp: UInt64, _ store: PersistentStore, _ report: Report) throws {
    let context = try StampedContext(slot: slot, stamp: stamp).make()
    let md5 = try Checksum.md5(of: context.weights.bytes)
    report.begin("save \(slot) stamp \(stamp) md5 \(md5)")
    let saved = try store.saveContext(context, in: slot)
    report.say("done save \(slot) stamp \(stamp) revision \(saved.revision) md5 \(saved.checksum)")
  }

  private func tell(_ what: String, _ report: Report, _ body: () throws -> Void) throws {
    report.begin(what)
    try body()
    report.say("done \(what)")
  }
}

extension StoreError {
  /// Whether the store only says that there is nothing to delete or to restore: no fault.
  var isRefusal: Bool {
    switch self {
    case .noSlot, .nothingToRestore: true
    default: false
    }
  }
}
