/// A value written under an axis.
public struct AxisLabel: Sendable, Hashable {
  /// Between 0, the left end, and 1, the right end.
  public var position: Double
  public var text: String

  public init(_ text: String, at position: Double) {
    self.position = position
    self.text = text
  }
}

extension Canvas {
  /// Draws an axis, `└────┘`, and below it values: each centred on its place as far as the ends allow.
  /// - Parameters:
  ///   - labels: the most important first; one that would touch an earlier one is left out.
  ///   - rect: two rows; where it has one, the values are left out.
  public mutating func axis(_ labels: [AxisLabel], in rect: Rect, style: Style = .dim) {
    guard rect.width >= 2, rect.height >= 1 else { return }
    let line = String(repeating: glyphs.horizontal, count: rect.width - 2)
    put(glyphs.axisLeft + line + glyphs.axisRight, x: rect.x, y: rect.y, style: .border)
    guard rect.height >= 2 else { return }
    var taken: [Range<Int>] = []
    for label in labels where label.position.isFinite {
      let width = TextWidth.of(label.text)
      guard width > 0, width <= rect.width else { continue }
      let place = Int((min(1, max(0, label.position)) * Double(rect.width - 1)).rounded())
      let start = min(max(0, place - width / 2), rect.width - width)
      let span = start..<(start + width)
      if taken.contains(where: { $0.lowerBound <= span.upperBound && span.lowerBound <= $0.upperBound }) {
        continue
      }
      taken.append(span)
      put(label.text, x: rect.x + start, y: rect.y + 1, style: style)
    }
  }
}
