import GRDB
import Tensors

extension SlotIndex {
  /// The two tables that hold rows.
  enum Table: String, Sendable {
    case contexts, history
  }

  /// What SQLite's own check finds; nothing in a sound index.
  ///
  /// - Throws: `StoreError`, `CancellationError`.
  func faults(progress: WorkProgress = WorkProgress()) throws -> [String] {
    try read(interruptedBy: progress) { db in
      do {
        return try String.fetchAll(db, sql: "PRAGMA integrity_check(20)").filter { $0 != "ok" }
      } catch let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT {
        return [error.message ?? "damaged"]
      }
    }
  }

  /// How many rows a check looks at.
  func checkedCount(_ progress: WorkProgress) throws -> Int {
    try read(interruptedBy: progress) { db in
      let kept =
        try columns(db).isComplete
        ? Int.fetchOne(db, sql: "SELECT count(*) FROM history WHERE \(Self.earlier)") : nil
      return try (Int.fetchOne(db, sql: "SELECT count(*) FROM contexts") ?? 0) + (kept ?? 0)
    }
  }

  /// All rows of slots, in order, some at a time: there may be a million, and others want to read meanwhile.
  ///
  /// - Parameter isLight: without the large columns.
  func eachSlot(isLight: Bool = false, _ body: (SlotRow) throws -> Void) throws {
    var last = Int.min
    while true {
      let rows = try read { db in
        try db.cachedStatement(
          sql: """
            SELECT \(isLight ? columns(db).light : columns(db).all) FROM contexts
            WHERE slot_id > ? ORDER BY slot_id LIMIT ?
            """
        ).rows([last, Self.readAtOnce]) { (number: $0.integer(0), row: SlotRow($0)) }
      }
      guard let next = rows.last?.number else { return }
      last = next
      for row in rows.lazy.compactMap(\.row) { try body(row) }
    }
  }

  private static let readAtOnce = 200

  /// Slots whose current revision is ours and not in the history.
  func revisionsWithoutHistory(_ progress: WorkProgress) throws -> [(slot: Int, revision: Int)] {
    try pairs(
      progress,
      """
      SELECT slot_id, revision FROM contexts WHERE revision IS NOT NULL AND NOT EXISTS (SELECT 1 FROM history
        WHERE history.slot_id = contexts.slot_id AND history.revision = contexts.revision)
      """)
  }

  /// Slots that would give a number of a revision again, with the highest number there is.
  func countersBehind(_ progress: WorkProgress) throws -> [(slot: Int, last: Int)] {
    try pairs(
      progress,
      """
      SELECT slot_id, last FROM
        (SELECT slot_id, max(revision) AS last FROM
          (SELECT slot_id, revision FROM history UNION ALL SELECT slot_id, revision FROM contexts)
          GROUP BY slot_id) given
        WHERE last > ifnull((SELECT last_revision FROM counters WHERE counters.slot_id = given.slot_id), 0)
      """
    ).map { ($0.slot, $0.revision) }
  }

  private func pairs(_ progress: WorkProgress, _ sql: String) throws -> [(slot: Int, revision: Int)] {
    try read(interruptedBy: progress) { db in
      guard try columns(db).isComplete else { return [] }
      return try db.cachedStatement(sql: sql).rows { row in
        guard let slot = row.integer(0), let revision = row.integer(1) else { return nil }
        return (slot, revision)
      }
    }
  }

  /// What `todo` says, as a reader sees it.
  func unfinished() throws(StoreError) -> [Todo] {
    try read { db in try columns(db).isComplete ? Self.todo(db) : [] }
  }

  /// Whether any row names the file, as a reader sees it.
  func names(_ name: RevisionName) throws(StoreError) -> Bool {
    try read { db in try Self.isNamed(name.path, db) }
  }
}

extension SlotIndex {
  /// The rows of a damaged index that can be read, from both ends as far as that goes.
  func readableRows(of table: Table) -> [SlotRow] {
    var rows: [Int: SlotRow] = [:]
    for direction in ["ASC", "DESC"] {
      // What has been read before the damage is hit is kept.
      try? read { db in
        let columns = try columns(db)
        let statement = try db.makeStatement(
          sql: "SELECT \(columns.whole), rowid FROM \(table.rawValue) ORDER BY rowid \(direction)")
        try statement.each { row in
          guard let number = row.integer(row.count - 1), let slot = SlotRow(row) else { return true }
          return rows.updateValue(slot, forKey: number) == nil
        }
      }
    }
    return rows.sorted { $0.key < $1.key }.map(\.value)
  }
}
