import Foundation
import GRDB
import Synchronization

/// A few read-only connections: point queries on a queue of its own with cached statements cost half of what a
/// pool's read transaction does.
final class ReaderConnections: Sendable {
  private let path: String
  let timeout: Double
  private let limit: Int
  private let opened = Mutex<[DatabaseQueue]>([])
  private let turn = Atomic<Int>(0)

  /// - Parameter count: of connections at most; more readers than that take turns.
  init(path: String, timeout: Double, count: Int) {
    self.path = path
    self.timeout = timeout
    limit = count
  }

  func read<T>(_ body: (Database) throws -> T) throws -> T {
    try connection().unsafeRead(body)
  }

  private func connection() throws -> DatabaseQueue {
    let number = turn.wrappingAdd(1, ordering: .relaxed).oldValue
    return try opened.withLock { opened in
      if opened.count < limit, opened.isEmpty || number > 0 {
        opened.append(try open())
        return opened[opened.count - 1]
      }
      return opened[number % opened.count]
    }
  }

  private func open() throws -> DatabaseQueue {
    do {
      return try open(path)
    } catch let error as DatabaseError
      where [.SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_IOERR, .SQLITE_FULL].contains(error.resultCode)
    {
      return try openWithoutWriting(after: error)
    }
  }

  private func open(_ path: String) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(timeout)
    configuration.label = "slotscope.reader"
    configuration.foreignKeysEnabled = false
    configuration.prepareDatabase { db in
      db.add(function: SortKey.elementCount)
      try db.execute(sql: "PRAGMA cache_size = -4000; PRAGMA trusted_schema = OFF")
    }
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    // A database in WAL mode is only really opened by its first read.
    _ = try queue.unsafeRead { try Int.fetchOne($0, sql: "PRAGMA schema_version") }
    return queue
  }

  /// On media that can't be written, or are full, SQLite can't make its -shm: the file is then read as it is where nothing waits
  /// in the WAL, else a private copy of both.
  private func openWithoutWriting(after error: DatabaseError) throws -> DatabaseQueue {
    guard access(path, R_OK) == 0 else { throw error }
    var status = stat()
    let walIsEmpty = stat(path + "-wal", &status) != 0 || status.st_size == 0
    if walIsEmpty { return try open(Self.address(path, "immutable=1")) }
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "slotscope-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(at: folder) }
    let copy = folder.appendingPathComponent("index.db").path
    try FileManager.default.copyItem(atPath: path, toPath: copy)
    try FileManager.default.copyItem(atPath: path + "-wal", toPath: copy + "-wal")
    // SQLite keeps its own descriptors open: the names may go.
    return try open(copy)
  }

  /// A path with what SQLite is to be told beside it.
  static func address(_ path: String, _ option: String) -> String {
    var allowed = CharacterSet.urlPathAllowed
    allowed.remove(charactersIn: "?#%")
    return "file:" + (path.addingPercentEncoding(withAllowedCharacters: allowed) ?? path) + "?" + option
  }
}
