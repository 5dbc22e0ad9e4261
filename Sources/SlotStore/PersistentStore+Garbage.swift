import Foundation
import Tensors

/// What a store holds that no slot shows: kept revisions, and files that no row names.
public struct Garbage: Sendable, Hashable {
  /// Earlier revisions, by slot and number.
  public let revisions: [KeptRevision]
  /// Files of saves that never were committed, relative to the store.
  public let orphans: [String]
  /// Bytes on the disk that collecting it frees.
  public let byteCount: Int
  /// Files that no row names though one did: the index has been put back to an older state. `check --repair`
  /// places them; collecting leaves them alone.
  public let unplaced: [String]

  public var isEmpty: Bool { revisions.isEmpty && orphans.isEmpty }
}

extension PersistentStore {
  /// What `collectGarbage` would drop now; nothing is written.
  public func garbage() throws -> Garbage {
    let history = try index.earlierRevisions()
    let orphans = try orphans()
    let staged = try files.staleStaged()
    let kept = try index.filesInUse()
    let removed = Set(history.compactMap { $0.weightFile.flatMap(RevisionName.init(path:))?.path })
      .subtracting(kept)
    let lost = orphans.removable.map(\.path) + staged.map { "wal/" + $0 }
    return Garbage(
      revisions: history.compactMap(KeptRevision.init), orphans: lost,
      byteCount: (removed + lost).reduce(0) { $0 + files.bytesOnDisk($1) },
      unplaced: orphans.committed.map(\.path))
  }

  /// Makes `index.db` as small as its rows allow.
  ///
  /// - Throws: `StoreError`.
  public func vacuum() throws { try withWriteLock { try index.vacuum() } }

  /// Drops every earlier revision, and the files that no row names. Nothing of it can be restored.
  ///
  /// - Returns: what was dropped.
  /// - Throws: `StoreError`.
  @discardableResult
  public func collectGarbage() throws -> Garbage {
    let found = try garbage()
    try withWriteLock {
      try index.dropEarlierRevisions(done: settledTodo)
      try settleTodo()
      for orphan in try orphans().removable { try files.remove(orphan.path) }
    }
    return found
  }
}
