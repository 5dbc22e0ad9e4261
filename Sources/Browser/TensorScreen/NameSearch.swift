/// Words that are looked for in names, all of them, without regard to the case of ASCII's letters.
struct NameSearch: Sendable, Equatable {
  private let terms: [[UInt8]]

  init(_ text: String) {
    terms = text.split(separator: " ").map { $0.utf8.map(NaturalOrder.lowercased) }
  }

  var isEmpty: Bool { terms.isEmpty }

  /// Whether every word is in one of the texts.
  func matches(_ texts: String...) -> Bool {
    terms.allSatisfy { term in texts.contains { Self.range(of: term, in: $0) != nil } }
  }

  /// Where the words are, as bytes of the text: the first place of each, at most.
  func ranges(in text: String) -> [Range<Int>] { terms.compactMap { Self.range(of: $0, in: text) } }

  private static func range(of term: [UInt8], in text: String) -> Range<Int>? {
    text.utf8.withContiguousStorageIfAvailable { range(of: term, in: $0) }
      ?? range(of: term, in: Array(text.utf8))
  }

  private static func range(of term: [UInt8], in bytes: some RandomAccessCollection<UInt8>) -> Range<Int>? {
    guard let first = term.first, bytes.count >= term.count else { return nil }
    var position = bytes.startIndex
    for start in 0...(bytes.count - term.count) {
      defer { position = bytes.index(after: position) }
      guard NaturalOrder.lowercased(bytes[position]) == first else { continue }
      if bytes[position...].prefix(term.count).elementsEqual(term, by: { NaturalOrder.lowercased($0) == $1 })
      {
        return start..<start + term.count
      }
    }
    return nil
  }
}
