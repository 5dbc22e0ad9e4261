import Foundation
import ModelContext
import SlotStore
import Tensors
import Testing

struct SavingTests {
  @Test("what is saved is loaded: weights, config, metadata, tensors")
  func roundTrip() throws {
    let temporary = try TemporaryStore()
    let context = try CNNNode(slotIndex: 3).buildContext()
    let saved = try temporary.store.saveContext(context, in: 3)
    #expect(saved.revision == 1)
    #expect(saved.checksum == "4a3bfec49aa7165e20528e6f1f8150f9")
    let loaded = try temporary.another().loadContext(3)
    #expect(loaded.config == context.config)
    #expect(loaded.metadata == context.metadata)
    #expect(loaded.recipe == context.recipe)
    #expect(loaded.weights.layout == context.weights.layout)
    loaded.weights.bytes.withUnsafeBytes { a in
      context.weights.bytes.withUnsafeBytes { b in #expect(a.elementsEqual(b)) }
    }
  }

  @Test("a plan larger than a chunk is streamed with the right checksum")
  func streamed() throws {
    let temporary = try TemporaryStore()
    let plan = try LLMNode(slotIndex: 20_000).plan()
    let progress = WorkProgress()
    let saved = try temporary.store.save(plan, in: .slot(5), progress: progress)
    #expect(progress.completed == plan.layout.byteCount)
    #expect(try temporary.store.verify(5).ok)
    #expect(try saved.checksum == Checksum.md5(of: plan.materialize().weights.bytes))
  }

  @Test("created_at survives an overwrite, updated_at does not")
  func timestamps() throws {
    let temporary = try TemporaryStore()
    try temporary.store.saveContext(.sample(1), in: 1)
    let first = try #require(try temporary.store.summary(of: 1))
    try temporary.store.saveContext(.sample(2), in: 1)
    let second = try #require(try temporary.store.summary(of: 1))
    #expect(first.createdAt == second.createdAt)
    #expect(first.updatedAt < second.updatedAt)
    #expect(second.revision == 2)
  }

  @Test("one earlier revision is kept, older ones go with their files")
  func keepsOne() throws {
    let temporary = try TemporaryStore()
    for number in 1...4 { try temporary.store.saveContext(.sample(Double(number)), in: 1) }
    #expect(try temporary.store.history(of: 1).map(\.revision) == [3])
    #expect(temporary.entries("revisions").count == 2)
    #expect(temporary.entries("wal") == ["lock"])
  }

  @Test("the same bytes and config again make no history entry")
  func unchanged() throws {
    let temporary = try TemporaryStore()
    try temporary.store.saveContext(.sample(1), in: 1)
    try temporary.store.saveContext(.sample(2), in: 1)
    let again = try temporary.store.saveContext(.sample(2), in: 1)
    #expect(again.isUnchanged)
    #expect(try temporary.store.history(of: 1).map(\.revision) == [1])
    #expect(temporary.entries("revisions").count == 2)
  }

  @Test("the next free slot is the highest + 1")
  func nextFree() throws {
    let temporary = try TemporaryStore()
    #expect(try temporary.store.save(Context.sample(1).plan, in: .nextFree).slotID == 0)
    try temporary.store.saveContext(.sample(2), in: 41)
    #expect(try temporary.store.save(Context.sample(3).plan, in: .nextFree).slotID == 42)
  }

  @Test(
    "a failed save leaves the old revision, whatever step fails",
    arguments: [
      StoreOperation.create, .lockFile, .write, .syncFile, .takeLock, .rename, .syncFolder, .transaction,
    ])
  func failingStep(operation: StoreOperation) throws {
    let temporary = try TemporaryStore()
    try temporary.store.saveContext(.sample(1), in: 1)
    let failing = try temporary.another { options in
      options.probe = { step, path in
        if step == operation, !path.hasSuffix("/slots") { throw FileError.noSpace(path: path) }
      }
    }
    #expect(throws: StoreError.self) { try failing.saveContext(.sample(2), in: 1) }
    let reopened = try temporary.another()
    #expect(try reopened.loadContext(1, verifying: true).first == 1)
    try reopened.prepare()
    #expect(temporary.entries("wal") == ["lock"])
    #expect(temporary.entries("revisions").count == 1)
  }

  @Test("a link that can't be refreshed is no failure, and the next save mends it")
  func failingLink() throws {
    let temporary = try TemporaryStore()
    try temporary.store.saveContext(.sample(1), in: 1)
    let failing = try temporary.another { options in
      options.probe = { step, path in if step == .symlink { throw FileError.noSpace(path: path) } }
    }
    try failing.saveContext(.sample(2), in: 1)
    #expect(try temporary.store.loadContext(1).first == 2)
    #expect(try temporary.weightFile(1).contains(".r1."))
    try temporary.another().saveContext(.sample(9), in: 9)
    #expect(try temporary.weightFile(1).contains(".r2."))
  }

  @Test("a cancelled save leaves nothing behind")
  func cancelled() throws {
    let temporary = try TemporaryStore()
    let progress = WorkProgress()
    progress.cancel()
    #expect(throws: CancellationError.self) {
      try temporary.store.save(try LLMNode(slotIndex: 20_000).plan(), in: .slot(1), progress: progress)
    }
    #expect(temporary.entries("wal") == ["lock"])
    #expect(temporary.entries("revisions").isEmpty)
    #expect(try !temporary.store.exists(1))
  }

  @Test("staged files of dead processes and orphans go when a writer opens the store; a live one's stays")
  func sweep() throws {
    let temporary = try TemporaryStore()
    try temporary.store.saveContext(.sample(1), in: 1)
    for name in ["wal/\(UUID()).npy", "revisions/00000001.r2.00000000.npy"] {
      #expect(FileManager.default.createFile(atPath: temporary.path(name), contents: Data([1])))
    }
    let name = "\(UUID()).npy"
    let live = temporary.path("wal/" + name)
    let descriptor = open(live, O_RDWR | O_CREAT, 0o600)
    defer { close(descriptor) }
    flock(descriptor, LOCK_EX)
    try temporary.another().prepare()
    #expect(temporary.entries("wal") == [name, "lock"].sorted())
    #expect(temporary.entries("revisions").count == 1)
  }

  @Test("two stores saving one slot at once lose nothing: every revision number is given once")
  func concurrentSavers() throws {
    let temporary = try TemporaryStore { $0.keepRevisions = 100 }
    DispatchQueue.concurrentPerform(iterations: 8) { thread in
      guard let store = try? temporary.another() else { return }
      for number in 0..<5 { _ = try? store.saveContext(.sample(Double(thread * 10 + number)), in: 1) }
    }
    let revisions = try temporary.store.history(of: 1).map(\.revision)
    #expect(Set(revisions).count == 39)
    #expect(try temporary.store.summary(of: 1)?.revision == 40)
    #expect(try temporary.store.verify(1).ok)
  }
}
