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
    func work(on kinds: (Todo) -> Bool, _ body: (Todo) throws -> Void) throws {
      for item in todo where kinds(item) && !done.contains(item) {
        do {
          try body(item)
          finished.insert(item)
        } catch let error as StoreError {
          failed = failed ?? error
        }
      }
    }
    // Links first, and safe on the disk: until then an old one leads to what is going to be removed.
    try work(on: \.isLink) { item in
      if case .link(let slot) = item.kind { try refreshLink(slot: slot) }
    }
    if todo.contains(where: { $0.isLink && !done.contains($0) }) { try files.syncFolder("slots") }
    try work(on: { !$0.isLink }) { item in
      switch item.kind {
      case .link: break
      case .remove(let name):
        if try !index.isNamed(name) { try files.remove(name.path) }
      case .purge(let slot):
        if try index.writerRow(slot) == nil { try files.remove(slotPath(slot)) }
      }
    }
    settled.withLock { [finished] in $0 = finished }
    return failed
  }

  func refreshLink(slot: Int) throws {
    guard let row = try index.writerRow(slot) else {
      try files.removeLink(slot: slot)
      return
    }
    // A foreign row's file is the foreign program's own.
    if case .revision(let name) = row.file { try files.link(slot: slot, to: name) }
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
  func orphans() throws -> Orphans {
    let unnamed = try index.unnamed(among: files.revisions())
    guard !unnamed.isEmpty else { return Orphans(removable: [], committed: []) }
    let committed = try unnamed.filter { name in
      // Links are made after the commit, and numbers are never given before one: such a file was once the index's,
      // so the index is older than the files and knows of none that came after it.
      try files.linkTarget(slot: name.slotID) == "../" + name.path
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
