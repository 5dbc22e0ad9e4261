import GRDB

extension SlotIndex {
  /// Rows without their large columns; what the query searches for is not looked at.
  func list(_ query: SlotQuery) throws(StoreError) -> [SlotRow] {
    try read { db in
      let columns = try columns(db)
      var (sql, arguments) = Self.conditions(query, columns)
      sql += Self.ordering(query, columns)
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

  /// The model type that a list has, and the place behind which it begins.
  static func conditions(_ query: SlotQuery, _ columns: Columns) -> (
    sql: String, arguments: [any DatabaseValueConvertible]
  ) {
    let key = columns.adapted(SortKey.of(query.order))
    var terms: [String] = []
    var arguments: [any DatabaseValueConvertible] = []
    if let type = query.modelType {
      terms.append("\(SortKey.modelType) = ?")
      arguments.append(type)
    }
    if let after = query.after {
      let comparison = query.descends ? "<" : ">"
      // The first term alone finds the place in the index: a row value over an expression would scan.
      let place = after.operand(key)
      terms.append(
        "\(key) \(comparison)= \(place) AND (\(key) \(comparison) \(place) OR slot_id \(comparison) ?)")
      arguments += [after.value, after.value, after.slotID]
    }
    return (terms.isEmpty ? "" : " WHERE " + terms.joined(separator: " AND "), arguments)
  }

  static func ordering(_ query: SlotQuery, _ columns: Columns) -> String {
    let direction = query.descends ? "DESC" : "ASC"
    return " ORDER BY \(columns.adapted(SortKey.of(query.order))) \(direction), slot_id \(direction)"
  }
}
