import GRDB

extension SlotIndex {
  /// Of rows of the history: not the current revision of its slot.
  static let earlier = """
    NOT EXISTS (SELECT 1 FROM contexts
      WHERE contexts.slot_id = history.slot_id AND contexts.revision = history.revision)
    """

  /// How many rows there are of slots and of kept revisions.
  func rowCount() throws(StoreError) -> Int {
    try read { db in
      let kept = try columns(db).isComplete ? Int.fetchOne(db, sql: "SELECT count(*) FROM history") : nil
      return try (Int.fetchOne(db, sql: "SELECT count(*) FROM contexts") ?? 0) + (kept ?? 0)
    }
  }

  /// Every kept revision but the current ones, without their large columns, in order.
  ///
  /// - Parameter lookedAt: called for each row of the history; ends the walk by what it throws.
  func earlierRevisions(_ lookedAt: () throws -> Void) throws -> [SlotRow] {
    try scan { db in
      guard try columns(db).isComplete else { return [] }
      return try db.cachedStatement(
        sql: """
          SELECT \(Columns.complete.light), \(Self.earlier) FROM history ORDER BY slot_id, revision
          """
      ).rows { row in
        try lookedAt()
        return row.integer(row.count - 1) == 1 ? SlotRow(row) : nil
      }
    }
  }

  /// What the current revision of each slot names as its file; nil where that is not one of ours.
  ///
  /// - Parameter body: ends the walk by what it throws.
  func eachFileInUse(_ body: (String?) throws -> Void) throws {
    try scan { db in
      let file = try columns(db).isComplete ? "CASE WHEN revision IS NOT NULL THEN weight_file END" : "NULL"
      try db.cachedStatement(sql: "SELECT \(file) FROM contexts").each { row in
        try body(row.text(0))
        return true
      }
    }
  }

  /// One transaction: those rows go that still are no current ones, their files are noted to be removed.
  ///
  /// - Returns: the rows that went, without their large columns.
  func dropEarlierRevisions(_ revisions: [KeptRevision], done: [Todo]) throws(StoreError) -> [SlotRow] {
    var dropped: [SlotRow] = []
    try transaction { db in
      let statement = try db.cachedStatement(
        sql: """
          SELECT \(Columns.complete.light) FROM history WHERE slot_id = ? AND revision = ? AND \(Self.earlier)
          """)
      dropped = try revisions.compactMap { kept in
        try statement.row([kept.slotID, kept.revision], SlotRow.init)
      }
      try Self.countUp(db)
      try Self.clear(done, db)
      try Self.drop(dropped, db)
      return true
    }
    return dropped
  }
}
