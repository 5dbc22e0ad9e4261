/// What help tells beside the keys.
enum HelpNotes {
  struct Notes: Sendable {
    var heading: String
    /// The screens that it is about.
    var scopes: Set<Scope>
    var lines: [(what: String, text: String)]
  }

  static let groups: [Notes] = [mouse]

  private static let mouse = Notes(
    heading: "The mouse", scopes: Set(Scope.allCases),
    lines: [
      ("click", "select a row, go to a pane, choose a tab or a page"),
      ("double click", "open what is under it"),
      ("wheel", "scroll what it is over"),
      ("Shift", "held, text is selected as the terminal does it"),
    ])
}
