import Canvas

extension Theme {
  /// Colours of the roles, of xterm's 256.
  struct RoleColors: Sendable {
    var plain, dim, accent, good, warning, bad, border: Int16

    subscript(role: Role) -> Int16 {
      switch role {
      case .plain: plain
      case .dim: dim
      case .accent: accent
      case .good: good
      case .warning: warning
      case .bad: bad
      case .border: border
      }
    }
  }

  /// What a theme is made of where there are 256 colours.
  struct Palette: Sendable {
    /// Behind all that is not selected; -1 for the terminal's own.
    var background: Int16 = -1
    var roles: RoleColors
    var selection: Int16
    var selected: RoleColors
    /// Of two histograms over each other: front alone, both, behind alone. Blue and orange for every kind of eye; what
    /// both have is nearer to the front's.
    var compared: [Int16]
  }

  /// The middle ones of the 256, with a contrast of 4.4 or more both to black and to white; there is no such red.
  private static let auto = Palette(
    roles: RoleColors(plain: -1, dim: 243, accent: 63, good: 28, warning: 130, bad: 196, border: 244),
    selection: 25, selected: onBlue, compared: [33, 60, 166])

  private static let dark = Palette(
    roles: RoleColors(plain: -1, dim: 248, accent: 75, good: 77, warning: 178, bad: 203, border: 244),
    selection: 25, selected: onBlue, compared: [117, 67, 208])

  private static let light = Palette(
    roles: RoleColors(plain: -1, dim: 240, accent: 25, good: 22, warning: 94, bad: 124, border: 244),
    selection: 189,
    selected: RoleColors(plain: 16, dim: 238, accent: 18, good: 22, warning: 58, bad: 88, border: 238),
    compared: [19, 68, 166])

  private static let highContrast = Palette(
    background: 16,
    roles: RoleColors(plain: 231, dim: 252, accent: 51, good: 46, warning: 226, bad: 210, border: 250),
    selection: 231,
    selected: RoleColors(plain: 16, dim: 238, accent: 18, good: 22, warning: 54, bad: 88, border: 238),
    compared: [51, 32, 214])

  /// On colour 25, a dark blue.
  private static let onBlue = RoleColors(
    plain: 231, dim: 254, accent: 231, good: 157, warning: 222, bad: 224, border: 254)

  /// Of the 256 colours; those of mono are never asked for.
  var palette: Palette {
    switch name {
    case .auto, .mono: Self.auto
    case .dark: Self.dark
    case .light: Self.light
    case .highContrast: Self.highContrast
    }
  }

  func colors(of role: Role, selected: Bool) -> Pair {
    selected
      ? Pair(foreground: palette.selected[role], background: palette.selection)
      : Pair(foreground: palette.roles[role], background: palette.background)
  }

  /// Of eight colours or sixteen, which look as their user has chosen: signs say the same as they do.
  func fewColors(_ role: Role) -> Int16 {
    switch (role, name) {
    case (.plain, _), (.dim, _), (.border, _): -1
    // Bright ones are readable on dark; where there are none, the others are.
    case (.accent, .dark): depth == .sixteen ? 14 : 6
    case (.good, .dark): depth == .sixteen ? 10 : 2
    case (.warning, .dark): depth == .sixteen ? 11 : 3
    case (.bad, .dark): depth == .sixteen ? 9 : 1
    // Green and yellow are too bright on white in most palettes.
    case (.accent, .light): 4
    case (.good, .light): -1
    case (.warning, .light): 5
    // Magenta is the one of the eight, beside the states' red, that reads on black and on white, in bold as well.
    case (.accent, _): 5
    case (.good, _): 2
    case (.warning, _): 3
    case (.bad, _): 1
    }
  }

  /// Of eight colours or sixteen, on black.
  static func contrasting(_ role: Role) -> Pair {
    let foreground: Int16 =
      switch role {
      case .plain, .dim, .border, .bad: 7
      case .accent: 6
      case .good: 2
      case .warning: 3
      }
    return Pair(foreground: foreground, background: 0)
  }
}
