import GRDB

extension SlotIndex {
  /// Rows without their large columns.
  func list(_ query: SlotQuery) throws(StoreError) -> [SlotRow] {
    try read { db in
      let columns = try columns(db)
      var (sql, arguments) = Self.filter(query, columns)
      let key = columns.adapted(SortKey.of(query.order))
      let descends = (query.order == .updated || query.order == .size) != query.reversed
      let direction = descends ? "DESC" : "ASC"
      if let after = query.after {
        let comparison = descends ? "<" : ">"
        sql += sql.isEmpty ? " WHERE " : " AND "
        // The first term alone finds the place in the index: a row value over an expression would scan.
        sql += "\(key) \(comparison)= ? AND (\(key) \(comparison) ? OR slot_id \(comparison) ?)"
        switch after.key {
        case .text(let text): arguments += [text, text]
        case .integer(let integer): arguments += [integer, integer]
        }
        arguments += [after.slotID]
      }
      sql += " ORDER BY \(key) \(direction), slot_id \(direction)"
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

  func count(_ query: SlotQuery) throws(StoreError) -> Int {
    try read { db in
      let (sql, arguments) = Self.filter(query, try columns(db))
      return try Int.fetchOne(
        db, sql: "SELECT count(*) FROM contexts" + sql, arguments: StatementArguments(arguments)) ?? 0
    }
  }

  private static func filter(
    _ query: SlotQuery, _ columns: Columns
  ) -> (sql: String, arguments: [any DatabaseValueConvertible]) {
    var terms: [String] = []
    var arguments: [any DatabaseValueConvertible] = []
    if let type = query.modelType {
      terms.append("\(SortKey.modelType) = ?")
      arguments.append(type)
    }
    if let search = query.search, !search.isEmpty {
      let pattern = "%" + escaped(search) + "%"
      let fields = ["slot_id", SortKey.modelType, columns.adapted(SortKey.of(.name)), "metadata_json"]
      var tests = fields.map { "\($0) LIKE ? ESCAPE '\\'" }
      if !search.utf8.allSatisfy({ $0 < 0x80 }) {
        // Python writes other letters as \u escapes: there the values are compared, not the text.
        tests.append(
          "json_valid(metadata_json) AND EXISTS (SELECT 1 FROM json_each(metadata_json) WHERE value LIKE ? ESCAPE '\\')"
        )
      }
      terms.append("(" + tests.joined(separator: " OR ") + ")")
      arguments += tests.map { _ in pattern }
    }
    return (terms.isEmpty ? "" : " WHERE " + terms.joined(separator: " AND "), arguments)
  }

  private static func escaped(_ text: String) -> String {
    String(text.flatMap { "\\%_".contains($0) ? ["\\", $0] : [$0] })
  }
}
