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
  ///
  /// - Parameter progress: told of rows and files looked at, of all of them; cancelling it ends the work within
  ///   moments.
  /// - Throws: `StoreError`, `CancellationError`.
  public func garbage(progress: WorkProgress = WorkProgress()) throws -> Garbage {
    let names = try files.revisions()
    let staged = try files.staleStaged().map { "wal/" + $0 }
    progress.begin(total: try index.rowCount() + names.count + staged.count)
    func lookedAt() throws {
      progress.advance(by: 1)
      try progress.checkCancellation()
    }
    let history = try index.earlierRevisions(lookedAt)
    var removed = Set(history.compactMap { $0.weightFile.flatMap(RevisionName.init(path:))?.path })
    // Such as a revision has that was brought back.
    try index.eachFileInUse { file in
      file.map { _ = removed.remove($0) }
      try lookedAt()
    }
    let orphans = try orphans(among: names, progress: progress)
    let lost = orphans.removable.map(\.path) + staged
    removed.formUnion(lost)
    let bytes = try (names.map(\.path) + staged).reduce(0) { sum, path in
      try lookedAt()
      return removed.contains(path) ? sum + files.bytesOnDisk(path) : sum
    }
    return Garbage(
      revisions: history.compactMap(KeptRevision.init), orphans: lost, byteCount: bytes,
      unplaced: orphans.committed.map(\.path))
  }

  /// Makes `index.db` as small as its rows allow.
  ///
  /// - Throws: `StoreError`.
  public func vacuum() throws { try withWriteLock { try index.vacuum() } }

  /// Drops every earlier revision there is when it begins, and the files that no row names. Nothing of it can be
  /// restored.
  ///
  /// A batch at a time: each is dropped whole, in a transaction of its own, and other writers take turns with them.
  ///
  /// - Parameters:
  ///   - promised: what `garbage` found before, of which nothing is dropped that is in use again; nil: looks now.
  ///   - progress: told of revisions and files dropped, of all of them; cancelling it ends the work after a batch.
  ///   - report: called with what each batch dropped.
  /// - Returns: what was dropped in all.
  /// - Throws: `StoreError`, `CancellationError`; what has been reported by then stays dropped.
  @discardableResult
  public func collectGarbage(
    _ promised: Garbage? = nil, progress: WorkProgress = WorkProgress(),
    report: (Garbage) -> Void = { _ in }
  ) throws -> Garbage {
    // Looking counts other things.
    let found = try promised ?? garbage(progress: WorkProgress(partOf: progress, share: 0))
    let sizes = Dictionary(found.orphans.map { ($0, files.bytesOnDisk($0)) }) { size, _ in size }
    progress.begin(total: found.revisions.count + found.orphans.count)
    var revisions: [KeptRevision] = []
    var orphans: [String] = []
    var byteCount = 0
    func add(_ batch: Garbage) {
      revisions += batch.revisions
      orphans += batch.orphans
      byteCount += batch.byteCount
      progress.advance(by: batch.revisions.count + batch.orphans.count)
      report(batch)
    }
    var rest = found.revisions[...]
    while !rest.isEmpty {
      try progress.checkCancellation()
      add(try drop(Array(rest.prefix(Self.droppedAtOnce))))
      rest = rest.dropFirst(Self.droppedAtOnce)
    }
    try progress.checkCancellation()
    try removeOrphans(sizes, progress, add)
    return Garbage(
      revisions: revisions, orphans: orphans, byteCount: byteCount, unplaced: found.unplaced)
  }

  /// How many revisions one commit drops: so many that its cost hardly counts, so few that who cancels does not wait.
  private static let droppedAtOnce = 100

  /// Those of some revisions that still are earlier ones, in one transaction, and then their files.
  private func drop(_ revisions: [KeptRevision]) throws -> Garbage {
    try withWriteLock {
      let rows = try index.dropEarlierRevisions(revisions, done: settledTodo)
      let paths = Set(rows.compactMap { $0.weightFile.flatMap(RevisionName.init(path:))?.path })
      let sizes = paths.map { ($0, files.bytesOnDisk($0)) }
      try settleTodo()
      return Garbage(
        revisions: rows.compactMap(KeptRevision.init), orphans: [],
        byteCount: sizes.reduce(0) { files.exists($1.0) ? $0 : $0 + $1.1 }, unplaced: [])
    }
  }

  /// - Parameter known: how large those are that were there before: preparing the store to be written removes some.
  private func removeOrphans(
    _ known: [String: Int], _ progress: WorkProgress, _ add: (Garbage) -> Void
  ) throws {
    try withWriteLock {
      // A commit that failed may yet surface: one of our own settles that, and only then the rows are looked at.
      try index.settle(settledTodo)
      let removable = Set(try orphans().removable.map(\.path))
      for path in removable.union(known.keys).sorted() {
        try progress.checkCancellation()
        let byteCount = known[path] ?? files.bytesOnDisk(path)
        if removable.contains(path) { try files.remove(path) }
        if files.exists(path) { continue }
        add(Garbage(revisions: [], orphans: [path], byteCount: byteCount, unplaced: []))
      }
    }
  }
}
