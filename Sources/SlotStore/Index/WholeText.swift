import CStore
import Foundation
import GRDB

/// Texts that other programs wrote may hold a NUL, before which GRDB ends them, in both directions. What lists show,
/// compare and sort by passes here.
enum WholeText {
  /// What stands for a text in SQL. Its affinity is none, as that of a bound value is: so it can be looked up in indexes.
  static func mark(_ text: String) -> String { hasNUL(text) ? "+CAST(? AS TEXT)" : "?" }

  /// The argument for ``mark(_:)``, or for a `CAST(? AS TEXT)`, which leaves other texts as they are.
  static func argument(_ text: String) -> any DatabaseValueConvertible {
    hasNUL(text) ? Data(text.utf8) : text
  }

  private static func hasNUL(_ text: String) -> Bool { text.utf8.contains(0) }
}

/// The row at which a statement stands, with its texts whole. SQLite keeps any type in any column: what is not of the
/// declared one is not known.
struct StatementRow {
  private let statement: UnsafeMutableRawPointer
  let count: Int

  fileprivate init(_ statement: Statement) {
    self.statement = UnsafeMutableRawPointer(statement.sqliteStatement)
    count = statement.columnNames.count
  }

  func text(_ column: Int) -> String? {
    var count = 0
    guard let bytes = slotscope_sqlite_text(statement, Int32(column), &count) else { return nil }
    return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
  }

  func integer(_ column: Int) -> Int? {
    var value: Int64 = 0
    return slotscope_sqlite_integer(statement, Int32(column), &value) ? Int(value) : nil
  }
}

extension Statement {
  /// - Parameter body: looks at a row; false ends it.
  func each(_ arguments: StatementArguments = [], _ body: (StatementRow) throws -> Bool) throws {
    let cursor = try Row.fetchCursor(self, arguments: arguments)
    while try cursor.next() != nil, try body(StatementRow(self)) {}
  }

  /// - Parameter value: makes something of a row; nil leaves it out.
  func rows<Value>(_ arguments: StatementArguments = [], _ value: (StatementRow) throws -> Value?) throws
    -> [Value]
  {
    var values: [Value] = []
    try each(arguments) { row in
      try value(row).map { values.append($0) }
      return true
    }
    return values
  }

  /// What `value` makes of the first row.
  func row<Value>(_ arguments: StatementArguments, _ value: (StatementRow) throws -> Value?) throws -> Value?
  {
    var first: Value?
    try each(arguments) { row in
      first = try value(row)
      return false
    }
    return first
  }
}
