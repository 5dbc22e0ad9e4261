import Canvas
import TOMLKit

/// Understands the text of a `config.toml`; whatever is wrong in it is noted, and the rest counts.
package struct ConfigurationReader {
  private let file: String
  private let vocabulary: Vocabulary
  private var configuration = Preferences()
  private var places = KeyPlaces("")

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

  private mutating func note(_ mistake: ConfigurationProblem.Mistake, _ path: [String]) {
    note(mistake, at: places[path])
  }

  private mutating func read(_ text: String) {
    guard let (table, text) = parse(text) else { return }
    places = KeyPlaces(text)
    for name in table.keys {
      guard let value = table[name] else { continue }
      if name == "keys" {
        readKeys(value)
      } else if let setting = Setting.Name(rawValue: name) {
        read(setting, value)
      } else {
        let names = Setting.Name.allCases.map(\.rawValue) + ["keys"]
        note(.unknownSetting(name, nearest: Spelling.nearest(to: name, of: names)), [name])
      }
    }
    configuration.keys.sort { $0.place < $1.place }
  }

  // MARK: Syntax

  /// Lines that are not TOML are passed over, together with the table that a bad heading would have begun.
  /// - Returns: what could be read, and the text that it was read from; its lines are those of the file.
  private mutating func parse(_ text: String) -> (TOMLTable, String)? {
    var lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let written = lines
    for number in lines.indices {
      if lines[number].unicodeScalars.contains("\0") {
        note(.syntax("a NUL character"), at: Place(line: number + 1, column: 1))
        lines[number] = ""
      } else if let column = Heading.fault(in: lines[number]) {
        note(.syntax(Heading.expectation), at: Place(line: number + 1, column: column))
        _ = Self.blank(number, in: &lines)
      }
    }
    var last = -1
    for _ in 0..<Self.mistakesLimit {
      // Also after each line that is passed over, which may have had quotes.
      if let place = TimeOfDay.place(in: lines) {
        if place.line != last + 1 { note(.syntax(TimeOfDay.expectation), at: place) }
        last = place.line
        _ = Self.blank(place.line - 1, in: &lines)
        continue
      }
      let text = lines.joined(separator: "\n")
      do { return (try TOMLTable(string: text), text) } catch let error as TOMLParseError {
        let place = Place(line: error.source.begin.line, column: error.source.begin.column).clamped(
          to: written)
        // What goes on over several lines is one mistake.
        if place.line != last + 1 { note(.syntax(error.description), at: place) }
        last = place.line
        guard Self.blank(place.line - 1, in: &lines) else { return nil }
      } catch {
        note(.syntax("\(error)"), at: Place(line: 1, column: 1))
        return nil
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
    let isHeading = Heading.begins(lines[number])
    lines[number] = ""
    if isHeading {
      for next in (number + 1)..<max(number + 1, lines.count) {
        if Heading.begins(lines[next]) { break }
        lines[next] = ""
      }
    }
    return true
  }

  private static func isBlank(_ line: String) -> Bool { line.allSatisfy(\.isWhitespace) }

  // MARK: Settings

  private mutating func read(_ setting: Setting.Name, _ value: any TOMLValueConvertible) {
    let name = setting.rawValue
    switch setting {
    case .theme:
      guard let text = value.string else { return wrongType(setting) }
      guard vocabulary.themes.contains(text) else {
        return note(.notAChoice(text, setting: name, choices: vocabulary.themes), [name])
      }
      configuration.theme = text
    case .columns: readColumns(value)
    case .keep: configuration.keep = number(setting, value, in: 0...1000)
    case .parallelBuilds: configuration.parallelBuilds = number(setting, value, in: 1...64)
    case .remember:
      guard let answer = value.bool else { return wrongType(setting) }
      configuration.remember = answer
    }
  }

  private mutating func wrongType(_ setting: Setting.Name) {
    let takes = Setting.all(vocabulary).first { $0.name == setting }?.takes ?? ""
    note(.wrongType(setting.rawValue, wanted: takes), [setting.rawValue])
  }

  private mutating func number(
    _ setting: Setting.Name, _ value: any TOMLValueConvertible, in range: ClosedRange<Int>
  ) -> Int? {
    guard let number = value.int else {
      wrongType(setting)
      return nil
    }
    guard range.contains(number) else {
      note(.outOfRange(number, setting: setting.rawValue, range: range), [setting.rawValue])
      return nil
    }
    return number
  }

  private mutating func readColumns(_ value: any TOMLValueConvertible) {
    let path = [Setting.Name.columns.rawValue]
    guard let names = texts(value), !names.isEmpty, value.array != nil else { return wrongType(.columns) }
    var columns: [String] = []
    for name in names {
      if !vocabulary.columns.contains(name) {
        note(.notAChoice(name, setting: path[0], choices: vocabulary.columns), path)
      } else if columns.contains(name) {
        note(.repeatedColumn(name), path)
      } else {
        columns.append(name)
      }
    }
    if !columns.isEmpty { configuration.columns = columns }
  }

  /// A text, or a list of texts; nil for anything else.
  private func texts(_ value: any TOMLValueConvertible) -> [String]? {
    if let text = value.string { return [text] }
    guard let array = value.array else { return nil }
    let texts = array.compactMap { $0.string }
    return texts.count == array.count ? texts : nil
  }

  // MARK: Keys

  private mutating func readKeys(_ value: any TOMLValueConvertible) {
    guard let table = value.table else {
      return note(.wrongType("keys", wanted: "a table: [keys] and below it command = \"key\""), ["keys"])
    }
    for name in table.keys {
      guard let value = table[name] else { continue }
      if let scope = value.table {
        readKeys(scope, of: name)
      } else {
        readKey(name, value, scope: nil)
      }
    }
  }

  private mutating func readKeys(_ table: TOMLTable, of scope: String) {
    guard vocabulary.scopes.contains(scope) else {
      return note(.unknownScope(scope, scopes: vocabulary.scopes), ["keys", scope])
    }
    for name in table.keys {
      if let value = table[name] { readKey(name, value, scope: scope) }
    }
  }

  private mutating func readKey(_ name: String, _ value: any TOMLValueConvertible, scope: String?) {
    let path = ["keys"] + (scope.map { [$0] } ?? []) + [name]
    let there = vocabulary.commands.filter { scope == nil ? $0.isOnScreen : $0.scope == scope }
    guard let command = there.first(where: { $0.name == name }) else {
      let nearest = Spelling.nearest(to: name, of: there.map(\.name))
      return note(.unknownCommand(name, scope: scope, nearest: nearest), path)
    }
    guard let names = texts(value) else {
      return note(.wrongType(name, wanted: "a key such as \"Ctrl-R\", or a list of keys"), path)
    }
    var keys: [Key] = []
    for text in names {
      guard let key = Key(named: text) else { return note(.notAKey(text, command: name), path) }
      if command.takesText, case .character = key {
        return note(.isTyped(key, command: name, scope: command.scope), path)
      }
      if !keys.contains(key) { keys.append(key) }
    }
    if keys.isEmpty, name == "quit" || name == "close" { return note(.neededKey(command: name), path) }
    configuration.keys.append(
      Preferences.KeySetting(scope: scope, command: name, keys: keys, place: places[path]))
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
