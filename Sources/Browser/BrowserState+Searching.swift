import SlotStore

/// Searching the list as one types.
extension BrowserState {
  /// Searches for what has been typed as far as it can be searched for; else for what it was before.
  mutating func search(_ text: String) {
    if let usable = SearchDraft(text).usable { changeQuery { $0.search = usable.text } }
  }

  /// What is wrong with the filter that is being typed, or missing yet.
  package var filterProblem: String? { filter.flatMap { SearchDraft($0.string).problem?.description } }

  /// Ends typing; what could not be searched for is said, since it is seen no more.
  mutating func acceptFilter() {
    notice = filterProblem.map { Notice(text: "left out of the filter: \($0)", isError: false) }
    filter = nil
  }
}
