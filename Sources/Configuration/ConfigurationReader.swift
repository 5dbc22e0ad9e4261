import Canvas

/// Understands the text of a `config.toml`; whatever is wrong in it is noted, and the rest counts.
package struct ConfigurationReader {
  private let file: String
  private let vocabulary: Vocabulary
  private var configuration = Preferences()

  /// - Parameter file: as a person writes it, for what is said of mistakes.
  package static func read(_ text: String, file: String, vocabulary: Vocabulary) -> Preferences {
    var reader = ConfigurationReader(file: file, vocabulary: vocabulary)
    reader.read(text)
    reader.configuration.problems.sort { $0.place < $1.place }
    return reader.configuration
  }

  private init(file: String, vocabulary: Vocabulary) {
    self.file = file
    self.vocabulary = vocabulary
  }

  private mutating func note(_ mistake: ConfigurationProblem.Mistake, at place: Place) {
    configuration.problems.append(ConfigurationProblem(file: file, place: place, mistake: mistake))
  }

  private mutating func read(_ text: String) {
    for entry in parse(text) ?? [] {
      if entry.key == "keys" {
        readKeys(entry)
      } else if let setting = Setting.Name(rawValue: entry.key) {
        read(setting, entry)
      } else {
        let names = Setting.Name.allCases.map(\.rawValue) + ["keys"]
        note(
          .unknownSetting(entry.key, nearest: Spelling.nearest(to: entry.key, of: names)), at: entry.place)
      }
    }
    configuration.keys.sort { $0.place < $1.place }
  }

  // MARK: Syntax

  /// Lines that are not TOML are passed over, together with the table that a bad heading would have begun.
  private mutating func parse(_ text: String) -> [TOMLEntry]? {
    var lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let written = lines
    var last = -1
    for _ in 0..<Self.mistakesLimit {
      do { return try TOMLEntry.read(lines.joined(separator: "\n")) } catch {
        let place = error.place.clamped(to: written)
        // What goes on over several lines is one mistake.
        if place.line != last + 1 { note(.syntax(error.words), at: place) }
        last = place.line
        guard Self.blank(place.line - 1, in: &lines) else { return nil }
      }
    }
    note(.tooManyMistakes(limit: Self.mistakesLimit), at: Place(line: last, column: 1))
    return nil
  }

  /// Each is found by reading the file again; what has more is no configuration.
  private static let mistakesLimit = 100

  /// - Returns: false where nothing is left to be passed over.
  private static func blank(_ bad: Int, in lines: inout [String]) -> Bool {
    // An end that is missed is missed at the end of the file.
    guard
      let number = (0...max(0, min(bad, lines.count - 1))).reversed().first(where: { !isBlank(lines[$0]) })
    else { return false }
    let isHeading = isHeading(lines[number])
    lines[number] = ""
    if isHeading {
      for next in (number + 1)..<max(number + 1, lines.count) {
        if Self.isHeading(lines[next]) { break }
        lines[next] = ""
      }
    }
    return true
  }

  private static func isBlank(_ line: String) -> Bool { line.allSatisfy(\.isWhitespace) }

  /// Whether a line begins a table, `[keys]` or `[keys.tensors]`; or is meant to, behind blanks that are none to TOML.
  /// Also of a list in a list, which no setting takes.
  private static func isHeading(_ line: String) -> Bool {
    line.unicodeScalars.first { !$0.properties.isWhitespace && $0 != "\u{feff}" } == "["
  }

  // MARK: Settings

  private mutating func read(_ setting: Setting.Name, _ entry: TOMLEntry) {
    switch (setting, entry.value) {
    case (.theme, .text(let text)):
      guard vocabulary.themes.contains(text) else {
        return note(.notAChoice(text, setting: entry.key, choices: vocabulary.themes), at: entry.place)
      }
      configuration.theme = text
    case (.columns, .array): readColumns(entry)
    case (.keep, .integer(let number)):
      configuration.keep = checked(number, in: 0...1000, entry)
    case (.parallelBuilds, .integer(let number)):
      configuration.parallelBuilds = checked(number, in: 1...64, entry)
    case (.remember, .boolean(let answer)): configuration.remember = answer
    default: wrongType(setting, entry)
    }
  }

  private mutating func wrongType(_ setting: Setting.Name, _ entry: TOMLEntry) {
    let takes = Setting.all(vocabulary).first { $0.name == setting }?.takes ?? ""
    note(.wrongType(entry.key, wanted: takes), at: entry.place)
  }

  private mutating func checked(_ number: Int, in range: ClosedRange<Int>, _ entry: TOMLEntry) -> Int? {
    if range.contains(number) { return number }
    note(.outOfRange(number, setting: entry.key, range: range), at: entry.place)
    return nil
  }

  private mutating func readColumns(_ entry: TOMLEntry) {
    guard let names = texts(entry.value), !names.isEmpty else { return wrongType(.columns, entry) }
    var columns: [String] = []
    for name in names {
      if !vocabulary.columns.contains(name) {
        note(.notAChoice(name, setting: entry.key, choices: vocabulary.columns), at: entry.place)
      } else if columns.contains(name) {
        note(.repeatedColumn(name), at: entry.place)
      } else {
        columns.append(name)
      }
    }
    if !columns.isEmpty { configuration.columns = columns }
  }

  /// A text, or a list of texts; nil for anything else.
  private func texts(_ value: TOMLValue) -> [String]? {
    switch value {
    case .text(let text): return [text]
    case .array(let values):
      let texts = values.compactMap { if case .text(let text) = $0 { text } else { nil } }
      return texts.count == values.count ? texts : nil
    default: return nil
    }
  }

  // MARK: Keys

  private mutating func readKeys(_ entry: TOMLEntry) {
    guard case .table(let entries) = entry.value else {
      return note(
        .wrongType("keys", wanted: "a table: [keys] and below it command = \"key\""), at: entry.place)
    }
    for entry in entries {
      if case .table(let entries) = entry.value {
        guard vocabulary.scopes.contains(entry.key) else {
          note(.unknownScope(entry.key, scopes: vocabulary.scopes), at: entry.place)
          continue
        }
        for setting in entries { readKey(setting, scope: entry.key) }
      } else {
        readKey(entry, scope: nil)
      }
    }
  }

  private mutating func readKey(_ entry: TOMLEntry, scope: String?) {
    let name = entry.key
    let there = vocabulary.commands.filter { scope == nil ? $0.isOnScreen : $0.scope == scope }
    guard let command = there.first(where: { $0.name == name }) else {
      let nearest = Spelling.nearest(to: name, of: there.map(\.name))
      return note(.unknownCommand(name, scope: scope, nearest: nearest), at: entry.place)
    }
    guard let names = texts(entry.value) else {
      return note(.wrongType(name, wanted: "a key such as \"Ctrl-R\", or a list of keys"), at: entry.place)
    }
    var keys: [Key] = []
    for text in names {
      guard let key = Key(named: text) else { return note(.notAKey(text, command: name), at: entry.place) }
      if command.takesText, case .character = key {
        return note(.isTyped(key, command: name, scope: command.scope), at: entry.place)
      }
      if !keys.contains(key) { keys.append(key) }
    }
    if keys.isEmpty, name == "quit" || name == "close" {
      return note(.neededKey(command: name), at: entry.place)
    }
    configuration.keys.append(
      Preferences.KeySetting(scope: scope, command: name, keys: keys, place: entry.place))
  }
}

/// Which of some names was meant.
enum Spelling {
  /// The one that differs by the fewest letters; nil where none is near.
  static func nearest(to name: String, of names: [String]) -> String? {
    let letters = Array(name.lowercased().prefix(64))
    let nearest = names.map { ($0, distance(letters, Array($0.lowercased()))) }.min { $0.1 < $1.1 }
    return nearest.flatMap { $0.1 <= max(1, letters.count / 3) ? $0.0 : nil }
  }

  /// Letters to put in, take away or change.
  private static func distance(_ one: [Character], _ other: [Character]) -> Int {
    var row = Array(0...other.count)
    for (number, letter) in one.enumerated() {
      var before = row[0]
      row[0] = number + 1
      for (place, wanted) in other.enumerated() {
        let changed = before + (letter == wanted ? 0 : 1)
        before = row[place + 1]
        row[place + 1] = min(changed, row[place] + 1, before + 1)
      }
    }
    return row[other.count]
  }
}
