import Foundation
import ModelContext
import Synchronization
import Tensors

/// A store: a folder that keeps contexts in numbered slots. See FORMAT.md for what lies on disk.
///
/// All methods block until they are done and may be called from any thread but those that must not wait (the main
/// actor, the cooperative pool). Any number of processes may use one store at a time: readers take no lock, writers
/// take turns.
public final class PersistentStore: Sendable {
  /// Absolute path.
  public let directory: String
  public let options: StoreOptions
  let files: WeightFiles
  let index: SlotIndex
  /// Contexts that were loaded or saved last.
  public let cache: ContextCache
  private let isPrepared = Mutex(false)
  /// Work with files that this process has finished and the next commit clears.
  let settled = Mutex<Set<Todo>>([])
  /// Set by a failed fsync of `slots/`.
  let linksAreUnsure = Atomic<Bool>(false)

  /// Opens the store at `directory`.
  ///
  /// - Throws: `StoreError`. A folder that is no store, or of a newer program, is left untouched.
  public init(at directory: String, options: StoreOptions = StoreOptions()) throws {
    self.directory = URL(fileURLWithPath: directory).standardizedFileURL.path
    self.options = options
    files = WeightFiles(directory: self.directory, seam: Seam(probe: options.probe))
    try Self.makeIfMissing(files, options)
    try Self.checkKinds(files)
    index = try Self.openIndex(files, options)
    cache = ContextCache(count: options.cacheCount, bytes: options.cacheBytes)
  }

  /// SQLite opens these by itself, and would wait for ever at a FIFO.
  private static func checkKinds(_ files: WeightFiles) throws {
    for name in ["index.db-wal", "index.db-shm", "index.db-journal"] {
      var status = stat()
      if lstat(files.path(name), &status) == 0, status.st_mode & S_IFMT != S_IFREG {
        throw StoreError.notAStore(
          path: files.path(name), why: "it is \(fileKind(status.st_mode)) where a file of SQLite's should be")
      }
    }
  }

  private static func openIndex(_ files: WeightFiles, _ options: StoreOptions) throws -> SlotIndex {
    do throws(StoreError) {
      return try SlotIndex(path: files.indexPath, timeout: options.lockTimeout, seam: files.seam)
    } catch {
      guard case .notAStore(let path, let why) = error else { throw error }
      let count = (try? files.weightFileCount()) ?? 0
      // A copy made without the -wal, or with another's.
      if count > 0 { throw StoreError.indexLost(path: path, why: why, weightFiles: count) }
      guard options.access == .create, SlotIndex.isEmpty(at: path, timeout: options.lockTimeout) else {
        throw error
      }
    }
    // An empty database, which someone began.
    try files.makeFolders()
    try migrate(files, options)
    return try SlotIndex(path: files.indexPath, timeout: options.lockTimeout, seam: files.seam)
  }

  private static func makeIfMissing(_ files: WeightFiles, _ options: StoreOptions) throws {
    var status = stat()
    if stat(files.indexPath, &status) == 0 {
      if status.st_mode & S_IFMT != S_IFREG {
        throw StoreError.notAStore(path: files.directory, why: "index.db is not a file")
      }
      return
    }
    if errno == EACCES { throw StoreError.file(.noPermission(path: files.directory)) }
    let orphans = try files.weightFileCount()
    if orphans > 0 { throw StoreError.indexMissing(path: files.directory, weightFiles: orphans) }
    guard options.access == .create else { throw StoreError.noStore(path: files.directory) }
    try files.makeFolders()
    try makeIndex(files, options)
  }

  /// Makes the index under another name first: nobody sees one that is not whole.
  private static func makeIndex(_ files: WeightFiles, _ options: StoreOptions) throws {
    let lock = try lock(files, options)
    defer { withExtendedLifetime(lock) {} }
    if files.exists("index.db") { return }
    let draft = "wal/index.\(UUID().uuidString)"
    defer { for suffix in ["", "-wal", "-shm"] { unlink(files.path(draft + suffix)) } }
    try SlotIndex.migrate(
      path: files.path(draft), timeout: options.lockTimeout, keepRevisions: options.keepRevisions,
      seam: files.seam)
    try files.place(draft, as: "index.db")
    try files.syncFolder(".")
  }

  private static func migrate(_ files: WeightFiles, _ options: StoreOptions) throws {
    let lock = try lock(files, options)
    try SlotIndex.migrate(
      path: files.indexPath, timeout: options.lockTimeout, keepRevisions: options.keepRevisions,
      seam: files.seam)
    withExtendedLifetime(lock) {}
  }

  static func lock(_ files: WeightFiles, _ options: StoreOptions) throws -> WriteLock {
    try files.seam.step(.takeLock, files.lockPath)
    return try WriteLock(path: files.lockPath, timeout: options.lockTimeout, onWait: options.onWait)
  }

  /// Whether this program may write here.
  public var isWritable: Bool {
    options.access != .read && access(directory, W_OK) == 0 && access(files.indexPath, W_OK) == 0
  }

  /// - Throws: `StoreError.storeGone` where it has gone meanwhile, `.readOnly` where this program may not write.
  func checkWritable() throws(StoreError) {
    if isWritable { return }
    throw access(files.indexPath, F_OK) == 0 ? .readOnly(path: directory) : .storeGone(path: directory)
  }

  /// Runs `body` under the store's write lock, after what dead processes left undone.
  func withWriteLock<T>(_ body: () throws -> T) throws -> T {
    try checkWritable()
    try prepare()
    let lock = try Self.lock(files, options)
    defer { withExtendedLifetime(lock) {} }
    try settleTodo()
    let result = try body()
    index.checkpointIfLarge()
    return result
  }

  /// What opening a store for writing entails; done once, before the first write.
  public func prepare() throws {
    try isPrepared.withLock { isPrepared in
      if isPrepared { return }
      // A store that someone removes at this moment is not to be made anew.
      try checkWritable()
      try files.addFolders()
      let lock = try Self.lock(files, options)
      defer { withExtendedLifetime(lock) {} }
      try SlotIndex.migrate(
        path: files.indexPath, timeout: options.lockTimeout, keepRevisions: options.keepRevisions,
        creates: false, seam: files.seam)
      try recover()
      index.checkpointIfLarge()
      isPrepared = true
    }
  }
}
