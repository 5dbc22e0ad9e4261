/// What commits leave to be done with files, and what dead processes left.
extension PersistentStore {
  /// Does what `todo` says, by the rows as they are now; the next commit clears it.
  ///
  /// What fails stays in `todo`: the commit that left it is done, and a later holder of the lock tries again.
  ///
  /// - Precondition: the write lock is held.
  func settleTodo() throws {
    let done = settled.withLock { $0 }
    var finished: Set<Todo> = []
    var touchedLinks = false
    for todo in try index.todo() {
      if done.contains(todo) {
        finished.insert(todo)
        continue
      }
      do {
        switch todo.kind {
        case .link(let slot):
          try refreshLink(slot: slot)
          touchedLinks = true
        case .remove(let name):
          if try !index.isNamed(name) { try files.remove(name.path) }
        }
        finished.insert(todo)
      } catch is StoreError {
        continue
      }
    }
    if touchedLinks { try files.syncFolder("slots") }
    settled.withLock { [finished] in $0 = finished }
  }

  private func refreshLink(slot: Int) throws {
    guard let row = try index.writerRow(slot) else {
      try files.remove(slotPath(slot))
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
    let orphans = try files.revisions().filter { try !index.isNamed($0) }
    if orphans.isEmpty { return }
    // A commit that failed may yet surface: one of our own settles that, and only then the rows are looked at.
    try files.step(.transaction, index.path)
    try index.settle(settledTodo)
    for orphan in orphans where try !index.isNamed(orphan) { try files.remove(orphan.path) }
  }
}
