import Foundation
import ModelContext
import Tensors

/// What making a new index found.
public struct RebuiltIndex: Sendable, Hashable {
  public let slots: Int
  public let keptRevisions: Int
  /// Rows that could be taken from the old index.
  public let salvagedRows: Int
  /// Where the old index is now, relative to the store; empty where there was none.
  public let setAside: [String]
  /// Files in which no array was found, relative to the store.
  public let unreadable: [String]
}

extension PersistentStore {
  /// Makes a new `index.db` out of the weight files, where there is none or where the one there is damaged.
  ///
  /// Rows that can still be read in the old index are taken over; it is kept in `lost+found/`. A slot without such a
  /// row gets what its file says, and checksums as the files are now; its config and metadata are not known.
  ///
  /// - Parameter progress: told of bytes of weights read.
  /// - Throws: `StoreError.indexIsWhole` where there is nothing to be done.
  public static func rebuildIndex(
    at directory: String, options: StoreOptions = StoreOptions(), progress: WorkProgress? = nil
  ) throws -> RebuiltIndex {
    let files = WeightFiles(
      directory: URL(fileURLWithPath: directory).standardizedFileURL.path, seam: Seam(probe: options.probe))
    if try files.weightFileCount() == 0 { throw StoreError.noStore(path: files.directory) }
    try files.makeFolders()
    let lock = try lock(files, options)
    defer { withExtendedLifetime(lock) {} }
    let rows = try Rows(files, try Salvage(files, options), progress)
    try make(rows, files, options)
    let setAside = try ["index.db", "index.db-wal", "index.db-shm"].filter(files.exists).map(files.keep)
    // Without the old -wal, which SQLite would else take for the new index's.
    for name in ["index.db-wal", "index.db-shm"] { try files.remove(name) }
    try files.move(newIndex, to: "index.db")
    try files.syncFolder(".")
    for name in [newIndex + "-wal", newIndex + "-shm"] { try files.remove(name) }
    return RebuiltIndex(
      slots: rows.current.count, keptRevisions: rows.kept.count, salvagedRows: rows.salvaged,
      setAside: setAside,
      unreadable: rows.unreadable)
  }

  /// Until it is whole, it has another name.
  private static let newIndex = "index.new.db"

  private static func make(_ rows: Rows, _ files: WeightFiles, _ options: StoreOptions) throws {
    for suffix in ["", "-wal", "-shm"] { try files.remove(newIndex + suffix) }
    let path = files.path(newIndex)
    try SlotIndex.migrate(
      path: path, timeout: options.lockTimeout, keepRevisions: options.keepRevisions, seam: files.seam)
    let index = try SlotIndex(path: path, timeout: options.lockTimeout, seam: files.seam)
    try index.add(rows.current, kept: rows.kept)
    try index.checkpoint()
  }
}

/// What can still be read of the old index.
private struct Salvage {
  private(set) var current: [Int: SlotRow] = [:]
  private(set) var kept: [RevisionName: SlotRow] = [:]

  init(_ files: WeightFiles, _ options: StoreOptions) throws {
    guard files.exists("index.db") else { return }
    let index: SlotIndex
    do throws(StoreError) {
      index = try SlotIndex(path: files.indexPath, timeout: options.lockTimeout, seam: files.seam)
    } catch {
      switch error {
      // Nothing in it is of use.
      case .notAStore, .indexDamaged: return
      // A newer program's, one that may not be read, or one that is in use, is whole for all that is known.
      default: throw error
      }
    }
    if try index.faults().isEmpty { throw StoreError.indexIsWhole(path: files.indexPath) }
    for row in index.readableRows(of: .contexts) { current[row.slotID] = row }
    for row in index.readableRows(of: .history) {
      if case .revision(let name) = row.file { kept[name] = row }
    }
  }
}

/// The rows of the new index.
private struct Rows {
  private(set) var current: [SlotRow] = []
  private(set) var kept: [SlotRow] = []
  private(set) var salvaged = 0
  private(set) var unreadable: [String] = []
  private let files: WeightFiles
  private let old: Salvage

  init(_ files: WeightFiles, _ old: Salvage, _ progress: WorkProgress?) throws {
    self.files = files
    self.old = old
    let names = try files.revisions().sorted { ($0.slotID, $0.revision) < ($1.slotID, $1.revision) }
    let slots = try files.entries("slots").compactMap(slotNumber(file:)).sorted()
    progress?.begin(total: (names.map(\.path) + slots.map(slotPath)).reduce(0) { $0 + files.bytesOnDisk($1) })
    var shown: Set<RevisionName> = []
    for slot in slots {
      try progress?.checkCancellation()
      switch files.entry(slot: slot) {
      case .revision(let name):
        guard names.contains(name), let row = try row(name, current: true) else { continue }
        shown.insert(name)
        current.append(row)
      case .file: try add(slot, slotPath(slot))
      default: unreadable.append(slotPath(slot))
      }
      progress?.advance(by: files.bytesOnDisk(slotPath(slot)))
    }
    for name in names where !shown.contains(name) {
      try progress?.checkCancellation()
      try row(name, current: false).map { kept.append($0) }
      progress?.advance(by: files.bytesOnDisk(name.path))
    }
  }

  /// The old row knows more than the file, and what the checksum should be.
  private mutating func row(_ name: RevisionName, current isCurrent: Bool) throws -> SlotRow? {
    let known = [old.current[name.slotID], old.kept[name]].compactMap { $0 }.first {
      $0.file == .revision(name)
    }
    if let known {
      salvaged += 1
      return known
    }
    guard let row = try files.describe(name.path, as: .blank(name.slotID)) else {
      unreadable.append(name.path)
      return nil
    }
    return row
  }

  /// A plain file is another program's.
  private mutating func add(_ slot: Int, _ path: String) throws {
    if let known = old.current[slot], known.isForeign {
      salvaged += 1
      current.append(known)
    } else if let row = try files.describe(path, as: .blank(slot)) {
      current.append(row)
    } else {
      unreadable.append(path)
    }
  }
}
