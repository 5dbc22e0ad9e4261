import Dispatch
import Foundation
import GRDB
import Synchronization
import Tensors

/// The slots that a search found, by number, each with its model type.
struct SlotMatches: Sendable {
  /// Ascending.
  private(set) var slotIDs: [Int] = []
  private var typeNumbers: [UInt32] = []
  private var types: [String] = []

  mutating func append(_ slotID: Int, type: UInt32) {
    slotIDs.append(slotID)
    typeNumbers.append(type)
  }

  /// The number of a type, given as UTF-8.
  mutating func number(ofType name: UnsafeBufferPointer<UInt8>) -> UInt32 {
    for (number, known) in types.enumerated().prefix(16) where known.utf8.elementsEqual(name) {
      return UInt32(number)
    }
    return number(ofType: String(decoding: name, as: UTF8.self))
  }

  private mutating func number(ofType name: String) -> UInt32 {
    if let number = types.firstIndex(of: name) { return UInt32(number) }
    types.append(name)
    return UInt32(types.count - 1)
  }

  /// Takes those of higher numbers.
  mutating func append(_ others: SlotMatches) {
    let numbers = others.types.map { number(ofType: $0) }
    slotIDs += others.slotIDs
    typeNumbers += others.typeNumbers.map { numbers[Int($0)] }
  }

  /// Those of one model type; nil: all.
  func slotIDs(ofType type: String?) -> [Int] {
    guard let type else { return slotIDs }
    guard let number = types.firstIndex(of: type) else { return [] }
    return zip(slotIDs, typeNumbers).compactMap { $1 == number ? $0 : nil }
  }

  /// How many there are of each type.
  var counts: [String: Int] {
    var counts = [Int](repeating: 0, count: types.count)
    for number in typeNumbers { counts[Int(number)] += 1 }
    return Dictionary(uniqueKeysWithValues: zip(types, counts))
  }
}

