import Foundation
import GRDB
import ModelContext
import SlotStore
import Testing

/// Each way in which index and files can disagree is found, named, and repaired where nothing is lost by it.
struct CheckTests {
  /// One damage, what a check calls it, and whether repairing makes the store sound again.
  struct Damage: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let kind: Finding.Kind
    var isRepaired = true
    let make: @Sendable (TemporaryStore) throws -> Void

    init(
      _ text: String, _ kind: Finding.Kind, repaired: Bool = true,
      _ make: @escaping @Sendable (TemporaryStore) throws -> Void
    ) {
      testDescription = text
      self.kind = kind
      isRepaired = repaired
      self.make = make
    }
  }

  static let damages: [Damage] = [
    Damage("a row without a file", .missingFile, repaired: false) { unlink(try $0.weightFile(1)) },
    Damage("a row whose file has another name", .missingFile) {
      rename(try $0.weightFile(1), $0.path("revisions/mine.npy"))
    },
    Damage("a kept revision without a file", .missingKeptFile) {
      unlink(try $0.path("revisions/" + $0.earlier(1)))
    },
    Damage("a revision that no row names", .orphanedFile) {
      try FileManager.default.copyItem(
        atPath: $0.weightFile(1), toPath: $0.path("revisions/00000001.r9.01234567.npy"))
    },
    Damage("a file in slots/ without a row", .orphanedFile) {
      try FileManager.default.copyItem(atPath: $0.weightFile(1), toPath: $0.path("slots/00000077.npy"))
    },
    Damage("something in slots/ that is no array", .orphanedFile) { write($0.path("slots/00000077.npy")) },
    Damage("a name that no revision has", .strayFile) { write($0.path("revisions/notes.txt")) },
    Damage("a name that no slot has", .strayFile) { write($0.path("slots/7.npy")) },
    Damage("a torn file", .wrongSize, repaired: false) { try $0.damage(1) { $0.removeLast(8) } },
    Damage("a file with no header", .wrongHeader, repaired: false) { try $0.damage(1) { $0[1] = 0 } },
    Damage("a row with a wrong shape", .wrongShape) {
      try $0.sql("UPDATE contexts SET weight_shape = '[5, 2]'")
    },
    Damage("a row with a wrong dtype", .wrongDType) {
      try $0.sql("UPDATE contexts SET weight_dtype = 'int8'")
    },
    Damage("a row with a wrong size", .wrongSize) { try $0.sql("UPDATE contexts SET size_bytes = 7") },
    Damage("no link", .linkMissing) { unlink($0.path("slots/00000001.npy")) },
    Damage("a link to an earlier revision", .linkStale) {
      try $0.relink(1, to: "../revisions/" + $0.earlier(1))
    },
    Damage("a link out of the store", .linkElsewhere) { try $0.relink(1, to: "/etc/passwd") },
    Damage("a link for an empty slot", .linkStale) { try $0.relink(5, to: "../revisions/" + $0.earlier(1)) },
    Damage("another program's file without its row", .halfDoneWrite) {
      try ForeignProgram.write(9, slot: 1, in: $0.directory, writesRow: false)
    },
    Damage("a staged file of the dead", .staleStagedFile) { write($0.path("wal/\(UUID()).npy")) },
    Damage("a removal that was not done", .unfinishedWork) {
      let name = "revisions/00000003.r1.01234567.npy"
      write($0.path(name))
      try $0.sql("INSERT INTO todo (kind, slot_id, file) VALUES ('remove', 3, '\(name)')")
    },
    Damage("a config that is no JSON", .badJSON) {
      try $0.sql("UPDATE contexts SET config_json = '{\"a\": '")
    },
    Damage("metadata that is no object", .badJSON) {
      try $0.sql("UPDATE contexts SET metadata_json = '[1]'")
    },
    Damage("a tensor table beyond the weights", .badJSON) {
      try $0.sql(
        """
        UPDATE contexts SET tensors_json = '{"checksum": "' || checksum || '", "tensors": [{"name": "x",
          "dtype": "float64", "shape": [99], "offset": 0, "size": 792, "md5": null}]}'
        """)
    },
    Damage("a path out of the store in a row", .weightFileElsewhere) {
      try $0.sql("UPDATE contexts SET weight_file = '/etc/passwd'")
    },
    Damage("a current revision that is not in the history", .missingHistory) {
      try $0.sql("DELETE FROM history WHERE revision = 2")
    },
    Damage("a counter that was put back", .counterBehind) {
      try $0.sql("UPDATE counters SET last_revision = 0")
    },
  ]

  @Test("what is wrong is found and named; repairing loses nothing", arguments: damages)
  func finds(damage: Damage) throws {
    let temporary = try TemporaryStore()
    for number in 1...2 { try temporary.store.saveContext(.sample(Double(number)), in: 1) }
    try temporary.store.saveContext(.sample(0), in: 0)
    #expect(try temporary.store.check().findings == [])
    try damage.make(temporary)
    let bytes = try temporary.contents()
    let store = try temporary.another()
    let found = try store.check()
    #expect(found.findings.map(\.kind).contains(damage.kind), "\(found.findings)")
    #expect(!found.isSound)
    #expect(try temporary.contents() == bytes, "checking changes nothing")

    let repaired = try store.repair()
    #expect(repaired.isSound == damage.isRepaired, "\(repaired.findings)")
    #expect(try temporary.another().check().findings.isEmpty == damage.isRepaired)
    // Staged files of the dead are healed, all others are still somewhere.
    if damage.kind != .staleStagedFile && damage.kind != .unfinishedWork {
      #expect(bytes.subtracting(try temporary.contents()).isEmpty)
    }
    if damage.isRepaired { #expect(try temporary.another().loadContext(1, verifying: true).first == 2) }
  }

  @Test("what repair can't place is in lost+found, with its text")
  func lostAndFound() throws {
    let temporary = try TemporaryStore()
    try temporary.store.saveContext(.sample(1), in: 1)
    try temporary.sql("UPDATE contexts SET config_json = 'all my settings'")
    try ForeignProgram.write(9, slot: 1, in: temporary.directory, writesRow: false)
    #expect(try temporary.another().repair().isSound)
    #expect(temporary.entries("lost+found") == ["00000001.config_json.txt", "00000001.npy"])
    #expect(
      try String(contentsOfFile: temporary.path("lost+found/00000001.config_json.txt"), encoding: .utf8)
        == "all my settings")
  }

  @Test("a damaged index is found, and a new one made of what it still says")
  func damagedIndex() throws {
    let temporary = try TemporaryStore()
    for slot in 1...300 { try temporary.store.saveContext(.sample(Double(slot)), in: slot) }
    try temporary.store.saveContext(.sample(7), in: 1)
    try temporary.checkpoint()
    // A page in the middle of a table of rows becomes nonsense.
    let path = temporary.path("index.db")
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    let place = try #require(bytes.range(of: Data("\"sample 150\"".utf8))).lowerBound / 4096 * 4096
    bytes.replaceSubrange(place..<place + 64, with: Data(repeating: 0xEE, count: 64))
    try bytes.write(to: URL(fileURLWithPath: path))
    #expect(try temporary.another().check().findings.first?.kind == .indexDamaged)
    #expect(try !temporary.another().repair().isSound)

    let rebuilt = try PersistentStore.rebuildIndex(at: temporary.directory)
    #expect(rebuilt.slots == 300)
    #expect(rebuilt.keptRevisions == 1)
    #expect(rebuilt.salvagedRows > 100)
    #expect(rebuilt.setAside.contains("lost+found/index.db"))
    let store = try temporary.another()
    #expect(try store.check().findings == [])
    #expect(try store.loadContext(150, verifying: true).first == 150)
    #expect(try store.metadata(of: 20)["name"] == "sample 20")
    try store.restoreContext(1)
    #expect(try store.loadContext(1).first == 1)
    #expect(throws: StoreError.self) { try PersistentStore.rebuildIndex(at: temporary.directory) }
  }

  @Test("without an index the files say what the slots hold, and numbers go on")
  func lostIndex() throws {
    let temporary = try TemporaryStore()
    for number in 1...3 { try temporary.store.saveContext(.sample(Double(number)), in: 1) }
    try temporary.store.saveContext(.sample(4), in: 2)
    try temporary.store.deleteContext(2)
    try ForeignProgram.write(5, slot: 5, in: temporary.directory)
    for suffix in ["", "-wal", "-shm"] { unlink(temporary.path("index.db" + suffix)) }
    #expect(throws: StoreError.self) { try temporary.another() }
    let rebuilt = try PersistentStore.rebuildIndex(at: temporary.directory)
    #expect(rebuilt.slots == 2)
    #expect(rebuilt.keptRevisions == 2)
    let store = try temporary.another()
    #expect(try store.loadContext(1, verifying: true).first == 3)
    #expect(try store.loadContext(5, verifying: true).first == 5)
    #expect(try store.saveContext(.sample(6), in: 1).revision == 4)
    try store.restoreContext(2)
    #expect(try store.loadContext(2).first == 4)
    #expect(try store.check().findings == [])
  }

  @Test("an index that is not damaged, whatever else keeps it from being opened, is never replaced")
  func notDamaged() throws {
    let temporary = try TemporaryStore()
    try temporary.store.saveContext(.sample(1), in: 1)
    try temporary.sql("UPDATE metadata SET value = '99' WHERE key = 'slotscope_schema'")
    let before = FileManager.default.contents(atPath: temporary.path("index.db"))
    #expect(throws: StoreError.self) { try PersistentStore.rebuildIndex(at: temporary.directory) }
    #expect(FileManager.default.contents(atPath: temporary.path("index.db")) == before)
    #expect(temporary.entries("lost+found").isEmpty)
  }

  @Test("an index put back to an older state loses no newer revision")
  func olderIndex() throws {
    let temporary = try TemporaryStore()
    try temporary.store.saveContext(.sample(1), in: 1)
    try temporary.checkpoint()
    let backup = temporary.path("backup.db")
    try FileManager.default.copyItem(atPath: temporary.path("index.db"), toPath: backup)
    try temporary.store.saveContext(.sample(2), in: 1)
    try temporary.store.saveContext(.sample(3), in: 2)
    for suffix in ["-wal", "-shm"] { unlink(temporary.path("index.db" + suffix)) }
    rename(backup, temporary.path("index.db"))
    let files = temporary.entries("revisions")
    let store = try temporary.another()
    try store.prepare()
    try store.saveContext(.sample(4), in: 4)
    #expect(Set(temporary.entries("revisions")).isSuperset(of: files))
    #expect(try store.repair().isSound)
    #expect(try store.loadContext(2, verifying: true).first == 3)
    #expect(temporary.entries("lost+found").contains { $0.hasPrefix("00000001.r2.") })
  }

  private static func write(_ path: String) {
    #expect(FileManager.default.createFile(atPath: path, contents: Data("not an array".utf8)))
  }
}

