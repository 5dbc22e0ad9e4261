import Browser
import Canvas
import Configuration
import Curses
import Foundation

/// What `config.toml` says, for every command.
enum UserConfiguration {
  static let file = ConfigurationFile(environment: ProcessInfo.processInfo.environment)
  /// The first is what counts where nothing is set.
  static let themes = ThemeName.allCases.map(\.rawValue)
  static let vocabulary = Vocabulary.browser(themes: themes)
  static let current = file.read(vocabulary)

  /// The colours to draw with; `NO_COLOR` counts for more.
  static var theme: ThemeName? {
    let noColor = ProcessInfo.processInfo.environment["NO_COLOR"] ?? ""
    return noColor.isEmpty ? current.theme.flatMap(ThemeName.init) : nil
  }

  /// Every mistake, those among its keys too, by their places.
  static var problems: [ConfigurationProblem] {
    let keys = BindingTable.configured(current.keys, file: file.name)
    return (current.problems + keys.problems).sorted { $0.place < $1.place }
  }
}
