import GRDB

extension SlotIndex {
  /// Of rows of the history: not the current revision of its slot.
  static let earlier = """
    NOT EXISTS (SELECT 1 FROM contexts
      WHERE contexts.slot_id = history.slot_id AND contexts.revision = history.revision)
    """

  /// Every kept revision but the current ones, without their large columns.
  func earlierRevisions() throws(StoreError) -> [SlotRow] {
    try read { db in
      guard try columns(db).isComplete else { return [] }
      return try Self.earlierRevisions(db)
    }
  }

  static func earlierRevisions(_ db: Database) throws -> [SlotRow] {
    try db.cachedStatement(
      sql: """
        SELECT \(Columns.complete.light) FROM history WHERE \(earlier) ORDER BY slot_id, revision
        """
    ).rows([], SlotRow.init)
  }

  /// The files that the current revisions name.
  func filesInUse() throws(StoreError) -> Set<String> {
    try read { db in
      guard try columns(db).isComplete else { return [] }
      return try Set(
        String.fetchCursor(
          db,
          sql: "SELECT weight_file FROM contexts WHERE revision IS NOT NULL AND weight_file IS NOT NULL"))
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
