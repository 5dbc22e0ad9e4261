import CStore
import Foundation
import GRDB
import Synchronization

/// The index of a store: `index.db`. The only place that knows GRDB and SQL.
///
/// Readers open the file read-only and take no lock. The one writer is opened, used and checkpointed only while
/// the store's write lock is held (SQLite 3.40.1 has a fault where two connections write or checkpoint a WAL at
/// the same moment).
final class SlotIndex: Sendable {
  let path: String
  let seam: Seam
  private let readers: ReaderConnections
  /// A connection of its own: SQLite's data version means something on one connection only.
  private let freshness: ReaderConnections
  private let writer = Mutex<DatabaseQueue?>(nil)
  /// How large the WAL may become before it is copied.
  private let checkpointSize = Mutex(SlotIndex.checkpointStep)
  /// The columns of `contexts` while they are not all there: a store that only other programs wrote.
  let columns: Columns

  /// Opens an index that exists, for reading.
  ///
  /// - Throws: `StoreError`; the file is left untouched.
  init(path: String, timeout: Double, seam: Seam) throws(StoreError) {
    self.path = path
    self.seam = seam
    readers = ReaderConnections(path: path, timeout: timeout, count: 4)
    freshness = ReaderConnections(path: path, timeout: timeout, count: 1)
    do {
      columns = try readers.read { db in try Self.check(db, path: path) }
    } catch {
      throw StoreError(index: path, error)
    }
  }

  /// Makes the index, or adds what this program needs to one that another wrote.
  ///
  /// - Parameter creates: whether it is made where there is none.
  /// - Precondition: the write lock is held.
  static func migrate(
    path: String, timeout: Double, keepRevisions: Int, creates: Bool = true, seam: Seam
  ) throws(StoreError) {
    try seam.step(.openIndex, path)
    do {
      let existed = FileManager.default.fileExists(atPath: path)
      let queue = try openWriter(path: path, timeout: timeout, creates: creates)
      if existed {
        let empty = try queue.read { try $0.tableExists("contexts") == false && Self.isEmpty($0) }
        if !empty { _ = try queue.read { try Self.check($0, path: path) } }
      }
      if try queue.read({ try Schema.migrator.hasCompletedMigrations($0) }) { return }
      try Schema.migrator.migrate(queue)
      try queue.write { db in
        try db.execute(
          sql: "INSERT OR IGNORE INTO metadata VALUES ('keep_revisions', ?)",
          arguments: [String(keepRevisions)])
      }
      // So that an index.db that is copied without its -wal at least is an index.
      try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
    } catch {
      throw StoreError(index: path, error)
    }
  }

  /// Whether it is a database without any table: one that someone began.
  static func isEmpty(at path: String, timeout: Double) -> Bool {
    (try? ReaderConnections(path: path, timeout: timeout, count: 1).read { try isEmpty($0) }) ?? false
  }

  private static func isEmpty(_ db: Database) throws -> Bool {
    try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") == 0
  }

  /// Whether it is ours and not too new.
  private static func check(_ db: Database, path: String) throws -> Columns {
    guard try db.tableExists("contexts") else {
      throw StoreError.notAStore(path: path, why: "index.db has no table 'contexts'")
    }
    let definition = try db.columns(in: "contexts")
    let present = Set(definition.map(\.name))
    // Only so is it SQLite's own row number, which is an integer whatever is written.
    guard
      definition.contains(where: {
        $0.name == "slot_id" && $0.type.uppercased() == "INTEGER" && $0.primaryKeyIndex == 1
      })
    else {
      throw StoreError.notAStore(
        path: path, why: "in its table 'contexts' slot_id is not INTEGER PRIMARY KEY")
    }
    if let missing = Schema.sharedColumns.first(where: { !present.contains($0) }) {
      throw StoreError.notAStore(path: path, why: "its table 'contexts' has no column '\(missing)'")
    }
    if try db.tableExists("metadata") {
      for (key, known) in [("schema_version", Schema.sharedVersion), ("slotscope_schema", Schema.ownVersion)]
      {
        let found = try String.fetchOne(db, sql: "SELECT value FROM metadata WHERE key = ?", arguments: [key])
        if let found, (Int(found) ?? Int.max) > known {
          throw StoreError.newerSchema(path: path, found: found, known: known)
        }
      }
    }
    return Columns(present: present)
  }

  /// A number that changes with every commit of any connection; it costs a fraction of reading a row.
  func version() throws(StoreError) -> Int {
    do { return try freshness.read { try dataVersion($0) } } catch { throw StoreError(index: path, error) }
  }

  // MARK: connections

  /// Reads in one statement or a few, each with its own view.
  func read<T>(_ body: (Database) throws -> T) throws(StoreError) -> T {
    do {
      return try readers.read(body)
    } catch {
      throw StoreError(index: path, error)
    }
  }

