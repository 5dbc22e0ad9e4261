/// Keys as a person writes them in a file: `Ctrl-R`, `F5`, `x`, `Space`. Case counts for single characters alone.
extension Key {
  /// - Returns: nil where that is no key.
  public init?(named name: String) {
    if name.count == 1, let character = name.first {
      guard character != " ", !character.isNewline, character.unicodeScalars.allSatisfy({ $0.value >= 0x20 })
      else { return nil }
      self = .character(character)
      return
    }
    let lowered = name.lowercased()
    if let key = Self.named.first(where: { $0.name.lowercased() == lowered })?.key {
      self = key
      return
    }
    if lowered.hasPrefix("ctrl-"), let key = Self.controlled(lowered.dropFirst(5)) {
      self = key
      return
    }
    guard lowered.hasPrefix("f"), let number = Int(lowered.dropFirst()), (1...24).contains(number) else {
      return nil
    }
    self = .function(number)
  }

  /// What `init(named:)` takes for it; nil for the mouse.
  public var name: String? {
    switch self {
    case .mouse: nil
    case .character(let character) where character != " ": String(character)
    case .ctrl(let character): "Ctrl-\(character.uppercased())"
    case .function(let number): "F\(number)"
    default: Self.named.first { $0.key == self }?.name
    }
  }

  /// A terminal sends the same for Ctrl-I and Tab, Ctrl-M and Enter, Ctrl-[ and Escape, Ctrl-H and Backspace.
  private static func controlled(_ rest: Substring) -> Key? {
    if rest == "space" { return .ctrl(" ") }
    guard rest.count == 1, let character = rest.first, character.isASCII else { return nil }
    switch character {
    case "i": return .tab
    case "m", "j": return .enter
    case "[": return .escape
    case "h": return .backspace
    case "a"..."z", "\\", "]", "^", "_": return .ctrl(character)
    default: return nil
    }
  }

  private static let named: [(name: String, key: Key)] = [
    ("Space", .character(" ")), ("Enter", .enter), ("Esc", .escape), ("Tab", .tab), ("Shift-Tab", .backTab),
    ("Up", .up), ("Down", .down), ("Left", .left), ("Right", .right), ("Home", .home), ("End", .end),
    ("PgUp", .pageUp), ("PgDn", .pageDown), ("Ins", .insert), ("Del", .deleteForward),
    ("Backspace", .backspace), ("Escape", .escape), ("Return", .enter), ("PageUp", .pageUp),
    ("PageDown", .pageDown), ("Insert", .insert), ("Delete", .deleteForward), ("Ctrl-Space", .ctrl(" ")),
  ]
}
