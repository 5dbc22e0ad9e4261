import Foundation
import ModelContext
import Npy
import Tensors
import Testing

@testable import SlotStore

@Suite("Saves of other processes", .timeLimit(.minutes(1)))
struct SavesElsewhereTests {
  private let foreign: Int32 = 4711

  private func store() throws -> PersistentStore {
    let store = try PersistentStore(
      at: NSTemporaryDirectory() + "elsewhere-" + UUID().uuidString, options: StoreOptions(access: .create))
    try store.saveContext(LLMNode(slotIndex: 1).buildContext(), in: 1)
    return store
  }

  /// A staged file as another process has it half written, locked as long as the descriptor is open.
  private func stage(_ name: String, in store: PersistentStore, written: Int = 300) throws -> Int32 {
    let path = store.directory + "/wal/" + name
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o444)
    try #require(descriptor >= 0)
    try #require(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
    let bytes = NpyHeader.encode(dtype: .float64, shape: [1000]) + [UInt8](repeating: 0, count: written)
    try #require(write(descriptor, bytes, bytes.count) == bytes.count)
    return descriptor
  }

  @Test("a staged file's name says who writes it for which slot", arguments: [0, 7, 1 << 40, (1 << 48) - 2])
  func name(_ slot: Int) throws {
    let name = StagedName(slot: slot, process: 4_194_303)
    let read = try #require(StagedName(file: name.text + ".npy"))
    #expect(read == name)
    #expect(read.slot == slot)
    #expect(read.process == 4_194_303)
    #expect(
      StagedFile.isNameOfOurs("wal/" + name.text + ".npy"), "older programs sweep it as they sweep theirs")
  }

  @Test(
    "a slot that is not known, or whose number is too great, is not told",
    arguments: [nil, (1 << 48) - 1, Int.max])
  func unknownSlot(_ slot: Int?) throws {
    let read = try #require(StagedName(file: StagedName(slot: slot).text + ".npy"))
    #expect(read.slot == nil)
    #expect(read.process == getpid())
  }

  @Test(
    "other names tell nothing",
    arguments: [UUID().uuidString + ".npy", "lock", "link." + UUID().uuidString, "x.npy", ".npy", ""])
  func otherNames(_ file: String) { #expect(StagedName(file: file) == nil) }

  @Test("names are never the same")
  func unique() { #expect(Set((0..<10_000).map { _ in StagedName(slot: 7).text }).count == 10_000) }

  @Test("what another process writes is seen with slot, process and progress, until it lets go")
  func seen() throws {
    let store = try store()
    defer { try? FileManager.default.removeItem(atPath: store.directory) }
    #expect(store.files.savesElsewhere().isEmpty)
    let name = StagedName(slot: 12, process: foreign).text + ".npy"
    let descriptor = try stage(name, in: store)
    #expect(
      store.files.savesElsewhere() == [
        SaveElsewhere(id: name, slotID: 12, processID: foreign, completedBytes: 300, totalBytes: 8000)
      ])
    close(descriptor)
    #expect(store.files.savesElsewhere().isEmpty, "a dead process saves nothing")
  }

  @Test(
    "what an older program writes is seen without slot and process, and before its header without progress")
  func older() throws {
    let store = try store()
    defer { try? FileManager.default.removeItem(atPath: store.directory) }
    let name = UUID().uuidString + ".npy"
    let descriptor = try stage(name, in: store)
    defer { close(descriptor) }
    #expect(
      store.files.savesElsewhere() == [
        SaveElsewhere(id: name, slotID: nil, processID: nil, completedBytes: 300, totalBytes: 8000)
      ])
    ftruncate(descriptor, 20)
    #expect(store.files.savesElsewhere().map(\.totalBytes) == [0])
  }

  @Test("saves of this process are not elsewhere, and looking at them disturbs none")
  func own() throws {
    let store = try store()
    defer { try? FileManager.default.removeItem(atPath: store.directory) }
    let file = try StagedFile(in: store.files, for: 12)
    #expect(store.files.savesElsewhere().isEmpty)
    withExtendedLifetime(file) {}
  }

  @Test("they are told as they begin and when the last has ended")
  func stream() async throws {
    let store = try store()
    defer { try? FileManager.default.removeItem(atPath: store.directory) }
    var news = store.savesElsewhere().makeAsyncIterator()
    let descriptor = try stage(StagedName(slot: 12, process: foreign).text + ".npy", in: store)
    #expect(await news.next()?.map(\.slotID) == [12])
    close(descriptor)
    while let saves = await news.next() {
      if saves.isEmpty { return }
    }
    Issue.record("the end was not told")
  }
}
