import CStore
import GRDB
import Tensors

/// Steps through a statement's rows without making a `Row` of each: a scan of a million looks at most of them for some
/// tenths of a microsecond.
struct RowStepper {
  private let statement: Statement
  private let progress: WorkProgress?
  /// Looks at the cancellation are this many rows apart.
  private static let stride = 1024
  private static let row: Int32 = 100
  private static let done: Int32 = 101

  init(_ statement: Statement, _ arguments: StatementArguments, _ progress: WorkProgress?) throws {
    self.statement = statement
    self.progress = progress
    try statement.setArguments(arguments)
  }

  var pointer: OpaquePointer { statement.sqliteStatement }

  /// Another first argument for the next run: rows that are looked up one by one take a microsecond each so.
  ///
  /// - Throws: `DatabaseError`.
  func bind(_ first: Int) throws {
    let code = slotscope_sqlite_bind_integer(UnsafeMutableRawPointer(pointer), 1, Int64(first))
    guard code == 0 else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
  }

  /// - Parameter body: looks at the row that the statement stands at; false ends it.
  /// - Throws: `CancellationError`, `DatabaseError`.
  func run(_ body: () throws -> Bool) throws {
    try withExtendedLifetime(statement) { try runs(body) }
  }

  private func runs(_ body: () throws -> Bool) throws {
    let pointer = UnsafeMutableRawPointer(statement.sqliteStatement)
    defer { slotscope_sqlite_reset(pointer) }
    var count = 0
    while true {
      let code = slotscope_sqlite_step(pointer)
      if code == Self.done { return }
      guard code == Self.row else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
      if try !body() { return }
      count += 1
      if count % Self.stride == 0 { try progress?.checkCancellation() }
    }
  }
}