extension TemporaryStore {
  /// The file of the one earlier revision of a slot.
  func earlier(_ slot: Int) throws -> String {
    let current = URL(fileURLWithPath: try weightFile(slot)).lastPathComponent
    return try #require(
      entries("revisions").first { $0 != current && $0.hasPrefix(String(format: "%08d.", slot)) })
  }

  func relink(_ slot: Int, to target: String) throws {
    let link = path("slots/" + String(format: "%08d.npy", slot))
    unlink(link)
    #expect(symlink(target, link) == 0)
  }

  func sql(_ text: String) throws {
    let queue = try DatabaseQueue(path: path("index.db"))
    try queue.write { try $0.execute(sql: text) }
    try queue.close()
  }

  /// Brings all that is in the WAL into index.db.
  func checkpoint() throws {
    let queue = try DatabaseQueue(path: path("index.db"))
    try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
    try queue.close()
  }

  /// What the weight files and everything else but the index hold.
  func contents() throws -> Set<Data> {
    var found: Set<Data> = []
    for folder in ["slots", "revisions", "lost+found"] {
      for name in entries(folder) {
        if let data = try? Data(contentsOf: URL(fileURLWithPath: path(folder + "/" + name))) {
          found.insert(data)
        }
      }
    }
    return found
  }
}
