import Canvas

/// A file that sets nothing: every setting and every command, commented out, with what it is for.
package enum ConfigurationExample {
  package static func text(file: String, _ vocabulary: Vocabulary) -> String {
    var lines = [
      "# \(file): how slotscope looks and what its keys are.",
      "# Take the # away before what you want to change. A mistake is told, and the rest counts.", "",
    ]
    for setting in Setting.all(vocabulary) {
      lines += comment("\(setting.help) It takes \(setting.takes); without it: \(setting.standard).")
      lines += ["# \(setting.name.rawValue) = \(setting.example)", ""]
    }
    lines += comment(
      "Keys: a command and its key, or a list of keys, in the place of those that it has; [] for none (then : and its "
        + "name). [keys] means all screens, [keys.tensors] and the like one part of the browser.")
    lines += ["# [keys]", "# rebuild = \"Ctrl-R\"", "# verify = [\"v\", \"F5\"]", ""]
    for scope in vocabulary.scopes {
      lines.append("# [keys.\(scope)]")
      let commands = vocabulary.commands.filter { $0.scope == scope }
      let texts = commands.map { "# \($0.name) = \(list($0.keys))" }
      let width = min(44, texts.map(\.count).max() ?? 0)
      for (command, text) in zip(commands, texts) {
        lines.append(
          text + String(repeating: " ", count: max(1, width - text.count + 2)) + "# \(command.help)")
      }
      lines.append("")
    }
    return lines.joined(separator: "\n")
  }

  /// As TOML writes it.
  package static func list(_ keys: [Key]) -> String {
    let names = keys.compactMap(\.name).map { name in
      "\"\(name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
    }
    return names.count == 1 ? names[0] : "[\(names.joined(separator: ", "))]"
  }

  /// In lines of a readable length.
  private static func comment(_ text: String) -> [String] {
    var lines = ["#"]
    for word in text.split(separator: " ") {
      if lines[lines.count - 1].count + 1 + word.count > 100 { lines.append("#") }
      lines[lines.count - 1] += " \(word)"
    }
    return lines
  }
}
