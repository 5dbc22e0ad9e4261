import SlotStore

/// What help tells beside the keys.
enum HelpNotes {
  struct Notes: Sendable {
    var heading: String
    /// The screens that it is about.
    var scopes: Set<Scope>
    var lines: [(what: String, text: String)]
  }

  static let groups: [Notes] = [searches, mouse]

  private static let searches = Notes(
    heading: "What a filter of slots finds", scopes: [.panes],
    lines: SearchField.examples.map { ($0.term, $0.meaning) })

  private static let mouse = Notes(
    heading: "The mouse", scopes: Set(Scope.allCases),
    lines: [
      ("click", "select a row, go to a pane, choose a tab or a page"),
      ("double click", "open what is under it"),
      ("wheel", "scroll what it is over"),
      ("drag", "move the divider between a list and what stands beside it"),
      ("Shift", "held, text is selected as the terminal does it"),
    ])
}
