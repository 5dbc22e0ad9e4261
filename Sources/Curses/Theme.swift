import Canvas

/// Which colours and attributes a style has, by how many colours there are.
///
/// The terminal's own foreground and background stay (-1), so every colour here must read on light and on dark: of the
/// 256 they are the middle ones, with a contrast of 4 or so to both black and white. The selection has a background of
/// its own, and so lighter colours.
struct Theme: Sendable {
  /// A foreground and a background: colour numbers, -1 for the terminal's own.
  struct Pair: Hashable, Sendable {
    var foreground: Int16
    var background: Int16
  }

  /// Attributes beside the colours.
  struct Look: Equatable, Sendable {
    var pair = Pair(foreground: -1, background: -1)
    var bold = false
    var dim = false
    var underline = false
    var reverse = false
  }

  let depth: ColorDepth

  /// - Parameter colorCount: as terminfo has it; 0 for none. Terminals of direct colour number only the first eight as
  ///   others do.
  static func depth(colorCount: Int, noColor: String?) -> ColorDepth {
    if let noColor, !noColor.isEmpty { return .mono }
    return switch colorCount {
    case 256: .many
    case 8...: .eight
    default: .mono
    }
  }

  func look(of style: Style) -> Look {
    var look = Look(bold: style.bold, underline: style.underline, reverse: style.reverse)
    if let heat = style.heat {
      look.pair = pair(of: heat)
      return look
    }
    switch depth {
    case .many:
      look.pair = Pair(
        foreground: style.selected ? Self.selectedColors(style.role) : Self.colors(style.role),
        background: style.selected ? 25 : -1)
    case .eight:
      look.pair.foreground = Self.fewColors(style.role)
      // Dim is an attribute here: there is no grey that reads on every background.
      look.dim = (style.role == .dim || style.role == .border) && !style.selected
      if style.selected {
        look.pair.foreground = -1
        look.reverse.toggle()
      }
    case .mono:
      look.dim = (style.role == .dim || style.role == .border) && !style.selected
      if style.role == .accent || style.role == .bad { look.bold = true }
      if style.selected { look.reverse.toggle() }
    }
    return look
  }

  private static func colors(_ role: Role) -> Int16 {
    switch role {
    case .plain: -1
    case .dim: 243
    case .accent: 32
    case .good: 28
    case .warning: 136
    case .bad: 160
    case .border: 244
    }
  }

  /// On colour 25, a dark blue.
  private static func selectedColors(_ role: Role) -> Int16 {
    switch role {
    case .plain, .accent: 231
    case .dim, .border: 252
    case .good: 157
    case .warning: 222
    case .bad: 217
    }
  }

  /// Magenta is the one of the eight, beside the states' red, that reads on black and on white, in bold as well.
  private static func fewColors(_ role: Role) -> Int16 {
    switch role {
    case .plain, .dim, .border: -1
    case .accent: 5
    case .good: 2
    case .warning: 3
    case .bad: 1
    }
  }
}
