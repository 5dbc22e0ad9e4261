import GRDB
import Tensors

/// Work with files that a commit leaves to be done, so that a dead process's work is finished by the next.
struct Todo: Sendable, Hashable {
  enum Kind: Sendable, Hashable {
    /// Make `slots/…` name what the slot's row says now.
    case link(slot: Int)
    /// Remove a revision that no row names any more.
    case remove(RevisionName)
    /// Remove what `slots/…` holds, also a foreign program's file, if the slot still is empty.
    case purge(slot: Int)
  }
  let id: Int
  let kind: Kind

  /// Of a revision, not of an entry in `slots/`.
  var isRemoval: Bool { if case .remove = kind { true } else { false } }
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
  /// Drops the kept revisions too, and a foreign program's file.
  var purges = false
  /// Work that is done.
  var done: [Todo] = []
}

extension SlotIndex {
  /// - Returns: false where the row is no longer what was expected; nothing is changed then.
  func commit(_ change: SlotChange) throws(StoreError) -> Bool {
    try transaction { db in
      guard try Self.wholeRow(db, change.slot) == change.expected else { return false }
      try Self.apply(change, db)
      return true
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
    if last > 0 { try raiseCounter(change.slot, to: last, db) }
    try drop(try superseded(change, db), db)
    try clear(change.done, db)
    try db.execute(
      sql: "INSERT INTO todo (kind, slot_id) VALUES (?, ?)",
      arguments: [change.purges ? "purge" : "link", change.slot])
  }

  /// History beyond what is kept.
  private static func superseded(_ change: SlotChange, _ db: Database) throws -> [SlotRow] {
    var others = try history(db, change.slot).filter { $0.revision != change.new?.revision }
    if change.purges { return others }
    let setting = try String.fetchOne(db, sql: "SELECT value FROM metadata WHERE key = 'keep_revisions'")
    let keep = max(0, setting.flatMap(Int.init) ?? 1)
    var dropped: [SlotRow] = []
    if let replaced = change.replaced,
      let index = others.firstIndex(where: { $0.revision == replaced.revision })
    {
      dropped.append(others.remove(at: index))
    }
    if others.count > keep { dropped += others.prefix(others.count - keep) }
    return dropped
  }

  /// Drops history; a file goes only if no row names it any more.
  static func drop(_ rows: [SlotRow], _ db: Database) throws {
    for row in rows {
      try db.execute(
        sql: "DELETE FROM history WHERE slot_id = ? AND revision = ?", arguments: [row.slotID, row.revision])
    }
    for row in rows {
      guard let file = row.weightFile, try !isNamed(file, db) else { continue }
      try db.execute(
        sql: "INSERT INTO todo (kind, slot_id, file) VALUES ('remove', ?, ?)", arguments: [row.slotID, file])
    }
  }

  static func isNamed(_ file: String, _ db: Database) throws -> Bool {
    try Bool.fetchOne(
      db,
      sql: """
        SELECT EXISTS (SELECT 1 FROM history WHERE weight_file = ?1)
          OR EXISTS (SELECT 1 FROM contexts WHERE slot_id = ?2 AND weight_file = ?1)
        """, arguments: [file, RevisionName(path: file)?.slotID]) ?? true
  }

  /// Kept revisions, oldest first.
  static func history(
    _ db: Database, _ slot: Int, columns: String = Columns.complete.whole
  ) throws -> [SlotRow] {
    try db.cachedStatement(sql: "SELECT \(columns) FROM history WHERE slot_id = ? ORDER BY revision")
      .rows([slot], SlotRow.init)
  }

  static func insert(_ row: SlotRow, into table: String, _ db: Database) throws {
    let marks = Columns.names.map { Columns.numbers.contains($0) ? "?" : "CAST(? AS TEXT)" }
      .joined(separator: ", ")
    let statement = try db.cachedStatement(
      sql: "INSERT OR REPLACE INTO \(table) (\(Columns.names.joined(separator: ", "))) VALUES (\(marks))")
    try statement.execute(arguments: row.arguments)
  }

  static func clear(_ done: [Todo], _ db: Database) throws {
    for todo in done { try db.execute(sql: "DELETE FROM todo WHERE id = ?", arguments: [todo.id]) }
  }

  /// What the slot is and may become, seen by the writer.
  func state(_ slot: Int) throws(StoreError) -> (row: SlotRow?, lastRevision: Int, history: [SlotRow]) {
    try withWriter { db in
      let row = try Self.wholeRow(db, slot)
      let history = try Self.history(db, slot)
      // A counter that someone put back does not make a number be given twice.
      let last = max(
        0, try Self.lastRevision(db, slot), row?.revision ?? 0, history.compactMap(\.revision).max() ?? 0)
      if last > Int.max - 4 {
        throw StoreError.index(path: path, why: "slot \(slot) has no free revision number")
      }
      return (row, last, history)
    }
  }

  func todo() throws(StoreError) -> [Todo] { try withWriter { try Self.todo($0) } }

  static func todo(_ db: Database) throws -> [Todo] {
    try db.cachedStatement(sql: "SELECT id, kind, slot_id, file FROM todo ORDER BY id").rows { row in
      guard let id = row.integer(0) else { return nil }
      let slot = row.integer(2)
      switch row.text(1) {
      case "link": return slot.map { Todo(id: id, kind: .link(slot: $0)) }
      case "purge": return slot.map { Todo(id: id, kind: .purge(slot: $0)) }
      default: return row.text(3).flatMap(RevisionName.init(path:)).map { Todo(id: id, kind: .remove($0)) }
      }
    }
  }

  /// Those of `names` that no row names, in order, as readers see it.
  ///
  /// - Parameter progress: only asked whether to stop.
  /// - Throws: `StoreError`, `CancellationError`.
  func unnamed(among names: [RevisionName], progress: WorkProgress? = nil) throws -> [RevisionName] {
    if names.isEmpty { return [] }
    return try scan { db in
      guard try columns(db).isComplete else { return [] }
      // Both in the order of bytes: one walk through the index over file names, whatever the number.
      var remaining = names.map(\.path).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }[...]
      var unnamed: [RevisionName] = []
      func pass(upTo file: String?) {
        while let path = remaining.first, file.map({ path.utf8.lexicographicallyPrecedes($0.utf8) }) ?? true {
          RevisionName(path: path).map { unnamed.append($0) }
          remaining.removeFirst()
        }
      }
      let files = try String.fetchCursor(
        db, sql: "SELECT weight_file FROM history WHERE weight_file IS NOT NULL ORDER BY weight_file")
      while let file = try files.next() {
        try progress?.checkCancellation()
        pass(upTo: file)
        if remaining.first == file { remaining.removeFirst() }
        if remaining.isEmpty { break }
      }
      pass(upTo: nil)
      return try unnamed.filter { name in
        try progress?.checkCancellation()
        return try !Self.isNamed(name.path, db)
      }
    }
  }

