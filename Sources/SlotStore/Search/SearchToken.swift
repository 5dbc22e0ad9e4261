/// A piece of a search: what stands between spaces that are not in quotes.
struct SearchToken: Sendable, Hashable {
  let source: Substring
  var isNegated = false
  /// What stands before the first `:` or `=` outside quotes; nil where it is a word.
  var key: String?
  /// The word, or the value behind the key, without quotes.
  var value = ""

  static func tokens(of text: String) -> [SearchToken] {
    var tokens: [SearchToken] = []
    // Scalar by scalar: a mark at the beginning of a word makes one character of it and the space before.
    var rest = text[...]
    while let start = rest.unicodeScalars.firstIndex(where: { !$0.properties.isWhitespace }) {
      var isQuoted = false
      // A quote that is never closed goes to the end.
      let end =
        rest[start...].unicodeScalars.firstIndex { scalar in
          if scalar == "\"" { isQuoted.toggle() }
          return scalar.properties.isWhitespace && !isQuoted
        } ?? rest.endIndex
      let token = SearchToken(rest[start..<end])
      if token.key != nil || !token.value.isEmpty { tokens.append(token) }
      rest = rest[end...]
    }
    return tokens
  }

  private init(_ source: Substring) {
    self.source = source
    var text = source.unicodeScalars
    if text.first == "-", text.count > 1 {
      isNegated = true
      text.removeFirst()
    }
    // A key is a bare word, so that `"http://…"`, in quotes, is none.
    let mayHaveKey = text.first != "\""
    var isQuoted = false
    for scalar in text {
      if scalar == "\"" {
        isQuoted.toggle()
      } else if !isQuoted, mayHaveKey, key == nil, scalar == ":" || scalar == "=", !value.isEmpty {
        key = value
        value = ""
      } else {
        value.unicodeScalars.append(scalar)
      }
    }
  }
}

extension SearchTerm {
  init(_ token: SearchToken) throws(SearchProblem) {
    isNegated = token.isNegated
    test = try Self.test(token)
  }

  private static func test(_ token: SearchToken) throws(SearchProblem) -> Test {
    let value = token.value
    guard let key = token.key else { return .word(SearchWord(value)) }
    guard let field = SearchField(rawValue: key.lowercased()) else {
      if value.isEmpty { throw .missingMetadataValue(key: key) }
      return .metadata(key: SearchWord(key), value: SearchWord(value))
    }
    if value.isEmpty { throw .missingValue(field) }
    return switch field {
    case .type: .type(SearchWord(value))
    case .name: .name(SearchWord(value))
    case .dtype: .dtype(SearchWord(value))
    case .id: .id(try NumberRange(value, of: field, units: [:]))
    case .size: .size(try NumberRange(value, of: field, units: NumberRange.sizes))
    case .parameters: .parameters(try NumberRange(value, of: field, units: NumberRange.counts))
    case .updated: .updated(try AgeRange(value, of: field))
    case .created: .created(try AgeRange(value, of: field))
    case .nan: .nan(try choices(value, of: field))
    case .state: .state(try states(value))
    }
  }

  /// The choices that begin with what was typed: all that may still be meant while somebody types.
  private static func choices<Choice: RawRepresentable & CaseIterable & Hashable>(
    _ text: String, of field: SearchField
  ) throws(SearchProblem) -> Set<Choice> where Choice.RawValue == String {
    let lower = text.lowercased()
    let found = Choice.allCases.filter { $0.rawValue.hasPrefix(lower) }
    if found.isEmpty { throw .badChoice(field, text) }
    return Set(found.filter { $0.rawValue == lower }.isEmpty ? found : found.filter { $0.rawValue == lower })
  }

  private static func states(_ text: String) throws(SearchProblem) -> Set<Integrity> {
    if "damaged".hasPrefix(text.lowercased()) { return Set(Integrity.allCases.filter(\.isDamage)) }
    return try choices(text, of: .state)
  }
}
