import Canvas

/// Which colours and attributes a style has, by name and by how many colours there are.
///
/// Foreground and background stay the terminal's own (-1) but in high contrast, which brings its own black. What is
/// chosen of the 256 colours is readable on the background that a theme is made for (`Theme+Roles`).
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

  let name: ThemeName
  /// With how many colours it is drawn.
  let depth: ColorDepth

  /// - Parameter depth: what the terminal can; mono needs none of it.
  init(name: ThemeName = .auto, depth: ColorDepth) {
    self.name = depth == .mono ? .mono : name
    self.depth = name == .mono ? .mono : depth
  }

  /// - Parameter colorCount: as terminfo has it; 0 for none. Terminals of direct colour number only the first eight as
  ///   others do.
  static func depth(colorCount: Int) -> ColorDepth {
    switch colorCount {
    case 256: .many
    case 16, 88: .sixteen
    case 8...: .eight
    default: .mono
    }
  }

  /// The theme to begin with: `NO_COLOR` (https://no-color.org) asks for none, unless a theme is named.
  static func name(chosen: ThemeName?, noColor: String?) -> ThemeName {
    if let chosen { return chosen }
    return noColor.map { !$0.isEmpty } == true ? .mono : .auto
  }

  func look(of style: Style) -> Look {
    var look = Look(bold: style.bold, underline: style.underline, reverse: style.reverse)
    if let heat = style.heat {
      look.pair = pair(of: heat)
      return look
    }
    let recedes = (style.role == .dim || style.role == .border) && !style.selected
    let stands = style.role == .accent || style.role == .bad
    switch (depth, name) {
    case (.mono, _):
      look.dim = recedes
      if stands { look.bold = true }
      if style.selected { look.reverse.toggle() }
    case (.many, _):
      look.pair = colors(of: style.role, selected: style.selected)
      if name == .highContrast, stands { look.bold = true }
    case (_, .highContrast):
      look.pair = Self.contrasting(style.role)
      look.bold = look.bold || style.role != .plain && style.role != .dim
      // Red on black is dark in many palettes.
      if style.role == .bad { look.reverse.toggle() }
      if style.selected {
        look.pair = Pair(foreground: 7, background: 0)
        look.reverse = !style.reverse
      }
    default:
      look.pair.foreground = fewColors(style.role)
      // Dim is an attribute here: there is no grey that reads on every background.
      look.dim = recedes
      if style.selected {
        look.pair.foreground = -1
        look.reverse.toggle()
      }
    }
    return look
  }
}
