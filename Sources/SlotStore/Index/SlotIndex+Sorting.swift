import GRDB
import Tensors

extension SlotOrder {
  /// Whether an index has it.
  var isIndexed: Bool {
    switch self {
    case .updated, .id, .type, .size, .name, .created: true
    case .parameters, .dtype, .checksum, .state: false
    }
  }
}

extension SlotIndex {
  /// Some slots, or all of the query's model type, in its order and behind its place.
  ///
  /// - Parameter slotIDs: ascending; nil: all.
  /// - Throws: `StoreError`, `CancellationError`.
  func sorted(_ slotIDs: [Int]?, _ query: SlotQuery, progress: WorkProgress?) throws -> [Int] {
    if let slotIDs, slotIDs.isEmpty { return [] }
    if let slotIDs, query.order == .id, query.after == nil {
      return query.descends ? slotIDs.reversed() : slotIDs
    }
    if let slotIDs, slotIDs.count <= Self.fewSlots { return try sortedFew(slotIDs, query) }
    let wanted = slotIDs.map(SlotSet.init)
    if query.order == .parameters || query.order == .dtype { return try sortedByKey(wanted, query, progress) }
    return try read { db in
      let columns = try columns(db)
      let (conditions, arguments) = Self.conditions(query, columns)
      let statement = try db.cachedStatement(
        sql: "SELECT slot_id FROM contexts" + conditions + Self.ordering(query, columns))
      let stepper = try RowStepper(statement, StatementArguments(arguments), progress)
      let row = SearchedRow(statement: stepper.pointer, cut: nil)
      var sorted: [Int] = []
      try stepper.run {
        let slotID = row.slotID
        if wanted?.contains(slotID) ?? true { sorted.append(slotID) }
        return sorted.count < slotIDs?.count ?? Int.max
      }
      return sorted
    }
  }

  /// So many are looked up one by one; for more, all are walked through.
  private static let fewSlots = 20_000

  private func sortedFew(_ slotIDs: [Int], _ query: SlotQuery) throws -> [Int] {
    try read { db in
      let columns = try columns(db)
      let (conditions, arguments) = Self.conditions(query, columns)
      let list = "[" + slotIDs.map(String.init).joined(separator: ",") + "]"
      let statement = try db.cachedStatement(
        sql: "SELECT slot_id FROM contexts" + conditions + (conditions.isEmpty ? " WHERE " : " AND ")
          + "slot_id IN (SELECT value FROM json_each(?))" + Self.ordering(query, columns))
      return try Int.fetchAll(statement, arguments: StatementArguments(arguments + [list]))
    }
  }

  private struct KeyedSlot: Comparable {
    var key: Int
    let slotID: Int

    static func < (a: KeyedSlot, b: KeyedSlot) -> Bool { (a.key, a.slotID) < (b.key, b.slotID) }
  }

  private struct KeyedSlots {
    var slots: [KeyedSlot] = []
    /// What the keys are numbers of, where they are texts.
    var texts: [String] = []

    mutating func number(of text: String) -> Int {
      if let number = texts.firstIndex(of: text) { return number }
      texts.append(text)
      return texts.count - 1
    }
  }

  /// Without an index: keys are read in the order of slot numbers and sorted here.
  private func sortedByKey(_ wanted: SlotSet?, _ query: SlotQuery, _ progress: WorkProgress?) throws -> [Int]
  {
    let isText = query.order == .dtype
    let parts = try inParts { db, range in
      let columns = try columns(db)
      let (conditions, arguments) = Self.conditions(query, columns)
      let hint = try Self.hasScanIndex(db) ? " INDEXED BY \(Schema.scanIndex)" : ""
      let statement = try db.cachedStatement(
        sql: "SELECT slot_id, \(columns.adapted(SortKey.of(query.order))) FROM contexts" + hint + conditions
          + (conditions.isEmpty ? " WHERE " : " AND ") + "slot_id >= ? AND slot_id <= ?")
      let stepper = try RowStepper(
        statement, StatementArguments(arguments + [range.lowerBound, range.upperBound]), progress)
      // The key stands where a scan has the model type.
      let row = SearchedRow(statement: stepper.pointer, cut: nil)
      var keyed = KeyedSlots()
      try stepper.run {
        let slotID = row.slotID
        guard wanted?.contains(slotID) ?? true else { return true }
        let key =
          isText
          ? keyed.number(of: row.text(.modelType).map { String(decoding: $0, as: UTF8.self) } ?? "")
          : row.integer(.modelType) ?? -1
        keyed.slots.append(KeyedSlot(key: key, slotID: slotID))
        return true
      }
      return keyed
    }
    var all: [KeyedSlot] = []
    all.reserveCapacity(parts.reduce(0) { $0 + $1.slots.count })
    // Texts in the order of their bytes, as SQLite has them.
    let texts = Set(parts.flatMap(\.texts)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    for part in parts {
      let ranks = part.texts.map { text in texts.firstIndex(of: text) ?? 0 }
      all += isText ? part.slots.map { KeyedSlot(key: ranks[$0.key], slotID: $0.slotID) } : part.slots
    }
    try progress?.checkCancellation()
    all.sort()
    return query.descends ? all.reversed().map(\.slotID) : all.map(\.slotID)
  }

  // MARK: Places

  /// How many slots stand before one in a list without search, and its place; nil where it is not in the list.
  func place(of slotID: Int, _ query: SlotQuery) throws -> (row: Int, cursor: SlotCursor)? {
    try read { db in
      let columns = try columns(db)
      let key = columns.adapted(SortKey.of(query.order))
      guard
        let row = try Row.fetchOne(
          try db.cachedStatement(sql: "SELECT \(SortKey.modelType), \(key) FROM contexts WHERE slot_id = ?"),
          arguments: [slotID]),
        query.modelType == nil || row.text(0) == query.modelType
      else { return nil }
      if row.hasNull(atIndex: 1) { return nil }
      // Compared with the row itself: a text from elsewhere may hold what no bound text has, such as a NUL.
      let cursor = SlotCursor(slotID: slotID, key: .asIndexed)
      let place = cursor.operand(key)
      let type = query.modelType.map { _ in "\(SortKey.modelType) = ? AND " } ?? ""
      let before = query.descends ? ">" : "<"
      let types: [any DatabaseValueConvertible] = query.modelType.map { [$0] } ?? []
      if query.order == .id {
        // By a narrow index: the table itself is wide.
        return (
          try Int.fetchOne(
            db, sql: "SELECT count(*) FROM contexts WHERE \(type)+slot_id \(before) ?",
            arguments: StatementArguments(types + [slotID])) ?? 0, cursor
        )
      }
      let others = try Int.fetchOne(
        db, sql: "SELECT count(*) FROM contexts WHERE \(type)\(key) \(before) \(place)",
        arguments: StatementArguments(types + [cursor.value]))
      let equals = try Int.fetchOne(
        db, sql: "SELECT count(*) FROM contexts WHERE \(type)\(key) = \(place) AND slot_id \(before) ?",
        arguments: StatementArguments(types + [cursor.value, slotID]))
      return ((others ?? 0) + (equals ?? 0), cursor)
    }
  }
}

extension SlotCursor {
  /// The key, as SQL compares it.
  var value: any DatabaseValueConvertible {
    switch key {
    case .text(let text): text
    case .integer(let integer): integer
    case .asIndexed: slotID
    }
  }

  /// What a row's key is compared with; its argument is ``value``.
  func operand(_ key: String) -> String {
    self.key != .asIndexed ? "?" : "(SELECT \(key) FROM contexts WHERE slot_id = ?)"
  }
}
