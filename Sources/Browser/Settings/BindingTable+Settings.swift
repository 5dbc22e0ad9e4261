import Canvas
import Configuration

extension BindingTable {
  /// The table with the keys that a person has chosen. A choice that would give one key to two commands of a scope does
  /// not count.
  ///
  /// - Parameter file: as a person writes it.
  package static func configured(
    _ settings: [Preferences.KeySetting], file: String
  ) -> (table: BindingTable, problems: [ConfigurationProblem]) {
    var settings = settings
    var problems: [ConfigurationProblem] = []
    while true {
      let chosen = Chosen(settings)
      guard let conflict = chosen.conflict else { return (BindingTable(chosen.bindings), problems) }
      problems.append(
        ConfigurationProblem(
          file: file, place: conflict.setting.place,
          mistake: .conflict(
            conflict.key, command: conflict.setting.command, other: conflict.other.name,
            scope: conflict.scope.rawValue)))
      settings.removeAll { $0 == conflict.setting }
    }
  }

  /// All bindings with the choices made, whether they go together or not.
  private struct Chosen {
    private(set) var bindings = BindingTable.all
    /// The choice that a binding's keys come from.
    private var sources: [Int: Preferences.KeySetting] = [:]

    init(_ settings: [Preferences.KeySetting]) {
      // What is said of one part counts for more than what is said of all.
      for setting in settings.filter({ $0.scope == nil }) + settings.filter({ $0.scope != nil }) {
        for place in bindings.indices where bindings[place].isMeant(by: setting) {
          bindings[place] = bindings[place].on(setting.keys)
          sources[place] = setting
        }
      }
    }

    /// The last choice in the file that gives a key to a second command.
    var conflict: (setting: Preferences.KeySetting, key: Key, other: Command, scope: Scope)? {
      struct Spot: Hashable {
        let scope: Scope
        let key: Key
      }
      var first: [Spot: Int] = [:]
      var found: [(setting: Preferences.KeySetting, key: Key, other: Command, scope: Scope)] = []
      for (place, binding) in bindings.enumerated() {
        for key in binding.keys {
          let spot = Spot(scope: binding.scope, key: key)
          guard let earlier = first[spot] else {
            first[spot] = place
            continue
          }
          guard bindings[earlier].command != binding.command else { continue }
          let choices = [(place, earlier), (earlier, place)].compactMap { mine, other in
            sources[mine].map { ($0, bindings[other].command) }
          }
          if let (setting, other) = choices.max(by: { $0.0.place < $1.0.place }) {
            found.append((setting, key, other, binding.scope))
          }
        }
      }
      return found.max { $0.setting.place < $1.setting.place }
    }
  }
}

extension Binding {
  fileprivate func isMeant(by setting: Preferences.KeySetting) -> Bool {
    command.name == setting.command && (setting.scope.map { $0 == scope.rawValue } ?? scope.isScreen)
  }
}

extension Vocabulary {
  /// The browser's names of columns and commands.
  package static func browser(themes: [String]) -> Vocabulary {
    Vocabulary(
      themes: themes, columns: SlotColumns.Column.allCases.map(\.rawValue),
      commands: BindingTable.all.map {
        Command(
          scope: $0.scope.rawValue, name: $0.command.name, keys: $0.keys, help: $0.help,
          isOnScreen: $0.scope.isScreen, takesText: $0.scope.takesText)
      })
  }
}
