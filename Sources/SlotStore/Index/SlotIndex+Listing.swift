import GRDB

extension SlotIndex {
  /// Rows without their large columns; what the query searches for is not looked at.
  func list(_ query: SlotQuery) throws(StoreError) -> [SlotRow] {
    try read { db in
      let columns = try columns(db, for: query.order)
      guard let after = query.after else {
        return try Self.rows(
          db, query, columns, Self.conditions(query, columns), Self.ordering(query, columns),
          offset: query.offset)
      }
      var rest = query
      rest.after = nil
      var rows: [SlotRow] = []
      // Slots of the same key can be many: those behind the place are found by themselves, not by a walk through them all.
      for (part, order) in [
        (after.isLevel(query, columns), SlotOrder.id), (after.isBeyond(query, columns), query.order),
      ] {
        rest.limit = query.limit.map { $0 + query.offset - rows.count }
        if rest.limit == 0 { break }
        let ordering = Self.ordering(by: order, descends: query.descends, columns)
        rows += try Self.rows(
          db, rest, columns, Self.conditions(rest, columns).adding(part), ordering, offset: 0)
      }
      return Array(rows.dropFirst(query.offset))
    }
  }

  private static func rows(
    _ db: Database, _ query: SlotQuery, _ columns: Columns, _ conditions: Conditions, _ ordering: String,
    offset: Int
  ) throws -> [SlotRow] {
    var sql = conditions.sql + ordering
    var arguments = conditions.arguments
    if query.limit != nil || offset > 0 {
      sql += " LIMIT ? OFFSET ?"
      arguments += [query.limit ?? -1, offset]
    }
    let statement = try db.makeStatement(sql: "SELECT \(columns.light) FROM contexts" + sql)
    return try statement.rows(StatementArguments(arguments), SlotRow.init)
  }

  func count(modelType: String?) throws(StoreError) -> Int {
    try read { db in
      guard let modelType else { return try Int.fetchOne(db, sql: "SELECT count(*) FROM contexts") ?? 0 }
      return try Int.fetchOne(
        db,
        sql: "SELECT count(*) FROM contexts WHERE \(SortKey.modelType) = \(WholeText.mark(modelType))",
        arguments: [WholeText.argument(modelType)]) ?? 0
    }
  }

  /// The model type that a list has, and the place behind which it begins.
  static func conditions(_ query: SlotQuery, _ columns: Columns) -> Conditions {
    var conditions = Conditions()
    if let type = query.modelType {
      // Where an order has one index for all types, that is the one to walk through.
      conditions = conditions.adding(
        Conditions(
          "\(query.order.sharesIndex ? "+" : "")\(SortKey.modelType) = \(WholeText.mark(type))",
          [WholeText.argument(type)]))
    }
    if let after = query.after {
      let (level, beyond) = (after.isLevel(query, columns), after.isBeyond(query, columns))
      conditions = conditions.adding(
        Conditions("(\(level.terms[0]) OR \(beyond.terms[0]))", level.arguments + beyond.arguments))
    }
    return conditions
  }

  static func ordering(_ query: SlotQuery, _ columns: Columns) -> String {
    ordering(by: query.order, descends: query.descends, columns)
  }

  private static func ordering(by order: SlotOrder, descends: Bool, _ columns: Columns) -> String {
    let direction = descends ? "DESC" : "ASC"
    let key = order == .id ? "" : "\(SortKey.of(order, columns)) \(direction), "
    return " ORDER BY \(key)slot_id \(direction)"
  }
}

/// What rows must be, all of it.
struct Conditions {
  private(set) var terms: [String] = []
  private(set) var arguments: [any DatabaseValueConvertible] = []

  init() {}

  init(_ term: String, _ arguments: [any DatabaseValueConvertible]) {
    terms = [term]
    self.arguments = arguments
  }

  func adding(_ others: Conditions) -> Conditions {
    var all = self
    all.terms += others.terms
    all.arguments += others.arguments
    return all
  }

  var sql: String { terms.isEmpty ? "" : " WHERE " + terms.joined(separator: " AND ") }
}

extension SlotCursor {
  /// Slots of the same key that come behind it.
  func isLevel(_ query: SlotQuery, _ columns: Columns) -> Conditions {
    let key = SortKey.of(query.order, columns)
    return Conditions(
      "(\(key) = \(operand(key)) AND slot_id \(query.descends ? "<" : ">") ?)", [value, slotID])
  }

  /// Slots of the keys behind its own.
  func isBeyond(_ query: SlotQuery, _ columns: Columns) -> Conditions {
    if query.order == .type, query.modelType != nil { return Conditions("FALSE", []) }
    let key = SortKey.of(query.order, columns)
    return Conditions("\(key) \(query.descends ? "<" : ">") \(operand(key))", [value])
  }
}
