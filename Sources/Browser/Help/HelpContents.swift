import Canvas

/// What help says about a screen, in groups, as lines of any width.
struct HelpContents: Sendable {
  struct Entry: Sendable, Equatable {
    var keys: String
    var text: String
    /// Why the key does nothing now.
    var reason: String?
  }

  struct Group: Sendable, Equatable {
    var heading: String
    var entries: [Entry]
  }

  enum Row: Sendable, Equatable {
    case blank
    case heading(String)
    case line(keys: String, text: String, isDisabled: Bool)
  }

  let groups: [Group]
  private let keyWidth: Int

  /// - Parameter scope: of the screen in view.
  init(scope: Scope, bindings: BindingTable, ascii: Bool, whyDisabled: (Command) -> String?) {
    let all = bindings.bindings.filter { $0.scope != .help }
    var groups = BindingGroup.allCases.map { group in
      let home = all.filter { $0.group == group && $0.scope == scope }.map {
        Entry(
          keys: $0.written(ascii: ascii).prefix(3).joined(separator: " "), text: $0.help,
          reason: whyDisabled($0.command))
      }
      return Group(
        heading: group.rawValue,
        entries: home + Self.merged(all.filter { $0.group == group && !$0.scope.isScreen }, ascii))
    }
    keyWidth = groups.flatMap(\.entries).map { TextWidth.of($0.keys) }.max() ?? 0
    groups += HelpNotes.groups.filter { $0.scopes.contains(scope) }.map { notes in
      Group(heading: notes.heading, entries: notes.lines.map { Entry(keys: $0.what, text: $0.text) })
    }
    self.groups = groups.filter { !$0.entries.isEmpty }
  }

  /// What several dialogs have alike is one line.
  private static func merged(_ bindings: [Binding], _ ascii: Bool) -> [Entry] {
    var commands: [Command] = []
    for binding in bindings where !commands.contains(binding.command) { commands.append(binding.command) }
    return commands.map { command in
      let alike = bindings.filter { $0.command == command }
      var keys: [Key] = []
      for key in alike.flatMap(\.keys) where !keys.contains(key) { keys.append(key) }
      let isOne = alike.allSatisfy { $0.help == alike[0].help }
      return Entry(
        keys: Self.keys(keys, ascii), text: isOne ? alike[0].help : command.generalHelp ?? alike[0].help)
    }
  }

  private static func keys(_ keys: [Key], _ ascii: Bool) -> String {
    keys.written(ascii: ascii).prefix(3).joined(separator: " ")
  }

  // MARK: Rows

  /// Where the text begins: on a narrow screen long key names are cut rather than the text.
  func textX(width: Int) -> Int { 2 + min(keyWidth, max(9, width / 3)) + 2 }

  /// How many entries fit a search.
  func count(search: String) -> Int { found(search).reduce(0) { $0 + $1.entries.count } }

  private func found(_ search: String) -> [Group] {
    let words = NameSearch(search)
    if words.isEmpty { return groups }
    return groups.compactMap { group in
      let entries = group.entries.filter { words.matches($0.keys, $0.text, $0.reason ?? "") }
      return entries.isEmpty ? nil : Group(heading: group.heading, entries: entries)
    }
  }

  func rows(width: Int, search: String = "") -> [Row] {
    let room = max(8, width - textX(width: width))
    var rows: [Row] = []
    for group in found(search) {
      if !rows.isEmpty { rows.append(.blank) }
      rows.append(.heading(group.heading))
      for entry in group.entries {
        var lines = WrappedText.lines(entry.text, width: room)
        // What is longer than its column has a line of its own.
        if TextWidth.of(entry.keys) > textX(width: width) - 4 { lines.insert("", at: 0) }
        if let reason = entry.reason { lines += WrappedText.lines("not now: \(reason)", width: room) }
        for (number, line) in lines.enumerated() {
          rows.append(.line(keys: number == 0 ? entry.keys : "", text: line, isDisabled: entry.reason != nil))
        }
      }
    }
    return rows
  }
}

extension Command {
  /// What it does wherever a dialog has it, where the dialogs themselves say it each in their own words.
  fileprivate var generalHelp: String? {
    switch self {
    case .accept: "do what the dialog is for"
    case .close: "leave it; nothing is changed"
    case .eraseField: "erase what was typed"
    case .complete: "complete what was typed"
    default: nil
    }
  }
}
