import GRDB

/// Single changes that a repair makes, each a transaction of its own, in the slot's row and in its copy in the history.
extension SlotIndex {
  func reindex() throws(StoreError) {
    try withWriter(.transaction) { try $0.execute(sql: "REINDEX") }
  }

  func clear(_ column: JSONColumn, of row: SlotRow) throws(StoreError) {
    let empty: String? = column == .config || column == .metadata ? "{}" : nil
    try set([(column.rawValue, empty)], of: row)
  }

  func setFile(_ name: RevisionName, of row: SlotRow) throws(StoreError) {
    try set([("weight_file", name.path)], of: row)
  }

  /// Shape, dtype and size.
  func setForm(_ form: SlotRow, of row: SlotRow) throws(StoreError) {
    try set(
      [
        ("weight_shape", form.weightShape), ("weight_dtype", form.weightDType),
        ("size_bytes", String(form.sizeBytes)),
      ], of: row)
  }

  private func set(_ values: [(column: String, value: String?)], of row: SlotRow) throws(StoreError) {
    let assignments = values.map { "\($0.column) = ?" }.joined(separator: ", ")
    try transaction { db in
      for table in [Table.contexts, .history] {
        try db.execute(
          sql: "UPDATE \(table.rawValue) SET \(assignments) WHERE slot_id = ? AND revision IS ?",
          arguments: StatementArguments(values.map(\.value)) + [row.slotID, row.revision])
      }
      return true
    }
  }

  /// Gives a current revision its row in the history.
  func addHistory(of slot: Int) throws(StoreError) {
    try transaction { db in
      guard let row = try Self.wholeRow(db, slot) else { return false }
      try Self.insert(row, into: "history", db)
      return true
    }
  }

  func dropHistory(_ row: SlotRow) throws(StoreError) {
    try transaction { db in
      try db.execute(
        sql: "DELETE FROM history WHERE slot_id = ? AND revision = ?", arguments: [row.slotID, row.revision])
      return true
    }
  }

  func raiseCounter(_ slot: Int, to last: Int) throws(StoreError) {
    try transaction { db in
      try Self.raiseCounter(slot, to: last, db)
      return true
    }
  }

  static func raiseCounter(_ slot: Int, to last: Int, _ db: Database) throws {
    try db.execute(
      sql: """
        INSERT INTO counters VALUES (?, ?)
        ON CONFLICT (slot_id) DO UPDATE SET last_revision = max(last_revision, excluded.last_revision)
        """, arguments: [slot, last])
  }

  /// Adds the row of a slot that has none.
  func add(_ row: SlotRow) throws(StoreError) { try add([row], kept: []) }

  /// - Parameters:
  ///   - current: rows of slots that have none.
  ///   - kept: earlier revisions.
  func add(_ current: [SlotRow], kept: [SlotRow]) throws(StoreError) {
    try transaction { db in
      for row in current {
        try Self.insert(row, into: "contexts", db)
        if row.revision != nil { try Self.insert(row, into: "history", db) }
      }
      for row in kept { try Self.insert(row, into: "history", db) }
      for row in current + kept {
        if let revision = row.revision { try Self.raiseCounter(row.slotID, to: revision, db) }
      }
      return true
    }
  }
}
