import Foundation
import ModelContext
import SlotStore
import Synchronization
import Tensors
import Testing

/// Every operation that a save, delete, restore, gc or recovery asks of files and index fails once, in turn.
struct FaultTests {
  /// What is done to a store that holds 1 and then 2 in slot 1, 3 in slot 2, and nothing in slot 3.
  enum Action: String, CaseIterable, Sendable {
    case save, saveLarge, saveToEmpty, delete, purge, restore, gc, recover, adopt, verify

    func run(_ store: PersistentStore) throws {
      switch self {
      case .save: try store.saveContext(.sample(4), in: 1)
      case .saveLarge: try store.saveContext(.sample(4, count: 300_000), in: 1)
      case .saveToEmpty: try store.saveContext(.sample(4), in: 3)
      case .delete: try store.deleteContext(1)
      case .purge: try store.deleteContext(1, purging: true)
      case .restore: try store.restoreContext(1)
      case .gc: try store.collectGarbage()
      case .recover: try store.prepare()
      case .adopt: try store.saveContext(.sample(4), in: 5)
      case .verify: _ = try store.verify(1)
      }
    }

    /// What a slot may hold when it failed or was done: nothing is nil.
    func allowed(_ slot: Int) -> [Double?] {
      switch (self, slot) {
      case (.save, 1), (.saveLarge, 1): [2, 4]
      case (.saveToEmpty, 3): [nil, 4]
      case (.delete, 1), (.purge, 1): [2, nil]
      case (.restore, 1): [2, 1]
      case (.adopt, 5): [5, 4]
      case (_, 1): [2]
      case (_, 2): [3]
      case (_, 5): [5]
      default: [nil]
      }
    }
  }

  enum Fault: CaseIterable, Sendable {
    case inputOutput, noSpace

    func error(_ operation: StoreOperation, _ path: String) -> FileError {
      switch self {
      case .inputOutput: .system(path: path, operation: operation.rawValue, code: EIO)
      case .noSpace: .noSpace(path: path)
      }
    }
  }

  @Test(
    "every operation fails once: each slot is whole at its old or new revision, and nothing leaks",
    arguments: Action.allCases)
  func everyStep(action: Action) async throws {
    // The faults differ in their words alone: one action is enough for the second.
    let faults = action == .save ? Fault.allCases : [.inputOutput]
    for fault in faults { try await onThread { try Self.everyStep(action, fault) } }
  }

  private static func everyStep(_ action: Action, _ fault: Fault) throws {
    let template = try template()
    var survived = 0
    for number in 1...400 {
      let folder = TemporaryFolder.make(fast: true)
      try FileManager.default.copyItem(atPath: template, toPath: folder)
      let counter = Counter(failing: number, fault)
      var options = StoreOptions()
      options.probe = counter.probe
      let outcome = Result { try action.run(PersistentStore(at: folder, options: options)) }
      try check(folder, action, outcome, counter)
      try FileManager.default.removeItem(atPath: folder)
      guard counter.hasFailed else { break }
      survived = number
    }
    #expect(survived > 5 && survived < 400, "\(survived) operations failed, one at a time")
  }

  /// A store in which there is work for recovery: a staged file, a link and a removal that were not done.
  private static func template() throws -> String {
    let temporary = try TemporaryStore(fast: true)
    for (slot, number) in [(1, 0.0), (1, 1), (2, 3), (9, 9)] {
      try temporary.store.saveContext(.sample(number), in: slot)
    }
    try temporary.store.deleteContext(9)
    try ForeignProgram.write(5, slot: 5, in: temporary.directory)
    let killed = try temporary.another { options in
      options.probe = { operation, path in
        if [.symlink, .remove].contains(operation) { throw FileError.noSpace(path: path) }
      }
    }
    try killed.saveContext(.sample(2), in: 1)
    for name in ["wal/\(UUID()).npy", "revisions/00000002.r2.00000000.npy"] {
      #expect(FileManager.default.createFile(atPath: temporary.path(name), contents: Data([1])))
    }
    return temporary.directory
  }

  private static func check(
    _ folder: String, _ action: Action, _ outcome: Result<Void, any Error>, _ counter: Counter
  ) throws {
    let place = Comment("\(action) with \(counter.description)")
    let reopened = try PersistentStore(at: folder)
    for slot in [1, 2, 3, 5, 9] {
      let holds = try value(reopened, slot)
      #expect(action.allowed(slot).contains(holds), place)
      if slot == 1, case .success = outcome, let new = action.allowed(1).last { #expect(holds == new, place) }
    }
    // What is kept can be read too, until it is dropped.
    for slot in [1, 2, 9] {
      for revision in try reopened.history(of: slot) {
        let opened = try reopened.openWeights(slot, revision: revision.revision)
        #expect(try Checksum.md5(of: opened.data) == revision.checksum, place)
      }
    }
    try reopened.prepare()
    try reopened.saveContext(.sample(7), in: 7)
    #expect(try reopened.check().findings == [], place)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/wal") == ["lock"], place)
  }

  private static func value(_ store: PersistentStore, _ slot: Int) throws -> Double? {
    do { return try store.loadContext(slot, verifying: true).first } catch StoreError.noSlot { return nil }
  }
}

/// Counts operations and makes one of them fail. After a failed fsync none is asked of that file again.
final class Counter: Sendable, CustomStringConvertible {
  private struct State {
    var count = 0
    var failed: (operation: StoreOperation, path: String)?
  }
  private let state = Mutex(State())
  private let number: Int
  private let fault: FaultTests.Fault

  init(failing number: Int, _ fault: FaultTests.Fault) {
    self.number = number
    self.fault = fault
  }

  var probe: Probe {
    { [self] operation, path in
      try state.withLock { state in
        state.count += 1
        if let failed = state.failed, failed.operation == .syncFile, operation == .syncFile {
          #expect(failed.path != path, "a failed fsync is not tried again")
        }
        if state.count == number {
          state.failed = (operation, path)
          throw fault.error(operation, path)
        }
      }
    }
  }

  var hasFailed: Bool { state.withLock { $0.failed != nil } }
  var description: String {
    state.withLock { state in
      state.failed.map { "operation \(number) failing: \($0.operation) \($0.path)" } ?? "nothing failing"
    }
  }
}
