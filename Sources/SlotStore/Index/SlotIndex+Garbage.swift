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

  private static func earlierRevisions(_ db: Database) throws -> [SlotRow] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT \(Columns.complete.light) FROM history WHERE \(earlier) ORDER BY slot_id, revision
        """
    ).compactMap(SlotRow.init)
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

  /// One transaction: the rows go, their files are noted to be removed.
  func dropEarlierRevisions(done: [Todo]) throws(StoreError) {
    try transaction { db in
      try Self.countUp(db)
      try Self.clear(done, db)
      try Self.drop(try Self.earlierRevisions(db), db)
      return true
    }
  }
}