  /// Reads as `read` does, in work that stops with a `CancellationError` where nobody wants it any more.
  ///
  /// - Throws: `StoreError`, `CancellationError`.
  func scan<T>(_ body: (Database) throws -> T) throws -> T {
    do { return try readers.read(body) } catch let cancellation as CancellationError {
      throw cancellation
    } catch { throw StoreError(index: path, error) }
  }

  /// - Parameter operation: what it is to the seam.
  /// - Precondition: the write lock is held.
  func withWriter<T>(_ operation: StoreOperation = .readIndex, _ body: (Database) throws -> T)
    throws(StoreError)
    -> T
  {
    try seam.step(operation, path)
    do {
      let queue = try writer.withLock { queue in
        if let queue { return queue }
        let opened = try Self.openWriter(path: path, timeout: readers.timeout, creates: false)
        queue = opened
        return opened
      }
      return try queue.writeWithoutTransaction(body)
    } catch {
      throw StoreError(index: path, error)
    }
  }

  /// - Parameter body: false takes all back.
  /// - Returns: what `body` did. An error means "not done" only before COMMIT: that one's own means "unknown".
  /// - Precondition: the write lock is held.
  @discardableResult
  func transaction(_ body: (Database) throws -> Bool) throws(StoreError) -> Bool {
    try withWriter(.transaction) { db in
      var commits = false
      try db.inTransaction(.immediate) {
        commits = try body(db)
        if commits { try seam.step(.commit, path) }
        return commits ? .commit : .rollback
      }
      if commits { try seam.step(.committed, path) }
      return commits
    }
  }

  /// Copies the WAL into the database once it has 1,000 pages, and empties it: whoever opens the index first after
  /// that would otherwise read all of it again.
  ///
  /// - Precondition: the write lock is held.
  func checkpointIfLarge() {
    var status = stat()
    guard stat(path + "-wal", &status) == 0, Int(status.st_size) >= checkpointSize.withLock({ $0 }) else {
      return
    }
    // A reader in the way only puts it off until the WAL has grown by as much again.
    let isEmpty = (try? checkpoint()) ?? false
    checkpointSize.withLock { $0 = isEmpty ? Self.checkpointStep : Int(status.st_size) + Self.checkpointStep }
  }

  private static let checkpointStep = 1000 * 4096

  /// - Returns: whether nothing is left in the WAL; a reader that uses it is waited for hardly at all.
  /// - Precondition: the write lock is held.
  @discardableResult
  func checkpoint() throws(StoreError) -> Bool {
    try withWriter(.checkpoint) { db in
      try db.execute(sql: "PRAGMA busy_timeout = 20")
      defer { try? db.execute(sql: "PRAGMA busy_timeout = \(Int(readers.timeout * 1000))") }
      return try Int.fetchOne(db, sql: "PRAGMA wal_checkpoint(TRUNCATE)") == 0
    }
  }

  /// Gives back what deleted rows leave empty.
  ///
  /// - Precondition: the write lock is held.
  func vacuum() throws(StoreError) {
    try withWriter(.transaction) { try $0.execute(sql: "VACUUM") }
    try checkpoint()
  }

  private static func openWriter(path: String, timeout: Double, creates: Bool) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.busyMode = .timeout(timeout)
    configuration.label = "slotscope.writer"
    configuration.foreignKeysEnabled = false
    configuration.prepareDatabase { db in
      let connection = UnsafeMutableRawPointer(db.sqliteConnection)
      _ = slotscope_sqlite_no_checkpoint_on_close(connection)
      try db.execute(
        sql:
          "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA trusted_schema = OFF"
      )
      _ = slotscope_sqlite_persist_wal(connection)
    }
    let address = creates ? path : ReaderConnections.address(path, "mode=rw")
    return try DatabaseQueue(path: address, configuration: configuration)
  }
}

extension StoreError {
  private static func isFull(_ path: String) -> Bool {
    var status = statvfs()
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    return statvfs(folder, &status) == 0 && Int(status.f_bavail) * Int(status.f_frsize) < 1 << 16
  }

  /// What an error of GRDB means to a user.
  init(index path: String, _ error: any Error) {
    switch error {
    case let error as StoreError: self = error
    case let error as DatabaseError:
      switch error.resultCode {
      case .SQLITE_NOTADB: self = .notAStore(path: path, why: "index.db is not an SQLite database")
      case .SQLITE_READONLY: self = .readOnly(path: path)
      case .SQLITE_FULL: self = .file(.noSpace(path: path))
      // Where it can't make room for its shared memory, SQLite says no more than this.
      case .SQLITE_IOERR where Self.isFull(path): self = .file(.noSpace(path: path))
      case .SQLITE_CANTOPEN: self = .index(path: path, why: "can't be opened; check that you may read it")
      case .SQLITE_BUSY, .SQLITE_LOCKED:
        self = .index(path: path, why: "another program keeps the index locked; try again when it is done")
      case .SQLITE_CORRUPT: self = .indexDamaged(path: path, why: error.message ?? "corrupt")
      default: self = .index(path: path, why: error.message ?? error.resultCode.description)
      }
    default: self = .index(path: path, why: String(describing: error))
    }
  }
}
