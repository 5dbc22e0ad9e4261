import CToml

/// A value of a TOML text.
enum TOMLValue {
  case table([TOMLEntry])
  case array([TOMLValue])
  case text(String)
  case integer(Int)
  case boolean(Bool)
  /// What nothing here takes: a float, a date, a time.
  case other
}

/// A key of a table, where it stands, and what it has.
struct TOMLEntry {
  var key: String
  var place: Place
  var value: TOMLValue
}

/// Why a text is no TOML, in the words of the library that reads it; and where.
struct TOMLMistake: Error {
  var words: String
  var place: Place
}

extension TOMLEntry {
  /// What stands at the top of a text.
  static func read(_ text: String) throws(TOMLMistake) -> [TOMLEntry] {
    var text = text
    guard
      let read = text.withUTF8({ utf8 in
        utf8.withMemoryRebound(to: CChar.self) { slotscope_toml_read($0.baseAddress, $0.count) }
      })
    else { throw TOMLMistake(words: "no memory is left for it", place: Place(line: 1, column: 1)) }
    defer { slotscope_toml_free(read) }
    guard read.pointee.mistake.count == 0 else {
      throw TOMLMistake(
        words: String(read.pointee.mistake),
        place: Place(line: read.pointee.line, column: read.pointee.column))
    }
    var rest = UnsafeBufferPointer(start: read.pointee.entries, count: read.pointee.count)[...]
    guard let root = rest.popFirst() else { return [] }
    return children(of: root, &rest)
  }

  private static func children(
    of entry: slotscope_toml_entry, _ rest: inout Slice<UnsafeBufferPointer<slotscope_toml_entry>>
  ) -> [TOMLEntry] {
    (0..<entry.children).compactMap { _ in
      guard let child = rest.popFirst() else { return nil }
      return TOMLEntry(
        key: String(child.key), place: Place(line: child.line, column: child.column),
        value: value(of: child, &rest))
    }
  }

  private static func value(
    of entry: slotscope_toml_entry, _ rest: inout Slice<UnsafeBufferPointer<slotscope_toml_entry>>
  ) -> TOMLValue {
    switch entry.kind {
    case SLOTSCOPE_TOML_TABLE: .table(children(of: entry, &rest))
    case SLOTSCOPE_TOML_ARRAY: .array(children(of: entry, &rest).map(\.value))
    case SLOTSCOPE_TOML_TEXT: .text(String(entry.text))
    case SLOTSCOPE_TOML_INTEGER: .integer(Int(entry.integer))
    case SLOTSCOPE_TOML_BOOLEAN: .boolean(entry.integer != 0)
    default: .other
    }
  }
}

extension Place {
  fileprivate init(line: UInt32, column: UInt32) { self.init(line: Int(line), column: Int(column)) }
}

extension String {
  fileprivate init(_ text: slotscope_toml_text) {
    self.init(
      decoding: UnsafeRawBufferPointer(start: text.bytes, count: text.count), as: UTF8.self)
  }
}
