import Synchronization
import Tensors

/// What commits leave to be done with files, and what dead processes left.
extension PersistentStore {
  /// Does what `todo` says, by the rows as they are now; the next commit clears it.
  ///
  /// What fails stays in `todo`: the commit that left it is done, and a later holder of the lock tries again.
  ///
  /// - Precondition: the write lock is held.
  /// - Returns: the first failure of those that stay in `todo`.
  @discardableResult
  func settleTodo() throws -> StoreError? {
    let done = settled.withLock { $0 }
    let todo = try index.todo()
    var finished = done.intersection(todo)
    var failed: StoreError?
    func work(on items: [Todo], _ body: (Todo) throws -> Void) throws {
      for item in items where !done.contains(item) {
        do {
          try body(item)
          finished.insert(item)
        } catch let error as StoreError {
          failed = failed ?? error
        }
      }
    }
    // Entries of slots/ first, and safe on the disk: until then an old one leads to what is going to be removed.
    let entries = todo.filter { !$0.isRemoval }
    try work(on: entries) { item in
      switch item.kind {
      case .link(let slot): try refreshLink(slot: slot)
      case .purge(let slot):
        if try index.writerRow(slot) == nil { try files.remove(slotPath(slot)) }
      case .remove: break
      }
    }
    if !done.isSuperset(of: entries) { try syncSlots() }
    try work(on: todo.filter(\.isRemoval)) { item in
      if case .remove(let name) = item.kind, try !index.isNamed(name) { try files.remove(name.path) }
    }
    settled.withLock { [finished] in $0 = finished }
    return failed
  }

  /// After a failed fsync the next one may say yes to what was never written: the links are made anew before it.
  private func syncSlots() throws {
    do { try files.syncFolder("slots") } catch {
      linksAreUnsure.store(true, ordering: .relaxed)
      throw error
    }
    linksAreUnsure.store(false, ordering: .relaxed)
  }

  func refreshLink(slot: Int) throws {
    guard let row = try index.writerRow(slot) else {
      tell(slot, try files.removeLink(slot: slot))
      return
    }
    // A foreign row's file is the foreign program's own.
    if case .revision(let name) = row.file {
      tell(slot, try files.link(slot: slot, to: name, anew: linksAreUnsure.load(ordering: .relaxed)))
    }
  }

  private func tell(_ slot: Int, _ kept: String?) {
    guard let kept else { return }
    options.onWarning?("\(slotPath(slot)): another program had put something there; it is in \(kept) now")
  }

  /// What the next commit may clear.
  var settledTodo: [Todo] { Array(settled.withLock { $0 }) }

  /// Heals what a killed process or a power failure left: staged files, unfinished work, orphaned revisions.
  ///
  /// - Precondition: the write lock is held.
  func recover() throws {
    try files.sweepStaged()
    try settleTodo()
    if try orphans().removable.isEmpty { return }
    // A commit that failed may yet surface: one of our own settles that, and only then the rows are looked at.
    try index.settle(settledTodo)
    for orphan in try orphans().removable { _ = try? files.remove(orphan.path) }
  }

  /// A save that adopts another program's file gives two numbers before it commits.
  private static let numbersOfOneSave = 2

  /// Revision files that no row names. While `todo` is not done or a save runs, they may yet have work to do.
  func orphans() throws -> Orphans { try orphans(among: files.revisions()) }

  /// - Parameter progress: only asked whether to stop.
  func orphans(among names: [RevisionName], progress: WorkProgress? = nil) throws -> Orphans {
    let unnamed = try index.unnamed(among: names, progress: progress)
    guard !unnamed.isEmpty else { return Orphans(removable: [], committed: []) }
    let committed = try unnamed.filter { name in
      try progress?.checkCancellation()
      // Links are made after the commit, and numbers are never given before one: such a file was once the index's,
      // so the index is older than the files and knows of none that came after it.
      return try files.linkTarget(slot: name.slotID) == "../" + name.path
        || name.revision > index.lastRevision(name.slotID) + Self.numbersOfOneSave
    }
    return committed.isEmpty
      ? Orphans(removable: unnamed, committed: []) : Orphans(removable: [], committed: unnamed)
  }
}

/// Revision files that no row names.
struct Orphans {
  /// Left by saves that never were committed.
  let removable: [RevisionName]
  /// The index once knew them, or may have: it has been put back to an older state. They are never removed.
  let committed: [RevisionName]
}
