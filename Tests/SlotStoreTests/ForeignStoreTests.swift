import Foundation
import GRDB
import ModelContext
import Npy
import SlotStore
import Synchronization
import Testing

/// Stores as a program with numpy and sqlite3 alone writes them: eleven columns, plain files.
struct ForeignStoreTests {
  private func foreignStore() throws -> String {
    let directory = TemporaryFolder.make()
    try ForeignProgram.write(5, slot: 1, in: directory)
    return directory
  }

  @Test("it lists, loads and verifies without being changed")
  func reads() throws {
    let directory = try foreignStore()
    let before = try Data(contentsOf: URL(fileURLWithPath: directory + "/index.db"))
    let store = try PersistentStore(at: directory, options: StoreOptions(access: .read))
    let slot = try #require(try store.listSlots(modelType: "LLM", order: .name).first)
    #expect(slot.name == "theirs")
    #expect(slot.integrity == .unverified)
    #expect(slot.revision == nil)
    #expect(try store.loadContext(1).first == 5)
    #expect(try store.verify(1).ok)
    #expect(
      try store.details(of: 1)?.config["a"].map { if case .number(let n) = $0 { n.isNaN } else { false } }
        == true)
    #expect(try Data(contentsOf: URL(fileURLWithPath: directory + "/index.db")) == before)
  }

  @Test("saving over it adopts its file, and restore brings it back")
  func adopts() throws {
    let directory = try foreignStore()
    let store = try PersistentStore(at: directory)
    let saved = try store.saveContext(.sample(6), in: 1)
    #expect(saved.revision == 2)
    #expect(try store.loadContext(1).first == 6)
    try store.restoreContext(1)
    #expect(try store.loadContext(1, verifying: true).first == 5)
    #expect(try store.details(of: 1)?.metadata["name"] == "theirs")
  }

  @Test("deleting a foreign slot keeps its weights")
  func deletes() throws {
    let store = try PersistentStore(at: try foreignStore())
    try store.deleteContext(1)
    #expect(try !store.exists(1))
    try store.restoreContext(1)
    #expect(try store.loadContext(1, verifying: true).first == 5)
  }

  @Test("a slot that holds nothing but what another program wrote can't be restored, and stays as it is")
  func nothingToRestore() throws {
    let store = try PersistentStore(at: try foreignStore())
    let error = #expect(throws: StoreError.self) { try store.restoreContext(1) }
    guard case .nothingToRestore(slot: 1, revision: nil) = error else {
      Issue.record("it says: \(error.map(String.init(describing:)) ?? "nothing")")
      return
    }
    #expect(try store.check().findings == [])
    #expect(try store.summary(of: 1)?.revision == nil)
    #expect(try store.loadContext(1, verifying: true).first == 5)
  }

  @Test("a foreign program that replaces what we saved loses none of ours")
  func replacesOurs() throws {
    let temporary = try TemporaryStore()
    try temporary.store.saveContext(.sample(1), in: 1)
    try ForeignProgram.write(7, slot: 1, in: temporary.directory)
    #expect(try temporary.store.loadContext(1).first == 7)
    #expect(try temporary.store.verify(1).ok)
    #expect(try temporary.store.summary(of: 1)?.integrity == .verified)
    try temporary.store.restoreContext(1)
    #expect(try temporary.store.loadContext(1, verifying: true).first == 1)
    try temporary.store.restoreContext(1)
    #expect(try temporary.store.loadContext(1, verifying: true).first == 7)
  }

  @Test("a half-done foreign write is a mismatch, and our revision is whole")
  func halfDone() throws {
    let temporary = try TemporaryStore()
    try temporary.store.saveContext(.sample(1), in: 1)
    try ForeignProgram.write(7, slot: 1, in: temporary.directory, checksum: String(repeating: "0", count: 32))
    #expect(try !temporary.store.verify(1).ok)
    #expect(try temporary.store.summary(of: 1)?.integrity == .mismatch)
    try temporary.store.restoreContext(1)
    #expect(try temporary.store.loadContext(1, verifying: true).first == 1)
  }

  @Test(
    "a foreign save between adopting the one before and our commit is adopted instead",
    arguments: [FaultTests.Action.save, .delete])
  func adoptsAgain(action: FaultTests.Action) throws {
    let directory = try foreignStore()
    let hasLinked = Atomic<Bool>(false)
    let hasCome = Atomic<Bool>(false)
    var options = StoreOptions()
    options.probe = { operation, _ in
      if operation == .link { hasLinked.store(true, ordering: .relaxed) }
      guard operation == .transaction, hasLinked.load(ordering: .relaxed) else { return }
      if hasCome.exchange(true, ordering: .relaxed) { return }
      try ForeignProgram.write(7, slot: 1, in: directory)
    }
    let store = try PersistentStore(at: directory, options: options)
    try action.run(store)
    let came = hasCome.load(ordering: .relaxed)
    #expect(came)
    // Of what is there no longer nothing is left lying about.
    #expect(try store.check().findings == [])
    try store.restoreContext(1)
    #expect(try store.loadContext(1, verifying: true).first == 7)
  }

  @Test("a path that a row names is never followed")
  func paths() throws {
    let temporary = try TemporaryStore()
    try temporary.store.saveContext(.sample(1), in: 1)
    let secret = temporary.path("secret.npy")
    try FileManager.default.copyItem(atPath: temporary.weightFile(1), toPath: secret)
    let queue = try DatabaseQueue(path: temporary.path("index.db"))
    for path in ["../secret.npy", secret, "revisions/../secret.npy"] {
      try queue.write { try $0.execute(sql: "UPDATE contexts SET weight_file = ?", arguments: [path]) }
      #expect(try temporary.another().details(of: 1)?.weightFile == temporary.weightFile(1))
    }
    unlink(temporary.path("slots/00000001.npy"))
    symlink("../secret.npy", temporary.path("slots/00000001.npy"))
    #expect(throws: StoreError.self) { try temporary.another().loadContext(1) }
  }

  /// What another program does in the middle of our save, delete or restore.
  enum Intrusion: CaseIterable, Sendable {
    case fileAndRow
    case fileAlone
  }

  @Test(
    "a foreign program that writes at any moment of what we do loses nothing, of ours or of its own",
    arguments: [FaultTests.Action.save, .delete, .restore], Intrusion.allCases)
  func inTheMiddle(action: FaultTests.Action, intrusion: Intrusion) async throws {
    try await onThread {
      for number in 1...100 {
        let temporary = try TemporaryStore(fast: true) { $0.keepRevisions = 5 }
        for value in [1.0, 2] { try temporary.store.saveContext(.sample(value), in: 1) }
        let moment = Moment(number) { isFirst, operation in
          // In the middle of our transaction SQLite makes it wait for the end of that.
          let writesRow = intrusion == .fileAndRow && operation != .commit
          if isFirst {
            try ForeignProgram.write(8, slot: 1, in: temporary.directory, writesRow: writesRow)
          } else if intrusion == .fileAndRow {
            try ForeignProgram.writeRow(8, slot: 1, in: temporary.directory)
          }
          return intrusion == .fileAndRow && !writesRow
        }
        let store = try temporary.another { $0.probe = moment.probe }
        try action.run(store)
        guard moment.hasCome else {
          #expect(number > 10)
          return
        }
        let place = Comment("\(action), \(intrusion) before operation \(number)")
        let kept = try Self.everything(temporary)
        let expected: Set<Double> = action == .save ? [1, 2, 4, 8] : [1, 2, 8]
        #expect(kept.isSuperset(of: expected), place)
        // And the next save leaves a store without any contradiction.
        try temporary.another().saveContext(.sample(9), in: 1)
        #expect(try temporary.another().check().findings == [], place)
        #expect(try Self.everything(temporary).isSuperset(of: expected.union([9])), place)
      }
      Issue.record("never done")
    }
  }

  /// The values that can still be had: of the slot, of its revisions, of plain files.
  private static func everything(_ temporary: TemporaryStore) throws -> Set<Double> {
    let store = try temporary.another()
    var found: Set<Double> = []
    if let value = try? store.loadContext(1).first { found.insert(value) }
    for revision in try store.history(of: 1) {
      let opened = try store.openWeights(1, revision: revision.revision)
      var value = 0.0
      try withUnsafeMutableBytes(of: &value) { try opened.data.read(at: 0, into: $0) }
      found.insert(value)
    }
    for folder in ["slots", "lost+found"] {
      for name in temporary.entries(folder) {
        guard let data = FileManager.default.contents(atPath: temporary.path(folder + "/" + name)) else {
          continue
        }
        found.insert(data.suffix(8).withUnsafeBytes { $0.loadUnaligned(as: Double.self) })
      }
    }
    return found
  }
}

/// Runs something before the Nth operation.
final class Moment: Sendable {
  private let number: Int
  private let action: @Sendable (_ isFirst: Bool, StoreOperation) throws -> Bool
  private let count = Atomic<Int>(0)
  private let goesOn = Atomic<Bool>(false)

  /// - Parameter action: says whether it wants the next operation too.
  init(_ number: Int, _ action: @escaping @Sendable (_ isFirst: Bool, StoreOperation) throws -> Bool) {
    self.number = number
    self.action = action
  }

  var probe: Probe {
    { [self] operation, _ in
      let now = count.add(1, ordering: .relaxed).newValue
      if now == number || now > number && goesOn.exchange(false, ordering: .relaxed) {
        goesOn.store(try action(now == number, operation), ordering: .relaxed)
      }
    }
  }

  var hasCome: Bool { count.load(ordering: .relaxed) >= number }
}
