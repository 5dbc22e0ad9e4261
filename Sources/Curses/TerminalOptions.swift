import Canvas

/// How many colours to draw with.
public enum ColorDepth: Sendable, Hashable, CaseIterable {
  /// Bold, dim, underline and reverse alone.
  case mono
  /// The eight colours that every colour terminal has, as its user has chosen them.
  case eight
  /// These, and the same again brighter.
  case sixteen
  /// The 256 of xterm.
  case many
}

/// What may be chosen about a terminal.
public struct TerminalOptions: Sendable, Hashable {
  /// nil: what the terminal can.
  public var colors: ColorDepth?
  /// nil: `auto`, and `mono` where `NO_COLOR` is set (https://no-color.org); one that is named counts for more.
  public var theme: ThemeName?
  /// nil: Unicode where the locale is UTF-8, ASCII elsewhere.
  public var usesASCII: Bool?
  /// Whether clicks and the wheel are reported. While they are, terminals select text with Shift held.
  public var mouse: Bool

  public init(
    colors: ColorDepth? = nil, theme: ThemeName? = nil, usesASCII: Bool? = nil, mouse: Bool = true
  ) {
    self.colors = colors
    self.theme = theme
    self.usesASCII = usesASCII
    self.mouse = mouse
  }
}
