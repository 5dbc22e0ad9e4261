import Canvas

@testable import Configuration

/// The text of a `config.toml`: whatever is in it, each mistake has a place in the text, and the rest counts.
enum ConfigurationFuzzer {
  static func check(_ bytes: UnsafeRawBufferPointer) throws {
    guard let text = String(validating: bytes, as: UTF8.self) else { return }
    let read = ConfigurationReader.read(text, file: "config.toml", vocabulary: vocabulary)
    try checkProblems(read.problems, of: text)
    try promise(read.theme.map(vocabulary.themes.contains) ?? true, "an unknown theme")
    try promise(read.keep.map((0...1000).contains) ?? true, "keeps \(read.keep ?? 0)")
    try promise(
      read.parallelBuilds.map((1...64).contains) ?? true, "\(read.parallelBuilds ?? 0) builds at once")
    if let columns = read.columns {
      try promise(!columns.isEmpty && Set(columns).count == columns.count, "columns \(columns)")
      try promise(Set(columns).isSubset(of: vocabulary.columns), "unknown columns in \(columns)")
    }
    for setting in read.keys { try check(setting, of: text) }
    for setting in Setting.Name.allCases { _ = read.text(of: setting) }
  }

  private static func checkProblems(_ problems: [ConfigurationProblem], of text: String) throws {
    for (problem, next) in zip(problems, problems.dropFirst()) {
      try promise(problem.place <= next.place, "\(next.place) after \(problem.place)")
    }
    for problem in problems {
      try check(problem.place, of: text)
      try promise(problem.description.hasPrefix("config.toml:\(problem.place.line):"), problem.description)
      try promise(!problem.text.isEmpty, "a mistake without words")
    }
  }

  private static func check(_ setting: Preferences.KeySetting, of text: String) throws {
    try check(setting.place, of: text)
    let meant = vocabulary.commands.filter {
      setting.scope == nil ? $0.isOnScreen : $0.scope == setting.scope
    }
    guard let command = meant.first(where: { $0.name == setting.command }) else {
      throw BrokenPromise(description: "a key of an unknown command: \(setting)")
    }
    try promise(Set(setting.keys).count == setting.keys.count, "a key twice: \(setting.keys)")
    try promise(!setting.keys.isEmpty || command.name != "quit", "no way out")
    for key in setting.keys {
      try promise(key.name.flatMap(Key.init(named:)) == key, "no name for \(key)")
      if command.takesText, case .character = key { throw BrokenPromise(description: "\(key) is text") }
    }
  }

  /// A place is in the text, or just behind it, or behind one of its lines.
  private static func check(_ place: Place, of text: String) throws {
    let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
    try promise((1...lines.count).contains(place.line), "line \(place.line) of \(lines.count)")
    let length = lines[place.line - 1].count
    try promise((1...length + 1).contains(place.column), "column \(place.column) of \(length)")
  }

  private static let vocabulary = Vocabulary(
    themes: ["auto", "dark", "light", "mono"], columns: ["type", "name", "size", "age"],
    commands: [
      command("main", "rebuild", "r"), command("main", "verify", "v"), command("main", "quit", "q"),
      command("tensors", "verify", "v"), command("tensors", "close", "Esc"),
      command("form", "close", "Esc", isOnScreen: false, takesText: true),
    ])

  private static func command(
    _ scope: String, _ name: String, _ key: String, isOnScreen: Bool = true, takesText: Bool = false
  ) -> Vocabulary.Command {
    Vocabulary.Command(
      scope: scope, name: name, keys: Key(named: key).map { [$0] } ?? [], help: "", isOnScreen: isOnScreen,
      takesText: takesText)
  }
}
