import Canvas

/// One line of the table that drives dispatch, footer, help and the README's key list.
package struct Binding: Sendable {
  package let scope: Scope
  package let group: BindingGroup
  package private(set) var keys: [Key]
  package let command: Command
  /// The word in the footer; nil for what everybody tries anyway.
  package private(set) var label: String?
  /// The lower, the longer it stays in a footer that gets too narrow.
  package private(set) var rank: Int
  /// Where in the footer it stands, from left to right.
  package private(set) var place: Int
  /// What help says.
  package let help: String

  init(
    _ scope: Scope, _ group: BindingGroup, _ keys: [Key], _ command: Command, label: String? = nil,
    rank: Int = 100, place: Int? = nil, _ help: String
  ) {
    self.scope = scope
    self.group = group
    self.keys = keys
    self.command = command
    self.label = label
    self.rank = rank
    self.place = place ?? rank
    self.help = help
  }
}

extension Binding {
  /// Its keys as they are written; what has none is called by its name after `:`.
  func written(ascii: Bool) -> [String] {
    keys.isEmpty ? [":\(command.name)"] : keys.written(ascii: ascii)
  }

  /// The same on other keys.
  func on(_ keys: [Key]) -> Binding {
    var binding = self
    binding.keys = keys
    return binding
  }

  /// The same under another word in the footer.
  func labelled(_ label: String) -> Binding {
    var binding = self
    binding.label = label
    return binding
  }

  /// The same, to be left out of the footer as late as the first one.
  func important() -> Binding {
    var binding = self
    binding.rank = 12
    return binding
  }

  /// The same as the first in the footer, which none but help and quit outlast.
  func leading() -> Binding {
    var binding = important()
    binding.place = 0
    return binding
  }
}

extension [Key] {
  private static let digits = "0123456789".map { Key.character($0) }

  /// All ten digits are one.
  package func written(ascii: Bool) -> [String] {
    let digits = Self.digits.allSatisfy(contains) ? Self.digits : []
    let others = filter { !digits.contains($0) }.map { $0.label(ascii: ascii) }
    return (digits.isEmpty ? [] : [ascii ? "0-9" : "0…9"]) + others
  }
}

extension Key {
  /// As written in footer, help and README: `j`, `Ctrl-F`, `PgDn`, `⏎`; in ASCII names instead of arrows.
  package func label(ascii: Bool) -> String {
    guard ascii else { return description }
    return switch self {
    case .up: "Up"
    case .down: "Down"
    case .left: "Left"
    case .right: "Right"
    case .enter: "Enter"
    default: description
    }
  }
}
