import Canvas

/// What can be set at the top of the file, with what help, example and manual say of it. There is no other list.
package struct Setting: Sendable {
  package enum Name: String, Sendable, Hashable, CaseIterable {
    case theme
    case columns
    case keep
    case parallelBuilds = "parallel-builds"
    case remember
  }

  package let name: Name
  /// What it takes, in words.
  package let takes: String
  package let help: String
  /// As it would stand in a file.
  package let example: String
  /// What counts where nothing is set, in words.
  package let standard: String

  package static func all(_ vocabulary: Vocabulary) -> [Setting] {
    [
      Setting(
        name: .theme, takes: choices(vocabulary.themes), help: "Colours of the browser.",
        example: "\"\(vocabulary.themes.first ?? "")\"", standard: vocabulary.themes.first ?? ""),
      Setting(
        name: .columns, takes: "a list of " + choices(vocabulary.columns),
        help:
          "Columns of the slot list, from left to right. Where the list is too narrow for all of them, those at "
          + "the end are left out.",
        example: "[" + vocabulary.columns.map { "\"\($0)\"" }.joined(separator: ", ") + "]",
        standard: "as many as the width has room for"),
      Setting(
        name: .keep, takes: "a number from 0 to 1000",
        help:
          "How many earlier revisions of each slot are kept in stores that this program makes. A store that "
          + "exists has its own number (keep_revisions in its table metadata), which this does not change.",
        example: "3", standard: "1"),
      Setting(
        name: .parallelBuilds, takes: "a number from 1 to 64", help: "How many builds run at the same time.",
        example: "2", standard: "one for each core"),
      Setting(
        name: .remember, takes: "true or false",
        help: "Whether the browser opens a store where it was last left: slot, type, filter, order, divider.",
        example: "false", standard: "true"),
    ]
  }

  static func choices(_ names: [String]) -> String {
    guard names.count > 1, let last = names.last else { return names.first ?? "" }
    return names.dropLast().joined(separator: ", ") + " or " + last
  }
}

/// The names that a file may use; whoever has the tables of themes, columns and commands gives them.
package struct Vocabulary: Sendable {
  /// A command of a part of the browser.
  package struct Command: Sendable {
    /// The part's name, as in `[keys.tensors]`.
    package var scope: String
    package var name: String
    package var keys: [Key]
    package var help: String
    /// Whether it is that of a screen: `[keys]` means all of these.
    package var isOnScreen: Bool
    /// Whether characters are text there, so that none can be a key.
    package var takesText: Bool

    package init(
      scope: String, name: String, keys: [Key], help: String, isOnScreen: Bool, takesText: Bool
    ) {
      self.scope = scope
      self.name = name
      self.keys = keys
      self.help = help
      self.isOnScreen = isOnScreen
      self.takesText = takesText
    }
  }

  /// The first is what counts where nothing is set.
  package var themes: [String]
  package var columns: [String]
  package var commands: [Command]

  package init(themes: [String], columns: [String], commands: [Command]) {
    self.themes = themes
    self.columns = columns
    self.commands = commands
  }

  /// The parts of the browser, in the table's order.
  var scopes: [String] {
    commands.reduce(into: []) { scopes, command in
      if !scopes.contains(command.scope) { scopes.append(command.scope) }
    }
  }
}
