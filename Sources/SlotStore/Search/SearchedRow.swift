import CStore
import Foundation

/// A row of the index as a scan comes by it: its columns are read where a term asks for them, and never copied.
///
/// Valid until the statement's next step.
struct SearchedRow {
  let statement: OpaquePointer
  /// From so many bytes on `metadata_json` may be the beginning of the text only; nil where it is always all of it.
  let cut: Int?
  /// Of each column in the statement; -1, which SQLite reads as NULL, where it was not selected.
  private var places = SIMD16<Int32>(repeating: -1)

  /// - Parameter selected: as ``Columns/searched(_:cut:)`` was asked for them.
  init(statement: OpaquePointer, _ selected: Set<Column>, cut: Int?) {
    self.statement = statement
    self.cut = cut
    for (place, column) in Column.allCases.filter(selected.contains).enumerated() {
      places[column.rawValue] = Int32(place)
    }
  }

  /// In the order in which they are selected.
  enum Column: Int, CaseIterable {
    case slotID, modelType, name, dtype, parameters, shape, size, created, updated, metadata

    /// In the index.
    var name: String {
      switch self {
      case .slotID: "slot_id"
      case .modelType: "model_type"
      case .name: "name"
      case .dtype: "weight_dtype"
      case .parameters: "parameters"
      case .shape: "weight_shape"
      case .size: "size_bytes"
      case .created: "created_at"
      case .updated: "updated_at"
      case .metadata: "metadata_json"
      }
    }
  }

  private func place(of column: Column) -> Int32 { places[column.rawValue] }

  var slotID: Int { integer(.slotID) ?? 0 }

  /// Nil where the value is no integer.
  func integer(_ column: Column) -> Int? {
    var value: Int64 = 0
    let isInteger = slotscope_sqlite_integer(
      UnsafeMutableRawPointer(statement), place(of: column), &value)
    return isInteger ? Int(value) : nil
  }

  /// Nil where the value is no text.
  func text(_ column: Column) -> UnsafeBufferPointer<UInt8>? {
    var count = 0
    guard let bytes = slotscope_sqlite_text(UnsafeMutableRawPointer(statement), place(of: column), &count)
    else {
      return nil
    }
    return UnsafeBufferPointer(start: bytes, count: count)
  }

  /// Of a foreign row the shape tells them; nil where nobody can say.
  var parameters: Int? {
    if let count = integer(.parameters), count >= 0 { return count }
    return text(.shape).flatMap(SlotRow.elementCount)
  }

  /// Whether a closer look may find the word; it costs a fraction of that.
  func mayHave(_ word: inout slotscope_word) -> Bool {
    let columns = slotscope_word_columns(
      slot_id: place(of: .slotID), type: place(of: .modelType), name: place(of: .name),
      metadata: place(of: .metadata), metadata_cut: cut ?? Int.max)
    return slotscope_row_may_have(
      UnsafeMutableRawPointer(statement), columns, &word, Int32(SearchWord.spread))
  }

  var metadata: MetadataText {
    let bytes = text(.metadata) ?? UnsafeBufferPointer(start: nil, count: 0)
    return MetadataText(bytes: bytes, isWhole: cut.map { bytes.count < $0 } ?? true)
  }
}

/// A search as a scan of rows applies it.
struct RowMatcher {
  private let terms: [SearchTerm]
  /// Terms that need more than a scan comes by: statistics, a look at files.
  let costlyTerms: [SearchTerm]
  private let moments: [AgeRange: (earliest: String?, latest: String?)]
  /// Words without any of which a row is none of those looked for.
  private let quickWords: [slotscope_word]
  private let search: SlotSearch
  private let now: Date

  init(_ search: SlotSearch, now: Date = Date()) {
    self.search = search
    self.now = now
    costlyTerms = search.terms.filter(\.isCostly)
    // Cheap tests first: words look through all of the metadata.
    terms = search.terms.filter { !$0.isCostly }.sorted { $0.cost < $1.cost }
    var moments: [AgeRange: (earliest: String?, latest: String?)] = [:]
    for term in terms {
      switch term.test {
      case .updated(let range), .created(let range): moments[range] = range.moments(now: now)
      default: break
      }
    }
    self.moments = moments
    quickWords = terms.compactMap { term in
      switch term.test {
      case .word(let word) where !term.isNegated, .name(let word) where !term.isNegated: word.quick
      default: nil
      }
    }
  }

  /// The same, of words of its own. Threads that looked for the very same words would count references to them for each
  /// row, and wait for each other more than they search.
  func copy() -> RowMatcher {
    // The text of a search can always be read again; if not, the same words would only be slower.
    RowMatcher((try? SlotSearch(search.text)) ?? search, now: now)
  }