  func lastRevision(_ slot: Int) throws(StoreError) -> Int {
    try read { db in try Self.lastRevision(db, slot) }
  }

  static func lastRevision(_ db: Database, _ slot: Int) throws -> Int {
    try Int.fetchOne(db, sql: "SELECT last_revision FROM counters WHERE slot_id = ?", arguments: [slot]) ?? 0
  }

  /// What the slot's row says now, seen by the writer.
  func writerRow(_ slot: Int) throws(StoreError) -> SlotRow? {
    try withWriter { db in try Self.wholeRow(db, slot) }
  }

  /// Whether any row names the file.
  func isNamed(_ name: RevisionName) throws(StoreError) -> Bool {
    try withWriter { db in try Self.isNamed(name.path, db) }
  }

  /// A commit that changes a value, so that whether an earlier one whose COMMIT failed holds is settled.
  func settle(_ done: [Todo]) throws(StoreError) {
    try transaction { db in
      try Self.countUp(db)
      try Self.clear(done, db)
      return true
    }
  }

  /// Changes a value, whatever else the transaction does: an empty one would settle nothing.
  static func countUp(_ db: Database) throws {
    try db.execute(
      sql: """
        INSERT INTO metadata VALUES ('settled', '1')
        ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + 1
        """)
  }

  /// The row with its digests, for writing.
  static func wholeRow(_ db: Database, _ slot: Int) throws -> SlotRow? {
    try db.cachedStatement(sql: "SELECT \(Columns.complete.whole) FROM contexts WHERE slot_id = ?")
      .row([slot], SlotRow.init)
  }

  /// Notes what verifications found, where the rows still are those revisions.
  func note(_ notes: [VerificationNote]) throws(StoreError) {
    try transaction { db in
      for note in notes {
        let row = note.row
        for table in row.isForeign ? [Table.contexts] : [.contexts, .history] {
          try db.execute(
            sql: """
              UPDATE \(table.rawValue)
              SET verified_at = ?, verified_stamp = ?, digests_json = ifnull(?, digests_json)
              WHERE slot_id = ? AND revision IS ? AND checksum IS ? AND weight_file IS ?
              """,
            arguments: [
              note.verifiedAt, note.stamp, note.digestsJSON, row.slotID, row.revision, row.checksum,
              row.weightFile,
            ])
        }
      }
      return true
    }
  }
}

extension SlotIndex {
  /// Keeps the statistics of a row's weights, where it still is that revision.
  func noteSummary(_ text: String, of row: SlotRow) throws(StoreError) {
    try transaction { db in
      for table in [Table.contexts, .history] {
        try db.execute(
          sql: """
            UPDATE \(table.rawValue) SET summary_json = ?
            WHERE slot_id = ? AND revision IS ? AND checksum IS ? AND weight_file IS ?
            """,
          arguments: [text, row.slotID, row.revision, row.checksum, row.weightFile])
      }
      return true
    }
  }
}

/// What a verification found, for the index.
struct VerificationNote: Sendable {
  let row: SlotRow
  let verifiedAt: String
  let stamp: String
  /// Nil keeps what is there.
  let digestsJSON: String?
}
