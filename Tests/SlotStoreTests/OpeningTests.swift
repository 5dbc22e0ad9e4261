import Foundation
import GRDB
import SlotStore
import Testing

struct OpeningTests {
  private func folder() throws -> String {
    let path = TemporaryFolder.make()
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }

  @Test("a folder without a store is not made one by looking")
  func noStore() throws {
    let path = try folder()
    #expect { try PersistentStore(at: path) } throws: { error in
      if case StoreError.noStore = error { true } else { false }
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: path).isEmpty)
  }

  @Test("an index that is no database, or another program's, is refused untouched", arguments: [true, false])
  func notOurs(isDatabase: Bool) throws {
    let path = try folder()
    let index = path + "/index.db"
    if isDatabase {
      let queue = try DatabaseQueue(path: index)
      try queue.write { try $0.execute(sql: "CREATE TABLE photos (id INTEGER)") }
      try queue.close()
    } else {
      try Data("hello, this is not a database, whatever it is".utf8).write(to: URL(fileURLWithPath: index))
    }
    let before = try Data(contentsOf: URL(fileURLWithPath: index))
    for access in [StoreOptions.Access.read, .write, .create] {
      #expect { try PersistentStore(at: path, options: StoreOptions(access: access)) } throws: { error in
        if case StoreError.notAStore = error { true } else { false }
      }
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: index)) == before)
  }

  @Test("a store of a newer schema is refused untouched", arguments: ["schema_version", "slotscope_schema"])
  func newer(key: String) throws {
    let temporary = try TemporaryStore()
    try temporary.store.saveContext(.sample(1), in: 1)
    let queue = try DatabaseQueue(path: temporary.path("index.db"))
    try queue.write {
      try $0.execute(sql: "UPDATE metadata SET value = '99' WHERE key = ?", arguments: [key])
    }
    try queue.close()
    #expect { try temporary.another() } throws: { error in
      if case StoreError.newerSchema = error { true } else { false }
    }
  }

  @Test("the column of statistics of an older store moves behind all that lists show")
  func summariesLast() throws {
    let temporary = try TemporaryStore()
    try temporary.store.saveContext(.sample(1), in: 1)
    let queue = try DatabaseQueue(path: temporary.path("index.db"))
    func columns() throws -> [String] { try queue.read { try $0.columns(in: "contexts").map(\.name) } }
    let current = try columns()
    try queue.write { db in
      try db.execute(
        sql: """
          ALTER TABLE contexts ADD COLUMN later TEXT;
          UPDATE metadata SET value = '2' WHERE key = 'slotscope_schema';
          DELETE FROM grdb_migrations WHERE identifier LIKE '3:%';
          """)
    }
    let other = try temporary.another()
    #expect(try other.loadContext(1).first == 1)
    try other.saveContext(.sample(2), in: 2)
    #expect(try columns() == current.dropLast() + ["later", "summary_json"])
    #expect(try other.loadContext(1).first == 1)
    #expect(try other.verify(1).ok)
    try queue.close()
  }

  @Test("a missing index beside weight files is reported, never replaced")
  func lostIndex() throws {
    let temporary = try TemporaryStore()
    try temporary.store.saveContext(.sample(1), in: 1)
    for suffix in ["", "-wal", "-shm"] {
      try? FileManager.default.removeItem(atPath: temporary.path("index.db" + suffix))
    }
    #expect { try PersistentStore(at: temporary.directory, options: StoreOptions(access: .create)) } throws: {
      error in
      if case StoreError.indexMissing(_, weightFiles: 2) = error { true } else { false }
    }
    #expect(!FileManager.default.fileExists(atPath: temporary.path("index.db")))
  }

  @Test("a writer that waits too long says so; a reader never waits")
  func locked() throws {
    let temporary = try TemporaryStore()
    try temporary.store.saveContext(.sample(1), in: 1)
    let descriptor = open(temporary.path("wal/lock"), O_RDWR)
    defer { close(descriptor) }
    flock(descriptor, LOCK_EX)
    let other = try temporary.another { $0.lockTimeout = 0.05 }
    #expect(try other.loadContext(1).first == 1)
    #expect { try other.saveContext(.sample(2), in: 1) } throws: { error in
      if case StoreError.locked = error { true } else { false }
    }
    flock(descriptor, LOCK_UN)
    try other.saveContext(.sample(2), in: 1)
    #expect(try temporary.store.loadContext(1).first == 2)
  }

  @Test("a store in a folder with spaces, percent signs and letters of any language works")
  func oddPath() throws {
    let path = try folder() + "/mein Modell 100% #1?/größer"
    let store = try PersistentStore(at: path, options: StoreOptions(access: .create))
    try store.saveContext(.sample(1), in: 1)
    #expect(try PersistentStore(at: path, options: StoreOptions(access: .read)).loadContext(1).first == 1)
  }
}
