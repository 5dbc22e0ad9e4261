import Browser
import Canvas
import Configuration
import Foundation

/// The manual page, from the same tables as help, key list and configuration, as man(7) has it.
struct ManualPage {
  private var roff = Roff()
  private let root: HelpDump.Command
  private let vocabulary: Vocabulary

  static func text(_ dump: HelpDump, _ vocabulary: Vocabulary) -> String {
    var page = ManualPage(root: dump.command, vocabulary: vocabulary)
    page.write()
    return page.roff.text
  }

  private init(root: HelpDump.Command, vocabulary: Vocabulary) {
    self.root = root
    self.vocabulary = vocabulary
  }

  private mutating func write() {
    roff.request(".TH SLOTSCOPE 1 \"\(Slotscope.date)\" \"slotscope \(Slotscope.version)\" \"User Commands\"")
    roff.section("NAME")
    let abstract = (root.abstract ?? "").prefix(1).lowercased() + (root.abstract ?? "").dropFirst()
    roff.text("slotscope - " + (abstract.hasSuffix(".") ? String(abstract.dropLast()) : abstract))
    roff.section("SYNOPSIS")
    roff.synopsis("slotscope", "[--store dir] [--log file] [command] [arguments]")
    writeDescription()
    writeCommands()
    writeKeys()
    writeConfiguration()
    writeRest()
  }

  private mutating func writeDescription() {
    roff.section("DESCRIPTION")
    roff.paragraphs(root.discussion ?? "")
    roff.section("OPTIONS")
    for argument in root.shownArguments { write(argument) }
  }

  // MARK: Commands

  private mutating func writeCommands() {
    roff.section("COMMANDS")
    roff.text("Every command that works on a store takes the options above.")
    let common = Set(root.shownArguments.flatMap { $0.names ?? [] }.map(\.text))
    for command in root.shownSubcommands {
      let own = command.shownArguments.filter { argument in
        !(argument.names ?? []).contains { common.contains($0.text) }
      }
      roff.subsection(([command.commandName] + own.map(\.usage)).joined(separator: " "))
      roff.text(command.abstract ?? "")
      if let discussion = command.discussion { roff.paragraphs(discussion) }
      for argument in own { write(argument) }
    }
  }

  private mutating func write(_ argument: HelpDump.Argument) {
    var text = argument.abstract ?? ""
    if let standard = argument.defaultValue, !standard.isEmpty { text += " Default: \(standard)." }
    roff.item(argument.heading, text)
  }

  // MARK: Keys

  private mutating func writeKeys() {
    roff.section("KEYS")
    roff.text(
      "Help in the browser (?) says which of them do nothing now, and why; : has every command by its name.")
    let scopes: [(scope: Scope, title: String)] = [(.panes, "The slots")] + Scope.screens
    for (scope, title) in scopes {
      roff.subsection(title)
      for binding in BindingTable.all where binding.scope == scope {
        let keys = binding.keys.written(ascii: true).joined(separator: ", ")
        roff.item("\(keys.isEmpty ? "no key" : keys) (\(binding.command.name))", binding.help)
      }
    }
  }

  // MARK: Preferences

  private mutating func writeConfiguration() {
    roff.section("CONFIGURATION")
    roff.text(
      "$XDG_CONFIG_HOME/slotscope/config.toml (~/.config/slotscope/config.toml) is a TOML file. A mistake in it is told with "
        + "its line, and the rest counts. `slotscope config` shows what counts now, `slotscope config --example` a file "
        + "with everything in it.")
    for setting in Setting.all(vocabulary) {
      roff.item(
        setting.name.rawValue, "\(setting.help) It takes \(setting.takes); without it: \(setting.standard).")
    }
    roff.item(
      "[keys], [keys.tensors], ...",
      "command = \"key\" or a list of keys, in the place of those that the command has: x, Space, Ctrl-R, F5, PgUp, "
        + "Shift-Tab. [keys] means all screens, [keys.tensors] and the like one part of the browser. The names stand "
        + "under KEYS in parentheses.")
  }

  private mutating func writeRest() {
    roff.section("FILES")
    roff.item("index.db, slots/, revisions/, wal/", "A store: see FORMAT.md in the sources.")
    roff.item("$XDG_CONFIG_HOME/slotscope/config.toml", "The configuration.")
    roff.item(
      "$XDG_STATE_HOME/slotscope/places/",
      "Where each store was last left, unless remember = false. Files can be removed at any time.")
    roff.section("ENVIRONMENT")
    roff.item("SLOTSCOPE_STORE", "The store, where --store names none.")
    roff.item("XDG_DATA_HOME", "Its folder slotscope is the store where nothing else names one.")
    roff.item(
      "NO_COLOR", "Where it is set and not empty, the browser uses no colours, unless --theme names some.")
    roff.item("SHELL", "What ! opens in the browser.")
    roff.item("TERM, LANG, LC_ALL, LC_CTYPE", "What the terminal can show.")
    roff.section("EXIT STATUS")
    roff.item("0", "Done.")
    roff.item("1", "The answer is no: a mismatch, nothing found, mistakes in the configuration.")
    roff.item("2", "It could not be done: a bad file, no permission, a full disk.")
    roff.item("64", "The command line is wrong.")
    roff.item("128 + n", "Ended by signal n.")
  }
}

extension HelpDump.Argument {
  /// `--seed <seed>`, `[slots ...]`.
  var usage: String {
    let value = "<\(valueName ?? "value")>"
    let text: String
    switch kind {
    case "positional": text = value + (isRepeating ? " ..." : "")
    case "flag": text = names?.first?.text ?? ""
    default: text = "\(names?.first?.text ?? "") \(value)"
    }
    return isOptional || kind == "flag" ? "[\(text)]" : text
  }

  var heading: String {
    let value = "<\(valueName ?? "value")>"
    if kind == "positional" { return value }
    let names = (names ?? []).map(\.text).joined(separator: ", ")
    return kind == "flag" ? names : "\(names) \(value)"
  }
}
