import Canvas

/// What a person has set in `config.toml`, and what in it could not be understood.
package struct Preferences: Sendable, Equatable {
  /// nil: what counts where nothing is set.
  package var theme: String?
  package var columns: [String]?
  package var keep: Int?
  package var parallelBuilds: Int?
  package var remember: Bool?
  /// In the order in which they stand in the file.
  package var keys: [KeySetting] = []
  package var problems: [ConfigurationProblem] = []

  /// Keys for a command, in the place of those that it has.
  package struct KeySetting: Sendable, Hashable {
    /// Where; nil for every screen that has the command.
    package var scope: String?
    package var command: String
    /// None: it is reached by its name alone.
    package var keys: [Key]
    package var place: Place

    package init(scope: String?, command: String, keys: [Key], place: Place) {
      self.scope = scope
      self.command = command
      self.keys = keys
      self.place = place
    }
  }

  package init() {}
}

/// A place in the file: line and column, both from 1; a column is a character.
package struct Place: Sendable, Hashable, Comparable {
  package var line: Int
  package var column: Int

  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  package static func < (one: Place, other: Place) -> Bool {
    (one.line, one.column) < (other.line, other.column)
  }

  /// In the text, or just behind one of its lines: what is missed at the end may be told as lying beyond it.
  func clamped(to lines: [String]) -> Place {
    let line = max(1, min(line, lines.count))
    return Place(line: line, column: max(1, min(column, lines[line - 1].unicodeScalars.count + 1)))
  }
}

extension Preferences {
  /// A setting as a person reads it; nil where the file does not have it.
  package func text(of setting: Setting.Name) -> String? {
    switch setting {
    case .theme: theme
    case .columns: columns?.joined(separator: ", ")
    case .keep: keep.map(String.init)
    case .parallelBuilds: parallelBuilds.map(String.init)
    case .remember: remember.map(String.init)
    }
  }
}
