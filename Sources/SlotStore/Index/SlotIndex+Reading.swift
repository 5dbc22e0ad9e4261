import GRDB

extension SlotIndex {
  /// The row of a slot with everything; nil where there is none.
  func row(_ slot: Int) throws(StoreError) -> SlotRow? {
    try read { db in try Self.row(db, slot, columns: columns(db)) }
  }

  static func row(_ db: Database, _ slot: Int, columns: Columns = .complete) throws -> SlotRow? {
    try db.cachedStatement(sql: "SELECT \(columns.all) FROM contexts WHERE slot_id = ?")
      .row([slot], SlotRow.init)
  }

  /// Long texts that only those read who want them.
  enum KeptText: String {
    case digests = "digests_json"
    case summary = "summary_json"
  }

  /// What is kept of a row's weights; nil where there is nothing.
  func keptText(_ kind: KeptText, of row: SlotRow) throws(StoreError) -> String? {
    try read { db in
      guard try columns(db).isComplete else { return nil }
      let table = try Self.row(db, row.slotID)?.revision == row.revision ? Table.contexts : .history
      return try db.cachedStatement(
        sql: "SELECT \(kind.rawValue) FROM \(table.rawValue) WHERE slot_id = ? AND revision IS ?"
      ).row([row.slotID, row.revision]) { $0.text(0) }
    }
  }

  /// The row without its large columns.
  func lightRow(_ slot: Int) throws(StoreError) -> SlotRow? {
    try read { db in
      try db.cachedStatement(sql: "SELECT \(columns(db).light) FROM contexts WHERE slot_id = ?")
        .row([slot], SlotRow.init)
    }
  }

  /// The JSON text alone: cheaper than the whole row. Nil where there is no such slot.
  func metadata(of slot: Int) throws(StoreError) -> String? {
    try read { db in
      try String.fetchOne(
        try db.cachedStatement(sql: "SELECT ifnull(metadata_json, '') FROM contexts WHERE slot_id = ?"),
        arguments: [slot])
    }
  }

  /// What changes whenever another connection, of this or any process, has committed.
  func dataVersion(_ db: Database) throws -> Int {
    try Int.fetchOne(try db.cachedStatement(sql: "PRAGMA data_version")) ?? 0
  }

  func exists(_ slot: Int) throws(StoreError) -> Bool {
    try read { db in
      try Bool.fetchOne(
        try db.cachedStatement(sql: "SELECT 1 FROM contexts WHERE slot_id = ?"), arguments: [slot]) ?? false
    }
  }

  /// The highest slot number in use; nil in an empty store.
  func highestSlot() throws(StoreError) -> Int? {
    try read { db in try Int.fetchOne(db, sql: "SELECT max(slot_id) FROM contexts WHERE slot_id >= 0") }
  }

  /// The number in use that is nearest to another; of two, the lower.
  func nearestSlot(to slot: Int) throws(StoreError) -> Int? {
    try read { db in
      let below = try Int.fetchOne(
        db, sql: "SELECT max(slot_id) FROM contexts WHERE slot_id BETWEEN 0 AND ?", arguments: [slot])
      let above = try Int.fetchOne(
        db, sql: "SELECT min(slot_id) FROM contexts WHERE slot_id >= ?", arguments: [slot])
      guard let below, let above else { return below ?? above }
      return slot - below <= above - slot ? below : above
    }
  }

  /// - Parameter lookedAt: called for each; ends the walk by what it throws.
  func slotIDs(_ lookedAt: () throws -> Void = {}) throws -> [Int] {
    try scan { db in
      var slots: [Int] = []
      let cursor = try Int.fetchCursor(
        db, sql: "SELECT slot_id FROM contexts WHERE slot_id >= 0 ORDER BY slot_id")
      while let slot = try cursor.next() {
        slots.append(slot)
        try lookedAt()
      }
      return slots
    }
  }

  /// Bytes of weights of every slot.
  func sizes() throws(StoreError) -> [Int: Int] {
    try read { db in
      var sizes: [Int: Int] = [:]
      try db.cachedStatement(sql: "SELECT slot_id, size_bytes FROM contexts").each { row in
        if let slot = row.integer(0) { sizes[slot] = max(0, row.integer(1) ?? 0) }
        return true
      }
      return sizes
    }
  }

  func keptRevisions(of slot: Int) throws(StoreError) -> [SlotRow] {
    try read { db in
      guard try columns(db).isComplete else { return [] }
      return try Self.history(db, slot, columns: Columns.complete.all)
    }
  }

  func setting(_ key: String) throws(StoreError) -> String? {
    try read { db in
      guard try db.tableExists("metadata") else { return nil }
      return try String.fetchOne(db, sql: "SELECT value FROM metadata WHERE key = ?", arguments: [key])
    }
  }

  func totals() throws(StoreError) -> [StoreStats.ModelTypeCount] {
    try read { db in
      // Not an exact sum, which rows that say anything would make overflow; the cast stops at the largest number.
      try db.cachedStatement(
        sql: """
          SELECT \(SortKey.modelType) AS type, count(*), CAST(total(max(size_bytes, 0)) AS INTEGER)
          FROM contexts\(Self.hint(db, Schema.typeIndex)) GROUP BY type ORDER BY type
          """
      ).rows { row in
        StoreStats.ModelTypeCount(
          modelType: row.text(0) ?? "Unknown", count: row.integer(1) ?? 0, sizeBytes: row.integer(2) ?? 0)
      }
    }
  }

  /// The columns that there are now: another process may have added ours since the index was opened.
  func columns(_ db: Database) throws -> Columns {
    if columns.isComplete { return .complete }
    return Columns(
      present: Set(
        try String.fetchAll(try db.cachedStatement(sql: "SELECT name FROM pragma_table_info('contexts')"))))
  }
}
