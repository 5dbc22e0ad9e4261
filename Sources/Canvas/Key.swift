/// A key that was pressed, or the mouse.
public enum Key: Sendable, Hashable {
  /// A character as typed, space included; never a control character.
  case character(Character)
  /// Control and a lower-case letter or a sign. `Ctrl-I`, `Ctrl-M` and `Ctrl-[` are `tab`, `enter` and `escape`: a
  /// terminal can't tell them apart.
  case ctrl(Character)
  case up, down, left, right, home, end, pageUp, pageDown
  case enter, escape, tab, backTab, backspace, deleteForward, insert
  /// F1 is 1.
  case function(Int)
  case mouse(MouseEvent)
}

extension Key: CustomStringConvertible {
  /// The key's name as help and footer write it.
  public var description: String {
    switch self {
    case .character(" "): "Space"
    case .character(let character): String(character)
    case .ctrl(let character): "Ctrl-\(character.uppercased())"
    case .up: "↑"
    case .down: "↓"
    case .left: "←"
    case .right: "→"
    case .home: "Home"
    case .end: "End"
    case .pageUp: "PgUp"
    case .pageDown: "PgDn"
    case .enter: "⏎"
    case .escape: "Esc"
    case .tab: "Tab"
    case .backTab: "Shift-Tab"
    case .backspace: "Backspace"
    case .deleteForward: "Del"
    case .insert: "Ins"
    case .function(let number): "F\(number)"
    case .mouse: "mouse"
    }
  }
}

/// Something that was done with the mouse.
public struct MouseEvent: Sendable, Hashable {
  public enum Kind: Sendable, Hashable {
    /// The left button went down.
    case click
    /// The left button went down again in the same cell, soon after; a `click` came before.
    case doubleClick
    case wheelUp, wheelDown
    /// The mouse moved with the left button down.
    case drag
    /// The left button went up.
    case release
  }

  public var kind: Kind
  /// Column and row of the cell, from 0.
  public var x, y: Int

  public init(_ kind: Kind, x: Int, y: Int) {
    self.kind = kind
    self.x = x
    self.y = y
  }
}
