import Foundation
import StrictJSON

@testable import SlotStore

/// A search as somebody types it, a name and metadata that it is looked for in: a line each.
enum SearchFuzzer {
  static func check(_ bytes: UnsafeRawBufferPointer) throws {
    var fields = InputFields(bytes)
    let text = fields.line() ?? ""
    let name = fields.line() ?? ""
    let metadata = Array(fields.remainder().utf8)
    try checkDraft(of: text)
    guard let search = try? SlotSearch(text) else { return }
    for field in SearchField.allCases {
      let places = search.places(in: name, of: field)
      try promise(places.allSatisfy((0..<name.count).contains), "places outside the text: \(places)")
    }
    for term in search.terms { try check(term.test, name, metadata) }
  }

  /// A search that is being typed finds what the whole one would, as far as it is one.
  private static func checkDraft(of text: String) throws {
    let draft = SearchDraft(text)
    switch Result(catching: { () throws(SearchProblem) in try SlotSearch(text) }) {
    case .success(let search):
      try promise(draft.problem == nil && draft.usable?.terms == search.terms, "not the same: \(draft)")
    case .failure(let problem):
      try promise(draft.problem == problem, "\(String(describing: draft.problem)), and not \(problem)")
      try promise(!problem.description.isEmpty, "a problem without words")
    }
    guard let usable = draft.usable else { return }
    try promise((try? SlotSearch(usable.text))?.terms == usable.terms, "read again: \(usable.text)")
  }

  private static func check(_ test: SearchTerm.Test, _ name: String, _ metadata: [UInt8]) throws {
    switch test {
    case .word(let word), .name(let word), .type(let word), .dtype(let word):
      try check(word, in: name)
      try check(metadata) {
        $0.hasValue(word)
      } found: { _, value in
        word.isContained(in: value)
      }
    case .metadata(let key, let value):
      try check(metadata) {
        $0.hasValue(value, under: key)
      } found: { member, text in
        (key.isCaseSensitive ? member == key.text : member.lowercased() == key.text.lowercased())
          && value.isContained(in: text)
      }
    case .id(let range), .size(let range), .parameters(let range):
      if let lowest = range.lowest { try promise(!range.contains(lowest - 1), "below its beginning") }
      if let highest = range.highest { try promise(!range.contains(highest + 1), "above its end") }
      if let lowest = range.lowest, let highest = range.highest, lowest <= highest {
        try promise(range.contains(lowest) && range.contains(highest), "without its ends")
      }
    case .updated(let range), .created(let range):
      let moments = range.moments(now: Date(timeIntervalSince1970: 1_800_000_000))
      for moment in [moments.earliest, moments.latest] {
        try promise(moment.map { $0.count == 26 } ?? true, "no time stamp: \(String(describing: moment))")
      }
      if let earliest = moments.earliest, let latest = moments.latest {
        try promise(earliest <= latest, "\(earliest) is after \(latest)")
      }
    case .nan, .state: break
    }
  }

  /// Bytes and characters are compared in two ways that must agree where both can be.
  private static func check(_ word: SearchWord, in name: String) throws {
    guard word.isASCII, !word.text.isEmpty, name.utf8.allSatisfy({ $0 < 0x80 }) else { return }
    var bytes = name
    let (isContained, isFuzzy) = bytes.withUTF8 { (word.isContained(in: $0), word.isFuzzy(in: $0)) }
    try promise(isContained == (word.place(in: name) != nil), "\(word.text) as it is in \(name)")
    try promise(isFuzzy == !word.places(in: name).isEmpty, "\(word.text) in order in \(name)")
    try promise(isFuzzy || !isContained, "\(word.text) is in \(name) and not in order")
  }

  /// What the beginning of a text decides, the whole text does not change, and a quick look finds what parsing does.
  private static func check(
    _ metadata: [UInt8], _ answer: (MetadataText) -> MetadataText.Answer,
    found: (_ name: String, _ value: String) -> Bool
  ) throws {
    try metadata.withUnsafeBufferPointer { bytes in
      let whole = answer(MetadataText(bytes: bytes, isWhole: true))
      try promise(whole != .undecided, "undecided by all of the text")
      for count in [bytes.count / 4, bytes.count / 2, max(0, bytes.count - 1)] {
        let part = answer(MetadataText(bytes: UnsafeBufferPointer(rebasing: bytes[..<count]), isWhole: false))
        try promise(part == .undecided || part == whole, "the first \(count) bytes say \(part), all \(whole)")
      }
      let options = JSONOptions(allowsNonFiniteNumbers: true)
      guard
        let members = try? JSONValue(parsing: UnsafeRawBufferPointer(bytes), options: options).asObject
      else { return }
      let values = members.compactMap { member in member.value.asString.map { (member.name, $0) } }
      guard values.count == members.count else { return }
      try promise((whole == .yes) == values.contains(where: found), "\(whole), unlike its members")
    }
  }
}
