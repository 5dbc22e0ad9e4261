import Canvas

extension Theme {
  /// The colours of a picture of values. With eight or sixteen colours the ink tells the sign alone, the shades how much;
  /// mono has the shades.
  func pair(of heat: Heat) -> Pair {
    switch depth {
    case .many:
      guard let paper = heat.paper.map(color) else {
        return Pair(foreground: heat.ink.map(color) ?? palette.roles.plain, background: palette.background)
      }
      return Pair(foreground: heat.ink.map(color) ?? Self.ink(on: paper), background: paper)
    case .eight, .sixteen:
      let background: Int16 = name == .highContrast ? 0 : -1
      guard let ink = heat.ink, ink.scale == .diverging, ink.step != 0 else {
        return Pair(foreground: name == .highContrast ? 7 : -1, background: background)
      }
      return Pair(foreground: ink.step < 0 ? negativeInk : positiveInk, background: background)
    case .mono: return Pair(foreground: -1, background: -1)
    }
  }

  /// Blue and yellow are told apart by everybody, but on white the one is hardly seen, and on black the other.
  private var negativeInk: Int16 { name == .highContrast ? 6 : name == .dark && depth == .sixteen ? 12 : 4 }
  private var positiveInk: Int16 { name == .light ? 1 : 3 }

  /// Black or white, whichever stands out more.
  private static func ink(on paper: Int16) -> Int16 {
    let paper = PaletteColor(paper)
    return paper.contrast(to: PaletteColor(16)) >= paper.contrast(to: PaletteColor(231)) ? 16 : 231
  }

  /// Colours of values, of xterm's 256.
  struct HeatPalette: Sendable {
    var zero: Int16
    /// From the nearest to zero on.
    var below, above: [Int16]
    var sequence: [Int16]
  }

  /// Both sides of zero grow brighter alike (lightness in Oklab 0.23, then 0.28 to 0.95 below and 0.30 to 0.97 above).
  static let onDark = HeatPalette(
    zero: 234, below: [18, 19, 25, 32, 39, 81, 159], above: [52, 88, 130, 166, 208, 221, 228],
    sequence: [53, 54, 61, 31, 37, 78, 149, 191, 228])

  /// Both sides of zero grow darker alike (0.95, then 0.86 to 0.28 below and 0.90 to 0.30 above).
  static let onLight = HeatPalette(
    zero: 255, below: [153, 147, 73, 67, 61, 20, 18], above: [222, 215, 208, 166, 130, 94, 52],
    sequence: [230, 192, 149, 78, 37, 31, 61, 54, 53])

  var heat: HeatPalette { name == .light ? Self.onLight : Self.onDark }

  private func color(_ color: HeatColor) -> Int16 {
    let heat = heat
    return switch color.scale {
    case .compared: palette.compared[min(max(0, color.step), palette.compared.count - 1)]
    case .sequential: heat.sequence[min(max(0, color.step), heat.sequence.count - 1)]
    case .diverging where color.step < 0: heat.below[min(-color.step, heat.below.count) - 1]
    case .diverging where color.step > 0: heat.above[min(color.step, heat.above.count) - 1]
    case .diverging: heat.zero
    }
  }
}