  /// What the terms look at.
  var columns: Set<SearchedRow.Column> {
    terms.reduce(into: [.slotID, .modelType]) { $0.formUnion($1.columns) }
  }

  /// - Returns: `undecided` where it depends on metadata of which the row has the beginning alone.
  func matches(_ row: SearchedRow) -> MetadataText.Answer {
    for var word in quickWords where !row.mayHave(&word) { return .no }
    var isDecided = true
    for term in terms {
      switch (test(term.test, row), term.isNegated) {
      case (.yes, true), (.no, false): return .no
      case (.undecided, _): isDecided = false
      default: break
      }
    }
    return isDecided ? .yes : .undecided
  }

  private static let unknown: StaticString = "Unknown"

  private func test(_ test: SearchTerm.Test, _ row: SearchedRow) -> MetadataText.Answer {
    switch test {
    case .word(let word): return find(word, in: row)
    case .type(let word): return withType(row) { word.isContained(in: $0) } ? .yes : .no
    case .name(let word): return name(row) { word.isFuzzy(in: $0) }
    case .dtype(let word): return row.text(.dtype).map { word.isContained(in: $0) } ?? false ? .yes : .no
    case .id(let range): return range.contains(row.slotID) ? .yes : .no
    case .size(let range): return range.contains(max(0, row.integer(.size) ?? 0)) ? .yes : .no
    case .parameters(let range): return row.parameters.map(range.contains) ?? false ? .yes : .no
    case .updated(let range): return isWithin(row.text(.updated), moments[range]) ? .yes : .no
    case .created(let range): return isWithin(row.text(.created), moments[range]) ? .yes : .no
    case .metadata(let key, let value): return row.metadata.hasValue(value, under: key)
    case .nan, .state: return .undecided
    }
  }

  private func find(_ word: SearchWord, in row: SearchedRow) -> MetadataText.Answer {
    if withType(row, word.isFuzzy) { return .yes }
    let inName = name(row, word.isFuzzy)
    if inName == .yes || hasNumber(word, row.slotID) { return .yes }
    let inMetadata = row.metadata.hasValue(word)
    return inMetadata == .no ? inName : inMetadata
  }

  private func withType(_ row: SearchedRow, _ body: (UnsafeBufferPointer<UInt8>) -> Bool) -> Bool {
    if let type = row.text(.modelType) { return body(type) }
    return Self.unknown.withUTF8Buffer(body)
  }

  /// Of a foreign row the name stands in its metadata.
  private func name(_ row: SearchedRow, _ body: (UnsafeBufferPointer<UInt8>) -> Bool) -> MetadataText.Answer {
    if let name = row.text(.name) { return body(name) ? .yes : .no }
    return row.metadata.hasText(under: "name", body)
  }

  private func hasNumber(_ word: SearchWord, _ slotID: Int) -> Bool {
    guard word.text.utf8.allSatisfy({ $0 &- 0x30 < 10 }) else { return false }
    return word.isContained(in: String(slotID))
  }

  /// Both forms of a time stamp, in order as texts.
  private func isWithin(
    _ stamp: UnsafeBufferPointer<UInt8>?, _ moments: (earliest: String?, latest: String?)?
  ) -> Bool {
    guard let stamp, stamp.count >= 19, let moments else { return false }
    let isLate = moments.earliest.map { !Self.precedes(stamp, $0) } ?? true
    return isLate && (moments.latest.map { Self.precedes(stamp, $0) } ?? true)
  }

  private static func precedes(_ stamp: UnsafeBufferPointer<UInt8>, _ moment: String) -> Bool {
    stamp.lazy.map { $0 == 0x20 ? UInt8(ascii: "T") : $0 }.lexicographicallyPrecedes(moment.utf8)
  }
}

extension SearchTerm {
  var isCostly: Bool {
    switch test {
    case .nan, .state: true
    default: false
    }
  }

  fileprivate var columns: Set<SearchedRow.Column> {
    switch test {
    // Of a foreign row the name stands in its metadata.
    case .word, .name: [.name, .metadata]
    case .metadata: [.metadata]
    case .dtype: [.dtype]
    case .size: [.size]
    case .parameters: [.parameters, .shape]
    case .updated: [.updated]
    case .created: [.created]
    case .type, .id, .nan, .state: []
    }
  }

  fileprivate var cost: Int {
    switch test {
    case .word: 2
    case .metadata, .name: 1
    default: 0
    }
  }
}
