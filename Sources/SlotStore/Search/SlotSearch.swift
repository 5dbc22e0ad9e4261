/// What a list of slots is searched for: words and terms, all of which must hold.
///
///     gpt lora            every word, in the number, name, model type or the values of the metadata
///     type:cnn size:>1G   terms, by field
///     -type:cnn -test     what must not be
///     "two words"         as one, with the space
///
/// A word is found in a name or type where its letters stand in order and close together (`rn50` in `resnet50`), in a
/// number or a value of the metadata where it stands as it is. Case counts where the word has a capital. The fields are
/// those of ``SearchField``; any other `key:value` looks into the metadata.
public struct SlotSearch: Sendable, Hashable {
  /// As it was written.
  public let text: String
  let terms: [SearchTerm]

  /// - Throws: `SearchProblem`, which says in a line what is wrong with the first bad term.
  public init(_ text: String) throws(SearchProblem) {
    var terms: [SearchTerm] = []
    for token in SearchToken.tokens(of: text) { terms.append(try SearchTerm(token)) }
    self.text = text
    self.terms = terms
  }

  /// Whether what matches changes with the index alone, not with time or files.
  var isSteady: Bool {
    terms.allSatisfy { term in
      switch term.test {
      case .updated, .created, .state: false
      default: true
      }
    }
  }

  /// Whether every slot matches.
  public var isEmpty: Bool { terms.isEmpty }
}

/// A search that is still being typed.
public struct SearchDraft: Sendable, Hashable {
  /// What of it can be searched for: all but terms that still lack their value. Nil where a term is wrong, so that what
  /// was searched for before had better stay.
  public let usable: SlotSearch?
  /// What is wrong or missing, in one line.
  public let problem: SearchProblem?

  public init(_ text: String) {
    var usable: [Substring] = []
    var problem: SearchProblem?
    var isWrong = false
    for token in SearchToken.tokens(of: text) {
      do throws(SearchProblem) {
        _ = try SearchTerm(token)
        usable.append(token.source)
      } catch {
        problem = problem ?? error
        if !error.isUnfinished { isWrong = true }
      }
    }
    self.usable = isWrong ? nil : try? SlotSearch(usable.joined(separator: " "))
    self.problem = problem
  }
}

/// What a term can be about, beside words and the metadata's own keys.
public enum SearchField: String, Sendable, Hashable, CaseIterable {
  case type, name, id, dtype, size
  case parameters = "params"
  case nan
  case state = "is"
  case updated, created

  /// Terms as one types them, and what they find.
  public static let examples: [(term: String, meaning: String)] = [
    ("gpt lora", "both words, in number, name, type or metadata; letters in order are enough in names"),
    ("\"my model\"", "with the space"),
    ("-word -type:cnn", "what does not match"),
    ("Word", "a capital: case counts"),
    ("type:cnn", "model type; so name:, dtype:"),
    ("id:7 id:>100", "slot number; so id:20..30"),
    ("size:>1G", "also >=, <, <=, =, and 1M..2G; K, M, G, T as sizes are printed"),
    ("params:>1M", "number of weights, in the same way"),
    ("updated:<2h", "less than 2 hours ago; s, m, h, d, w; so created:"),
    (
      "is:mismatch",
      "verified, written, unverified, mismatch, missing, unreadable, or damaged for the last three"
    ),
    ("nan:yes", "values that are NaN; no; unknown: not all tensors' statistics were taken yet"),
    ("model_path:foo", "any other key: of the metadata; also model_path=foo"),
  ]
}

extension SlotSearch {
  /// Which characters of a row's text are what was searched for.
  ///
  /// - Parameter field: what the text is of the row.
  package func places(in text: String, of field: SearchField) -> Set<Int> {
    var places: Set<Int> = []
    for term in terms where !term.isNegated {
      switch (term.test, field) {
      case (.word(let word), .name), (.word(let word), .type), (.name(let word), .name):
        places.formUnion(word.places(in: text))
      case (.word(let word), .id) where word.text.allSatisfy(\.isNumber),
        (.type(let word), .type), (.dtype(let word), .dtype):
        places.formUnion(word.place(in: text) ?? 0..<0)
      default: break
      }
    }
    return places
  }
}

struct SearchTerm: Sendable, Hashable {
  enum Test: Sendable, Hashable {
    case word(SearchWord)
    case type(SearchWord)
    case name(SearchWord)
    case dtype(SearchWord)
    case id(NumberRange)
    case size(NumberRange)
    case parameters(NumberRange)
    case updated(AgeRange)
    case created(AgeRange)
    case metadata(key: SearchWord, value: SearchWord)
    case nan(Set<NaNKnowledge>)
    case state(Set<Integrity>)
  }

  let isNegated: Bool
  let test: Test
}

/// Whether any value of a slot is NaN, by the statistics that were kept.
enum NaNKnowledge: String, Sendable, Hashable, CaseIterable {
  case yes, no
  /// Nobody has looked at all tensors yet, and none of those looked at has any.
  case unknown
}
