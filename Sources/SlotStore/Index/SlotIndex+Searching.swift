import Dispatch
import Foundation
import GRDB
import Synchronization
import Tensors

extension SlotIndex {
  /// Looks at all rows, on several connections at once.
  ///
  /// - Throws: `StoreError`, `CancellationError`.
  func matches(_ matcher: RowMatcher, progress: WorkProgress?) throws -> SlotMatches {
    let parts = try inParts { db, range in
      let matcher = matcher.copy()
      let columns = try columns(db)
      let source = try Self.source(db, matcher.columns, columns)
      let statement = try db.makeStatement(sql: source.sql + " WHERE slot_id >= ? ORDER BY slot_id")
      let stepper = try RowStepper(statement, [range.lowerBound], progress)
      let row = SearchedRow(statement: stepper.pointer, matcher.columns, cut: source.cut)
      let whole = try WholeRows(db, matcher, columns)
      var found = SlotMatches()
      try stepper.run {
        if row.slotID > range.upperBound { return false }
        var answer = matcher.matches(row)
        if answer == .undecided { answer = try whole.matches(row.slotID) ? .yes : .no }
        if answer == .yes { found.append(row.slotID, type: row.text(.modelType)) }
        return true
      }
      return found
    }
    return parts.reduce(into: SlotMatches()) { $0.append($1) }
  }

  /// The first slots of a list, as many as there are before the deadline: where many match, the first page is there
  /// before all have been looked at.
  func firstMatches(
    _ query: SlotQuery, _ matcher: RowMatcher, limit: Int, deadline: ContinuousClock.Instant,
    progress: WorkProgress?
  ) throws -> [Int] {
    try scan { db in
      let columns = try columns(db, for: query.order)
      let conditions = Self.conditions(query, columns)
      let statement = try db.makeStatement(
        sql: columns.searched(matcher.columns, cut: nil) + " FROM contexts" + conditions.sql
          + Self.ordering(query, columns))
      let stepper = try RowStepper(statement, StatementArguments(conditions.arguments), progress)
      let row = SearchedRow(statement: stepper.pointer, matcher.columns, cut: nil)
      var found: [Int] = []
      var count = 0
      try stepper.run {
        if matcher.matches(row) == .yes { found.append(row.slotID) }
        count += 1
        return found.count < limit && (count % 64 != 0 || ContinuousClock.now < deadline)
      }
      return found
    }
  }

  /// Whether one slot passes.
  func matches(_ slotID: Int, _ matcher: RowMatcher) throws(StoreError) -> Bool {
    try read { db in try WholeRows(db, matcher, columns(db)).matches(slotID) }
  }

  /// Single rows, with all of their metadata.
  private struct WholeRows {
    private let matcher: RowMatcher
    private let stepper: RowStepper
    private let row: SearchedRow

    init(_ db: Database, _ matcher: RowMatcher, _ columns: Columns) throws {
      self.matcher = matcher
      let statement = try db.makeStatement(
        sql: columns.searched(matcher.columns, cut: nil) + " FROM contexts WHERE slot_id = ?")
      stepper = try RowStepper(statement, [0], nil)
      row = SearchedRow(statement: stepper.pointer, matcher.columns, cut: nil)
    }

    func matches(_ slotID: Int) throws -> Bool {
      try stepper.bind(slotID)
      var isMatch = false
      try stepper.run {
        isMatch = matcher.matches(row) == .yes
        return false
      }
      return isMatch
    }
  }

  // What differs with each query is prepared anew, in some tens of microseconds: each connection would keep a megabyte
  // of statements that were asked for once.

  /// What a scan reads: the index that was made for it, where there is one.
  static func source(
    _ db: Database, _ needed: Set<SearchedRow.Column>, _ columns: Columns
  ) throws -> (sql: String, cut: Int?) {
    let hint = try hint(db, Schema.scanIndex)
    let cut = hint.isEmpty ? nil : Schema.scannedMetadata
    return (columns.searched(needed, cut: cut) + " FROM contexts" + hint, cut)
  }

  /// Names the index to go through. A store that was opened for reading alone may be of a version without it.
  static func hint(_ db: Database, _ index: String) throws -> String {
    let isThere = try Bool.fetchOne(
      try db.cachedStatement(sql: "SELECT 1 FROM sqlite_master WHERE type = 'index' AND name = ?"),
      arguments: [index])
    return isThere ?? false ? " INDEXED BY \(index)" : ""
  }

  // MARK: Parts

  /// Runs `body` over ranges of slot numbers on several threads, each with a connection. It stops at the range's end
  /// itself: SQLite would compare each row with it, which costs a quarter of a scan.
  ///
  /// - Returns: what came of each, in the order of the numbers.
  func inParts<Part: Sendable>(_ body: @Sendable (Database, ClosedRange<Int>) throws -> Part) throws -> [Part]
  {
    guard let bounds = try slotBounds() else { return [] }
    let ranges = Self.ranges(over: bounds)
    let made = Mutex([Part?](repeating: nil, count: ranges.count))
    let failure = Mutex<(any Error)?>(nil)
    let next = Atomic<Int>(0)
    let workers = min(ranges.count, max(2, min(4, ProcessInfo.processInfo.activeProcessorCount)))
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
      do {
        while failure.withLock({ $0 == nil }) {
          let number = next.wrappingAdd(1, ordering: .relaxed).oldValue
          guard number < ranges.count else { return }
          let part = try scan { db in try body(db, ranges[number]) }
          made.withLock { $0[number] = part }
        }
      } catch { failure.withLock { $0 = $0 ?? error } }
    }
    if let error = failure.withLock({ $0 }) { throw error }
    return made.withLock { $0.compactMap(\.self) }
  }

  /// The lowest and the highest slot number.
  func slotBounds() throws(StoreError) -> ClosedRange<Int>? {
    try read { db in
      // Each by itself is a step in the index; together they are a walk through all rows.
      let low = try Int.fetchOne(db, sql: "SELECT min(slot_id) FROM contexts WHERE slot_id >= 0")
      let high = try Int.fetchOne(db, sql: "SELECT max(slot_id) FROM contexts")
      guard let low, let high, low <= high else { return nil }
      return low...high
    }
  }

  /// Rows of a part take a few milliseconds.
  private static func ranges(over bounds: ClosedRange<Int>) -> [ClosedRange<Int>] {
    let parts = bounds.upperBound - bounds.lowerBound < 20_000 ? 1 : 32
    let step = (bounds.upperBound - bounds.lowerBound) / parts + 1
    return (0..<parts).compactMap { part in
      let (low, overflow) = bounds.lowerBound.addingReportingOverflow(part * step)
      guard !overflow, low <= bounds.upperBound else { return nil }
      let (end, isBeyond) = low.addingReportingOverflow(step - 1)
      return low...(isBeyond ? bounds.upperBound : min(end, bounds.upperBound))
    }
  }

  /// Rows of slots, in the given order, without their large columns; those that are gone are left out.
  func rows(_ slotIDs: some Sequence<Int>) throws(StoreError) -> [SlotRow] {
    try read { db in
      let statement = try db.cachedStatement(
        sql: "SELECT \(columns(db).light) FROM contexts WHERE slot_id = ?")
      return try slotIDs.compactMap { try statement.row([$0], SlotRow.init) }
    }
  }
}
