/// A value written at an axis.
public struct AxisLabel: Sendable, Hashable {
  /// Between 0, the left or lower end, and 1, the right or upper end.
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
  ///   - hasTicks: whether the axis has a mark over each value.
  ///   - rect: two rows; where it has one, the values are left out.
  public mutating func axis(
    _ labels: [AxisLabel], hasTicks: Bool = false, in rect: Rect, style: Style = .dim
  ) {
    guard rect.width >= 2, rect.height >= 1 else { return }
    let line = String(repeating: glyphs.horizontal, count: rect.width - 2)
    put(glyphs.axisLeft + line + glyphs.axisRight, x: rect.x, y: rect.y, style: .border)
    guard rect.height >= 2 else { return }
    var taken: [Range<Int>] = []
    for label in labels where label.position.isFinite {
      guard let span = Self.span(of: label, width: rect.width) else { continue }
      if taken.contains(where: { $0.lowerBound <= span.upperBound && span.lowerBound <= $0.upperBound }) {
        continue
      }
      taken.append(span)
      put(label.text, x: rect.x + span.lowerBound, y: rect.y + 1, style: style)
      if hasTicks {
        put(
          glyphs.tickBelow, x: rect.x + Self.place(label.position, width: rect.width), y: rect.y,
          style: .border)
      }
    }
  }

  /// Whether all labels have room below an axis, with two columns between neighbours.
  /// - Parameter labels: from left to right.
  public static func axisHolds(_ labels: [AxisLabel], width: Int) -> Bool {
    var end = -2
    for label in labels {
      guard let span = span(of: label, width: width), span.lowerBound >= end + 2 else { return false }
      end = span.upperBound
    }
    return true
  }

  private static func place(_ position: Double, width: Int) -> Int {
    Int((min(1, max(0, position)) * Double(width - 1)).rounded())
  }

  private static func span(of label: AxisLabel, width: Int) -> Range<Int>? {
    let columns = TextWidth.of(label.text)
    guard columns > 0, columns <= width, label.position.isFinite else { return nil }
    let start = min(max(0, place(label.position, width: width) - columns / 2), width - columns)
    return start..<(start + columns)
  }

  /// Draws an axis left of bars: a line at the right edge of `rect`, marks on it, and values left of these.
  /// - Parameters:
  ///   - labels: one whose row is taken by an earlier one is left out; the one at 0 stands in the row below `rect`,
  ///     where the axis below the bars begins.
  ///   - rect: as high as the bars.
  public mutating func sideAxis(_ labels: [AxisLabel], in rect: Rect, style: Style = .dim) {
    guard rect.width >= 2, rect.height >= 1 else { return }
    for y in 0..<rect.height { put(glyphs.vertical, x: rect.maxX - 1, y: rect.y + y, style: .border) }
    var taken: Set<Int> = []
    for label in labels where label.position.isFinite && TextWidth.of(label.text) <= rect.width - 2 {
      // The row whose upper edge is nearest.
      let level = Int((min(1, max(0, label.position)) * Double(rect.height)).rounded())
      guard taken.insert(level).inserted else { continue }
      let y = rect.maxY - level
      putRight(label.text, end: rect.maxX - 2, y: y, style: style)
      if level > 0 { put(glyphs.tickLeft, x: rect.maxX - 1, y: y, style: .border) }
    }
  }
}
