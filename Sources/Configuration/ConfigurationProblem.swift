import Canvas

/// A mistake in the file: where it is, and the way out. Whatever else is in the file counts.
package struct ConfigurationProblem: Error, Sendable, Hashable, CustomStringConvertible {
  package enum Mistake: Sendable, Hashable {
    case unreadable(reason: String)
    case notUTF8
    case tooLarge(limit: Int)
    /// In the words of whoever reads TOML.
    case syntax(String)
    case tooManyMistakes(limit: Int)
    case unknownSetting(String, nearest: String?)
    case unknownScope(String, scopes: [String])
    case unknownCommand(String, scope: String?, nearest: String?)
    case wrongType(String, wanted: String)
    case notAChoice(String, setting: String, choices: [String])
    case outOfRange(Int, setting: String, range: ClosedRange<Int>)
    case repeatedColumn(String)
    case notAKey(String, command: String)
    /// A character would be text there.
    case isTyped(Key, command: String, scope: String)
    case neededKey(command: String)
    /// Two commands of one part of the browser can't have the same key.
    case conflict(Key, command: String, other: String, scope: String)
  }

  /// As a person writes it.
  package var file: String
  package var place: Place
  package var mistake: Mistake

  package init(file: String, place: Place, mistake: Mistake) {
    self.file = file
    self.place = place
    self.mistake = mistake
  }

  package var description: String { "\(file):\(place.line):\(place.column): \(text)" }

  /// Without the place.
  package var text: String {
    switch mistake {
    case .unreadable(let reason): "can't be read: \(reason)"
    case .notUTF8: "this is not UTF-8; save the file as UTF-8"
    case .tooLarge(let limit): "more than \(limit) bytes are no configuration; nothing of it counts"
    case .syntax(let words): "not TOML: \(words); this line does not count"
    case .tooManyMistakes(let limit): "more than \(limit) lines are not TOML; nothing of the file counts"
    case .unknownSetting(let name, let nearest):
      "there is no setting '\(name)'"
        + (nearest.map { "; '\($0)' was meant?" } ?? "; `slotscope config` lists them")
    case .unknownScope(let name, let scopes):
      "there is no part '\(name)' of the browser; there are \(scopes.joined(separator: ", "))"
    case .unknownCommand(let name, let scope, let nearest):
      "there is no command '\(name)'" + (scope.map { " in \($0)" } ?? "")
        + (nearest.map { "; '\($0)' was meant?" } ?? "; `slotscope config --example` lists them")
    case .wrongType(let name, let wanted): "'\(name)' takes \(wanted)"
    case .notAChoice(let value, let setting, let choices):
      "'\(value)' is nothing for '\(setting)'; it takes \(Setting.choices(choices))"
    case .outOfRange(let value, let setting, let range):
      "\(value) is nothing for '\(setting)'; it takes \(range.lowerBound) to \(range.upperBound)"
    case .repeatedColumn(let name): "the column '\(name)' is there twice; take one away"
    case .notAKey(let text, let command):
      "'\(text)' is no key for '\(command)'; keys are written x, Space, Ctrl-R, F5, PgUp, Shift-Tab"
    case .isTyped(let key, let command, let scope):
      "'\(key.name ?? "")' is text in \(scope), so it can't be a key of '\(command)'; Ctrl-… or F1 to F24 can"
    case .neededKey(let command): "'\(command)' needs a key: without one nobody gets out"
    case .conflict(let key, let command, let other, let scope):
      "'\(key.name ?? "")' is the key of both '\(command)' and '\(other)' in \(scope); '\(command)' keeps the keys "
        + "that it had; give '\(other)' another one"
    }
  }
}
