/// Why a text is no search. Each description is one line and names the term and a way to write it.
public enum SearchProblem: Error, Sendable, Hashable, CustomStringConvertible {
  case missingValue(SearchField)
  case missingMetadataValue(key: String)
  case badNumber(SearchField, String)
  case badAge(SearchField, String)
  /// A range whose end is below its beginning.
  case emptyRange(SearchField, String)
  case badChoice(SearchField, String)

  /// Whether no more than something is missing that may still be typed.
  public var isUnfinished: Bool {
    switch self {
    case .missingValue, .missingMetadataValue: true
    case .badNumber(_, let text), .badAge(_, let text):
      // `>`, `1M..`: the number is to come.
      text.allSatisfy { "<>=".contains($0) }
    case .emptyRange, .badChoice: false
    }
  }

  public var description: String {
    switch self {
    case .missingValue(let field), .badNumber(let field, _), .badAge(let field, _), .badChoice(let field, _):
      "\(field.rawValue): \(field.expectation)"
    case .missingMetadataValue(let key): "\(key): a value of the metadata, or a part of it"
    case .emptyRange(let field, let text): "\(field.rawValue): \(text) ends before it begins"
    }
  }
}

extension SearchField {
  /// What its value must be.
  var expectation: String {
    switch self {
    case .type: "a model type, or a part of it"
    case .name: "a name, or letters of it in order"
    case .dtype: "a dtype such as float32, or a part of it"
    case .id: "a slot number such as 7, >100 or 20..30"
    case .size: "a number such as 1G, >500M or 1M..2G"
    case .parameters: "a number such as 7B, >500M or 1M..2M"
    case .nan: "yes, no or unknown"
    case .state: "verified, written, unverified, mismatch, missing, unreadable or damaged"
    case .updated, .created: "an age such as <2h, >3d or 1d..2w (s, m, h, d, w)"
    }
  }
}
