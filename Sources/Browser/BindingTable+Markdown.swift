extension BindingTable {
  /// The groups that the README lists; what dialogs say in their own footers is left out.
  private static let listed: [BindingGroup] = [.moving, .finding, .doing, .seeing, .program]

  /// The README's list of keys: a table of the panes and one of every screen over them, in the order of this table.
  package static func markdown() -> String {
    let screens = Scope.screens.map { screen in
      "\(screen.title) (`?` there lists these too):\n\n"
        + table { $0.scope == screen.scope && $0.group != .program }
    }
    return ([table { $0.scope == .panes }] + screens).joined(separator: "\n\n")
  }

  private static func table(_ isIn: (Binding) -> Bool) -> String {
    var lines = ["| keys | what they do |", "| --- | --- |"]
    for binding in all where isIn(binding) && listed.contains(binding.group) {
      let keys = binding.written(ascii: false).map { "`\($0)`" }.joined(separator: " ")
      lines.append("| \(keys.replacing("|", with: "\\|")) | \(binding.help) |")
    }
    return lines.joined(separator: "\n")
  }
}

/// The table of keys as the README prints it.
package func bindingTable() -> String { BindingTable.markdown() }
