import GRDB

/// Work with files that a commit leaves to be done, so that a dead process's work is finished by the next.
struct Todo: Sendable, Hashable {
  enum Kind: Sendable, Hashable {
    /// Make `slots/…` name what the slot's row says now.
    case link(slot: Int)
    /// Remove a revision that no row names any more.
    case remove(RevisionName)
  }
  let id: Int
  let kind: Kind
}

/// What one transaction changes of a slot.
struct SlotChange {
  var slot: Int
  /// What the row must still be; otherwise a foreign program came between.
  var expected: SlotRow?
  /// What the slot shall hold; nil deletes it.
  var new: SlotRow?
  /// The foreign program's file, adopted as a revision.
  var adopted: SlotRow?
  /// A kept revision with the same content as `new`: it makes no history entry.
  var replaced: SlotRow?
  /// Work that is done.
  var done: [Todo] = []
}

extension SlotIndex {
  /// - Returns: false where the row is no longer what was expected; nothing is changed then.
  func commit(_ change: SlotChange) throws(StoreError) -> Bool {
    try withWriter { db in
      var unchanged = true
      try db.inTransaction(.immediate) {
        guard try Self.row(db, change.slot) == change.expected else {
          unchanged = false
          return .rollback
        }
        try Self.apply(change, db)
        return .commit
      }
      return unchanged
    }
  }

  private static func apply(_ change: SlotChange, _ db: Database) throws {
    if let adopted = change.adopted { try insert(adopted, into: "history", db) }
    if let new = change.new {
      try insert(new, into: "contexts", db)
      // At once its own row in history: a foreign REPLACE then can't lose it.
      try insert(new, into: "history", db)
    } else {
      try db.execute(sql: "DELETE FROM contexts WHERE slot_id = ?", arguments: [change.slot])
    }
    let last = max(change.new?.revision ?? 0, change.adopted?.revision ?? 0)
    if last > 0 {
      try db.execute(
        sql: """
          INSERT INTO counters VALUES (?, ?)
          ON CONFLICT (slot_id) DO UPDATE SET last_revision = max(last_revision, excluded.last_revision)
          """, arguments: [change.slot, last])
    }
    try trim(change, db)
    try clear(change.done, db)
    try db.execute(sql: "INSERT INTO todo (kind, slot_id) VALUES ('link', ?)", arguments: [change.slot])
  }

  /// Drops history beyond what is kept; a file goes only if no row names it any more.
  private static func trim(_ change: SlotChange, _ db: Database) throws {
    let setting = try String.fetchOne(db, sql: "SELECT value FROM metadata WHERE key = 'keep_revisions'")
    let keep = max(0, setting.flatMap(Int.init) ?? 1)
    var others = try history(db, change.slot).filter { $0.revision != change.new?.revision }
    var dropped: [SlotRow] = []
    if let replaced = change.replaced,
      let index = others.firstIndex(where: { $0.revision == replaced.revision })
    {
      dropped.append(others.remove(at: index))
    }
    if others.count > keep { dropped += others.prefix(others.count - keep) }
    for row in dropped {
      try db.execute(
        sql: "DELETE FROM history WHERE slot_id = ? AND revision = ?", arguments: [row.slotID, row.revision])
      guard let file = row.weightFile, try !isNamed(file, db) else { continue }
      try db.execute(
        sql: "INSERT INTO todo (kind, slot_id, file) VALUES ('remove', ?, ?)", arguments: [row.slotID, file])
    }
  }

  private static func isNamed(_ file: String, _ db: Database) throws -> Bool {
    try Bool.fetchOne(
      db,
      sql: """
        SELECT EXISTS (SELECT 1 FROM history WHERE weight_file = ?1)
          OR EXISTS (SELECT 1 FROM contexts WHERE slot_id = ?2 AND weight_file = ?1)
        """, arguments: [file, RevisionName(path: file)?.slotID]) ?? true
  }

  /// Kept revisions, oldest first.
  static func history(_ db: Database, _ slot: Int) throws -> [SlotRow] {
    try Row.fetchAll(
      db, sql: "SELECT \(Columns.complete.all) FROM history WHERE slot_id = ? ORDER BY revision",
      arguments: [slot]
    ).map(SlotRow.init)
  }

  private static func insert(_ row: SlotRow, into table: String, _ db: Database) throws {
    let marks = Columns.names.map { _ in "?" }.joined(separator: ", ")
    let statement = try db.cachedStatement(
      sql: "INSERT OR REPLACE INTO \(table) (\(Columns.names.joined(separator: ", "))) VALUES (\(marks))")
    try statement.execute(arguments: row.arguments)
  }

  private static func clear(_ done: [Todo], _ db: Database) throws {
    for todo in done { try db.execute(sql: "DELETE FROM todo WHERE id = ?", arguments: [todo.id]) }
  }

  /// What the slot is and may become, seen by the writer.
  func state(_ slot: Int) throws(StoreError) -> (row: SlotRow?, lastRevision: Int, history: [SlotRow]) {
    try withWriter { db in
      let last = try Int.fetchOne(
        db, sql: "SELECT last_revision FROM counters WHERE slot_id = ?", arguments: [slot])
      return (try Self.row(db, slot), last ?? 0, try Self.history(db, slot))
    }
  }

  func todo() throws(StoreError) -> [Todo] {
    try withWriter { db in
      try Row.fetchAll(db, sql: "SELECT id, kind, slot_id, file FROM todo ORDER BY id").compactMap { row in
        let kind: String = row[1]
        let file: String? = row[3]
        if kind == "link", let slot = row[2] as Int? { return Todo(id: row[0], kind: .link(slot: slot)) }
        return file.flatMap(RevisionName.init(path:)).map { Todo(id: row[0], kind: .remove($0)) }
      }
    }
  }

  /// What the slot's row says now, seen by the writer.
  func writerRow(_ slot: Int) throws(StoreError) -> SlotRow? {
    try withWriter { db in try Self.row(db, slot) }
  }

  /// Whether any row names the file.
  func isNamed(_ name: RevisionName) throws(StoreError) -> Bool {
    try withWriter { db in try Self.isNamed(name.path, db) }
  }

  /// A commit that changes a value, so that whether an earlier one whose COMMIT failed holds is settled.
  func settle(_ done: [Todo]) throws(StoreError) {
    try withWriter { db in
      try db.inTransaction(.immediate) {
        try db.execute(
          sql: """
            INSERT INTO metadata VALUES ('settled', '1')
            ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + 1
            """)
        try Self.clear(done, db)
        return .commit
      }
    }
  }

  /// Notes what a verification found, where the row is still that revision.
  func note(verifiedAt: String, stamp: String, of row: SlotRow) throws(StoreError) {
    try withWriter { db in
      for table in row.isForeign ? ["contexts"] : ["contexts", "history"] {
        try db.execute(
          sql: """
            UPDATE \(table) SET verified_at = ?, verified_stamp = ?
            WHERE slot_id = ? AND revision IS ? AND checksum IS ? AND weight_file IS ?
            """,
          arguments: [verifiedAt, stamp, row.slotID, row.revision, row.checksum, row.weightFile])
      }
    }
  }
}
