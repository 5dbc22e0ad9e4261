import Foundation
import GRDB
import ModelContext
import Npy
import SlotStore
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
}
