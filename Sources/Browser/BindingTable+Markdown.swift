extension BindingTable {
  /// The groups that the README lists; what dialogs say in their own footers is left out.
  private static let listed: [BindingGroup] = [.moving, .finding, .doing, .seeing, .program]

  /// The README's list of keys: one table, in the order of the groups.
  package static func markdown() -> String {
    var lines = ["| keys | what they do |", "| --- | --- |"]
    for binding in all where binding.scope == .panes && listed.contains(binding.group) {
      let keys = binding.keys.map { "`\($0.label(ascii: false))`" }.joined(separator: " ")
      lines.append("| \(keys.replacing("|", with: "\\|")) | \(binding.help) |")
    }
    return lines.joined(separator: "\n")
  }
}

/// The table of keys as the README prints it.
package func bindingTable() -> String { BindingTable.markdown() }
