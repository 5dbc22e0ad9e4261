import Foundation
import ModelContext
import SlotStore
import Testing

struct GarbageTests {
  private func filled() throws -> TemporaryStore {
    let temporary = try TemporaryStore { $0.keepRevisions = 5 }
    for number in 1...3 { try temporary.store.saveContext(.sample(Double(number)), in: 1) }
    try temporary.store.saveContext(.sample(4), in: 2)
    try temporary.store.deleteContext(2)
    return temporary
  }

  @Test("gc says what would go, and then drops just that")
  func collects() throws {
    let temporary = try filled()
    let garbage = try temporary.store.garbage()
    #expect(garbage.revisions.map { [$0.slotID, $0.revision] } == [[1, 1], [1, 2], [2, 1]])
    #expect(garbage.byteCount > 0)
    #expect(temporary.entries("revisions").count == 4, "looking drops nothing")
    #expect(try temporary.store.collectGarbage() == garbage)
    #expect(temporary.entries("revisions").count == 1)
    #expect(try temporary.store.garbage().isEmpty)
    #expect(try temporary.store.loadContext(1, verifying: true).first == 3)
    #expect(throws: StoreError.self) { try temporary.store.restoreContext(2) }
    #expect(try temporary.store.saveContext(.sample(5), in: 2).revision == 2, "numbers are never given twice")
  }

  @Test("a file that the current revision shares with an earlier one stays")
  func shared() throws {
    let temporary = try filled()
    try temporary.store.restoreContext(1, revision: 1)
    try temporary.store.collectGarbage()
    #expect(try temporary.store.loadContext(1, verifying: true).first == 1)
    #expect(temporary.entries("revisions").count == 1)
  }

  @Test("purging a slot leaves nothing of it, deleted before or not")
  func purges() throws {
    let temporary = try filled()
    try temporary.store.deleteContext(1, purging: true)
    try temporary.store.deleteContext(2, purging: true)
    #expect(temporary.entries("revisions").isEmpty)
    #expect(temporary.entries("slots").isEmpty)
    #expect(throws: StoreError.self) { try temporary.store.restoreContext(1) }
    #expect(throws: StoreError.self) { try temporary.store.deleteContext(1, purging: true) }
    #expect(try temporary.store.check().findings == [])
  }

  @Test("purging a foreign slot removes its file; deleting keeps it")
  func purgesForeign() throws {
    let temporary = try filled()
    try ForeignProgram.write(5, slot: 5, in: temporary.directory)
    try ForeignProgram.write(6, slot: 6, in: temporary.directory)
    try temporary.store.deleteContext(5, purging: true)
    try temporary.store.deleteContext(6)
    #expect(!temporary.entries("slots").contains("00000005.npy"))
    #expect(throws: StoreError.self) { try temporary.store.restoreContext(5) }
    try temporary.store.restoreContext(6)
    #expect(try temporary.store.loadContext(6, verifying: true).first == 6)
  }

  @Test("a foreign program's file whose row is not written yet survives our save and our delete")
  func halfDone() throws {
    let temporary = try filled()
    try ForeignProgram.write(8, slot: 1, in: temporary.directory, writesRow: false)
    #expect(try temporary.store.summary(of: 1)?.integrity == .mismatch)
    #expect(try temporary.store.loadContext(1, verifying: true).first == 3, "ours is whole")
    try temporary.store.saveContext(.sample(9), in: 1)
    #expect(try temporary.store.summary(of: 1)?.integrity == .written)
    try ForeignProgram.write(10, slot: 1, in: temporary.directory, writesRow: false)
    try temporary.store.deleteContext(1)
    #expect(temporary.entries("lost+found") == ["00000001.npy", "00000001.npy.2"])
  }
}
