import GRDB

extension SlotIndex {
  /// Rows without their large columns; what the query searches for is not looked at.
  func list(_ query: SlotQuery) throws(StoreError) -> [SlotRow] {
    try read { db in
      let columns = try columns(db)
      var (sql, arguments) = Self.place(query, columns, isFirst: query.modelType == nil)
      if let type = query.modelType {
        sql = " WHERE \(SortKey.modelType) = ?" + sql
        arguments.insert(type, at: 0)
      }
      if query.limit != nil || query.offset > 0 {
        sql += " LIMIT ? OFFSET ?"
        arguments += [query.limit ?? -1, query.offset]
      }
      let statement = try db.cachedStatement(sql: "SELECT \(columns.light) FROM contexts" + sql)
      let rows = try Row.fetchCursor(statement, arguments: StatementArguments(arguments))
      var result: [SlotRow] = []
      result.reserveCapacity(min(query.limit ?? 64, 1024))
      while let row = try rows.next() { SlotRow(row).map { result.append($0) } }
      return result
    }
  }

  func count(modelType: String?) throws(StoreError) -> Int {
    try read { db in
      guard let modelType else { return try Int.fetchOne(db, sql: "SELECT count(*) FROM contexts") ?? 0 }
      return try Int.fetchOne(
        db, sql: "SELECT count(*) FROM contexts WHERE \(SortKey.modelType) = ?", arguments: [modelType]) ?? 0
    }
  }

  /// The place behind which a list begins, and its order.
  ///
  /// - Parameter isFirst: whether no other condition stands before it.
  static func place(_ query: SlotQuery, _ columns: Columns, isFirst: Bool) -> (
    sql: String, arguments: [any DatabaseValueConvertible]
  ) {
    let key = columns.adapted(SortKey.of(query.order))
    let direction = query.descends ? "DESC" : "ASC"
    var sql = ""
    var arguments: [any DatabaseValueConvertible] = []
    if let after = query.after {
      let comparison = query.descends ? "<" : ">"
      // The first term alone finds the place in the index: a row value over an expression would scan.
      sql = isFirst ? " WHERE " : " AND "
      sql += "\(key) \(comparison)= ? AND (\(key) \(comparison) ? OR slot_id \(comparison) ?)"
      switch after.key {
      case .text(let text): arguments += [text, text]
      case .integer(let integer): arguments += [integer, integer]
      }
      arguments += [after.slotID]
    }
    return (sql + " ORDER BY \(key) \(direction), slot_id \(direction)", arguments)
  }
}