extension SlotIndex {
  /// Looks at all rows, on several connections at once.
  ///
  /// - Throws: `StoreError`, `CancellationError`.
  func matches(_ matcher: RowMatcher, progress: WorkProgress?) throws -> SlotMatches {
    guard let bounds = try slotBounds() else { return SlotMatches() }
    let ranges = Self.ranges(over: bounds)
    let found = Mutex([SlotMatches](repeating: SlotMatches(), count: ranges.count))
    let failure = Mutex<(any Error)?>(nil)
    let next = Atomic<Int>(0)
    let workers = min(ranges.count, max(2, min(4, ProcessInfo.processInfo.activeProcessorCount)))
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
      do {
        while failure.withLock({ $0 == nil }) {
          let number = next.wrappingAdd(1, ordering: .relaxed).oldValue
          guard number < ranges.count else { return }
          let part = try read { db in try Self.scan(db, ranges[number], matcher, progress, columns(db)) }
          found.withLock { $0[number] = part }
        }
      } catch { failure.withLock { $0 = $0 ?? error } }
    }
    if let error = failure.withLock({ $0 }) { throw error }
    return found.withLock { parts in
      parts.reduce(into: SlotMatches()) { $0.append($1) }
    }
  }

  /// The lowest and the highest slot number.
  private func slotBounds() throws(StoreError) -> ClosedRange<Int>? {
    try read { db in
      guard
        let row = try Row.fetchOne(
          db, sql: "SELECT min(slot_id), max(slot_id) FROM contexts WHERE slot_id >= 0"),
        let low = row.integer(0), let high = row.integer(1)
      else { return nil }
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

  private static func scan(
    _ db: Database, _ range: ClosedRange<Int>, _ matcher: RowMatcher, _ progress: WorkProgress?,
    _ columns: Columns
  ) throws -> SlotMatches {
    let statement = try db.cachedStatement(sql: columns.scan + " WHERE slot_id >= ? AND slot_id <= ?")
    var found = SlotMatches()
    let stepper = try RowStepper(statement, [range.lowerBound, range.upperBound], progress)
    let row = SearchedRow(statement: stepper.pointer, cut: columns.scanCut)
    try stepper.run {
      var answer = matcher.matches(row)
      if answer == .undecided { answer = try matches(db, row.slotID, matcher, columns) ? .yes : .no }
      if answer == .yes {
        let type = row.text(.modelType).map { found.number(ofType: $0) } ?? unknownType(in: &found)
        found.append(row.slotID, type: type)
      }
      return true
    }
    return found
  }

  private static func unknownType(in found: inout SlotMatches) -> UInt32 {
    let name: StaticString = "Unknown"
    return name.withUTF8Buffer { found.number(ofType: $0) }
  }

  /// One row, with all of its metadata.
  private static func matches(_ db: Database, _ slotID: Int, _ matcher: RowMatcher, _ columns: Columns) throws
    -> Bool
  {
    let statement = try db.cachedStatement(sql: columns.wholeScan + " WHERE slot_id = ?")
    let stepper = try RowStepper(statement, [slotID], nil)
    let row = SearchedRow(statement: stepper.pointer, cut: nil)
    var isMatch = false
    try stepper.run {
      isMatch = matcher.matches(row) == .yes
      return false
    }
    return isMatch
  }

  /// Some slots in an order.
  ///
  /// - Parameter slotIDs: ascending.
  /// - Throws: `StoreError`, `CancellationError`.
  func sorted(_ slotIDs: [Int], _ query: SlotQuery, progress: WorkProgress?) throws -> [Int] {
    if slotIDs.isEmpty { return [] }
    return try read { db in
      let columns = try columns(db)
      let few = slotIDs.count <= Self.fewSlots
      var (sql, arguments) = Self.place(query, columns, isFirst: !few)
      if few {
        sql = " WHERE slot_id IN (SELECT value FROM json_each(?))" + sql
        arguments.insert("[" + slotIDs.map(String.init).joined(separator: ",") + "]", at: 0)
      }
      let statement = try db.cachedStatement(sql: "SELECT slot_id FROM contexts" + sql)
      let wanted = few ? nil : SlotSet(slotIDs)
      var sorted: [Int] = []
      sorted.reserveCapacity(slotIDs.count)
      let stepper = try RowStepper(statement, StatementArguments(arguments), progress)
      let row = SearchedRow(statement: stepper.pointer, cut: nil)
      try stepper.run {
        let slotID = row.slotID
        if wanted?.contains(slotID) ?? true { sorted.append(slotID) }
        return sorted.count < slotIDs.count
      }
      return sorted
    }
  }

  /// So many are looked up one by one and sorted; for more, all are walked through in the order.
  private static let fewSlots = 20_000

  /// Rows of slots, in the given order, without their large columns; those that are gone are left out.
  func rows(_ slotIDs: some Sequence<Int>) throws(StoreError) -> [SlotRow] {
    try read { db in
      let statement = try db.cachedStatement(
        sql: "SELECT \(columns(db).light) FROM contexts WHERE slot_id = ?")
      return try slotIDs.compactMap { try Row.fetchOne(statement, arguments: [$0]).flatMap(SlotRow.init) }
    }
  }
}

/// A set of slot numbers that costs a bit for each number up to the highest, where that is not too high.
struct SlotSet {
  private var bits: [UInt64] = []
  private var others: Set<Int> = []
  private static let limit = 1 << 26

  init(_ slotIDs: [Int]) {
    guard let highest = slotIDs.last, highest < Self.limit else {
      others = Set(slotIDs)
      return
    }
    bits = [UInt64](repeating: 0, count: highest / 64 + 1)
    for slotID in slotIDs { bits[slotID >> 6] |= 1 << UInt64(slotID & 63) }
  }

  func contains(_ slotID: Int) -> Bool {
    let word = slotID >> 6
    guard slotID >= 0, word < bits.count else { return others.contains(slotID) }
    return bits[word] & (1 << UInt64(slotID & 63)) != 0
  }
}
