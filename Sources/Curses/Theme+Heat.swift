import Canvas

extension Theme {
  /// The colours of a picture of values. With eight colours the ink tells the sign alone, the shades how much; mono
  /// has the shades.
  func pair(of heat: Heat) -> Pair {
    switch depth {
    case .many:
      guard let paper = heat.paper else {
        return Pair(foreground: heat.ink.map(Self.colors) ?? -1, background: -1)
      }
      return Pair(
        foreground: heat.ink.map(Self.colors) ?? (Self.isBright(paper) ? 16 : 231),
        background: Self.colors(paper))
    case .eight:
      guard let ink = heat.ink, ink.scale == .diverging, ink.step != 0 else {
        return Pair(foreground: -1, background: -1)
      }
      return Pair(foreground: ink.step < 0 ? 4 : 3, background: -1)
    case .mono: return Pair(foreground: -1, background: -1)
    }
  }

  /// Of xterm's 256, chosen so that both sides of zero grow brighter alike (lightness in Oklab 0.23, then 0.28 to
  /// 0.95 and 0.30 to 0.97).
  private static let below: [Int16] = [18, 20, 25, 32, 39, 81, 159]
  private static let above: [Int16] = [52, 88, 130, 166, 208, 221, 228]
  private static let zero: Int16 = 234
  private static let sequence: [Int16] = [53, 54, 61, 31, 37, 78, 149, 191, 228]

  private static func colors(_ color: HeatColor) -> Int16 {
    switch color.scale {
    case .sequential: sequence[min(max(0, color.step), sequence.count - 1)]
    case .diverging where color.step < 0: below[min(-color.step, below.count) - 1]
    case .diverging where color.step > 0: above[min(color.step, above.count) - 1]
    case .diverging: zero
    }
  }

  private static func isBright(_ color: HeatColor) -> Bool {
    color.scale == .sequential ? color.step >= 4 : abs(color.step) >= 5
  }
}
