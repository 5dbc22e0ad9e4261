import Dispatch
import GRDB
import Synchronization
import Tensors

extension SlotOrder {
  /// Whether one index has it, with the model type in it; the others have a second one for each type.
  var sharesIndex: Bool {
    switch self {
    case .parameters, .created, .dtype, .checksum: true
    case .updated, .id, .type, .size, .name, .state: false
    }
  }

  /// The index that has it.
  var indexName: String { "contexts_by_\(rawValue)" }
}

extension SlotIndex {
  /// Whether an index has a list: nothing is searched for, and it has the order.
  func has(_ query: SlotQuery) throws(StoreError) -> Bool {
    guard query.search?.isEmpty ?? true else { return false }
    return try has(query.order)
  }

  /// Of states the files tell; of numbers of parameters the index, as long as SQL alone can count all shapes.
  func has(_ order: SlotOrder) throws(StoreError) -> Bool {
    switch order {
    case .updated, .id, .type, .size, .name, .dtype, .created, .checksum: true
    case .parameters: try read { db in try !columns(db, for: order).countsElements }
    case .state: false
    }
  }

  /// As `columns(_:)` has them, for sorting.
  func columns(_ db: Database, for order: SlotOrder) throws -> Columns {
    var columns = try columns(db)
    if order == .parameters {
      let hint = try Self.hint(db, order.indexName)
      columns.countsElements =
        try hint.isEmpty
        || Bool.fetchOne(
          try db.cachedStatement(
            sql: "SELECT 1 FROM contexts\(hint) WHERE \(SortKey.of(order)) = \(SortKey.uncounted) LIMIT 1"))
          ?? false
    }
    return columns
  }

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
    if query.order == .parameters, try !has(.parameters),
      let sorted = try sortedByParameters(wanted, query, progress)
    {
      return sorted
    }
    return try scan { db in
      let columns = try columns(db, for: query.order)
      let conditions = Self.conditions(query, columns)
      let statement = try db.makeStatement(
        sql: "SELECT slot_id FROM contexts" + conditions.sql + Self.ordering(query, columns))
      let stepper = try RowStepper(statement, StatementArguments(conditions.arguments), progress)
      let row = SearchedRow(statement: stepper.pointer, [.slotID], cut: nil)
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
      let columns = try columns(db, for: query.order)
      let list = "[" + slotIDs.map(String.init).joined(separator: ",") + "]"
      let conditions = Self.conditions(query, columns).adding(
        Conditions("slot_id IN (SELECT value FROM json_each(?))", [list]))
      let statement = try db.makeStatement(
        sql: "SELECT slot_id FROM contexts" + conditions.sql + Self.ordering(query, columns))
      return try Int.fetchAll(statement, arguments: StatementArguments(conditions.arguments))
    }
  }

  /// Where the index has not all of them: the numbers are read in the order of slots, and sorted here. Nil where one of them is beyond what
  /// models have, so that SQLite has to.
  private func sortedByParameters(
    _ wanted: SlotSet?, _ query: SlotQuery, _ progress: WorkProgress?
  ) throws -> [Int]? {
    guard let highest = try slotBounds()?.upperBound else { return [] }
    let parts = try inParts { db, range -> SlotKeys? in
      let columns = try columns(db, for: query.order)
      let selected: Set<SearchedRow.Column> = [.slotID, .parameters, .shape]
      let source = try Self.source(db, selected, columns)
      let conditions = Self.conditions(query, columns).adding(Conditions("slot_id >= ?", [range.lowerBound]))
      let statement = try db.makeStatement(sql: source.sql + conditions.sql + " ORDER BY slot_id")
      let stepper = try RowStepper(statement, StatementArguments(conditions.arguments), progress)
      let row = SearchedRow(statement: stepper.pointer, selected, cut: source.cut)
      var keys = SlotKeys(highest: highest, count: min(range.count, 1 << 16))
      var haveRoom = true
      try stepper.run {
        let slotID = row.slotID
        if slotID > range.upperBound { return false }
        if wanted?.contains(slotID) ?? true {
          // What nobody knows stands below 0; there is a number above the largest.
          haveRoom = keys.append(slotID, key: row.parameters.map { UInt64($0) + 1 } ?? 0)
        }
        return haveRoom
      }
      return haveRoom ? keys : nil
    }
    try progress?.checkCancellation()
    var all = SlotKeys(highest: highest, count: parts.reduce(0) { $0 + ($1?.words.count ?? 0) })
    for part in parts {
      guard let part else { return nil }
      all.append(part)
    }
    return all.sorted(descends: query.descends)
  }

  // MARK: Places

  /// How many slots stand before one in a list without search, and its place; nil where it is not in the list.
  ///
  /// - Parameter total: of the list.
  func place(of slotID: Int, _ query: SlotQuery, total: Int) throws -> (row: Int, cursor: SlotCursor)? {
    let cursor: SlotCursor? = try read { db in
      let columns = try columns(db, for: query.order)
      let key = SortKey.of(query.order, columns)
      return try db.makeStatement(
        sql: "SELECT \(SortKey.modelType), (\(key)) IS NOT NULL FROM contexts WHERE slot_id = ?"
      ).row([slotID]) { row in
        guard query.modelType == nil || row.text(0) == query.modelType, row.integer(1) == 1 else {
          return nil
        }
        // Compared with the row itself, which may hold what is no text or number here.
        return SlotCursor(slotID: slotID, key: .asIndexed)
      }
    }
    return try cursor.map { (try row(of: $0, query, total: total), $0) }
  }

  private func row(of cursor: SlotCursor, _ query: SlotQuery, total: Int) throws -> Int {
    if query.order == .id { return try rowByNumber(of: cursor, query) }
    // Those before it and those behind it are counted at once: as soon as one side has been, the row is known.
    let row = Mutex<Int?>(nil)
    let failure = Mutex<(any Error)?>(nil)
    let race = WorkProgress()
    DispatchQueue.concurrentPerform(iterations: 2) { side in
      do {
        var query = query
        query.reversed = query.reversed != (side == 0)
        let count = try slotsBehind(cursor, query, race)
        race.cancel()
        row.withLock { $0 = $0 ?? (side == 0 ? count : max(0, total - 1 - count)) }
      } catch is CancellationError {} catch { failure.withLock { $0 = error } }
    }
    if let row = row.withLock({ $0 }) { return row }
    throw failure.withLock { $0 } ?? CancellationError()
  }

  private func slotsBehind(_ cursor: SlotCursor, _ query: SlotQuery, _ progress: WorkProgress) throws -> Int {
    try scan { db in
      let columns = try columns(db, for: query.order)
      var count = 0
      for part in [cursor.isLevel(query, columns), cursor.isBeyond(query, columns)] {
        let conditions = Self.conditions(query, columns).adding(part)
        let statement = try db.makeStatement(sql: "SELECT 1 FROM contexts" + conditions.sql)
        try RowStepper(statement, StatementArguments(conditions.arguments), progress).run {
          count += 1
          return true
        }
      }
      return count
    }
  }

  /// By a narrow index: the table itself, which is in this order, is wide.
  private func rowByNumber(of cursor: SlotCursor, _ query: SlotQuery) throws -> Int {
    try read { db in
      let conditions = try Self.conditions(query, columns(db)).adding(
        Conditions("+slot_id \(query.descends ? ">" : "<") ?", [cursor.slotID]))
      return try Int.fetchOne(
        db, sql: "SELECT count(*) FROM contexts" + conditions.sql,
        arguments: StatementArguments(conditions.arguments)) ?? 0
    }
  }
}

extension SlotCursor {
  /// The key, as SQL compares it.
  var value: any DatabaseValueConvertible {
    switch key {
    case .text(let text): WholeText.argument(text)
    case .integer(let integer): integer
    case .asIndexed: slotID
    }
  }

  /// What a row's key is compared with; its argument is ``value``.
  func operand(_ key: String) -> String {
    switch self.key {
    case .text(let text): WholeText.mark(text)
    case .integer: "?"
    case .asIndexed: "(SELECT \(key) FROM contexts WHERE slot_id = ?)"
    }
  }
}
