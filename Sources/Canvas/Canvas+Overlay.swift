extension Canvas {
  /// Draws two histograms over each other, and tells apart what one has alone, what the other has alone, and what both
  /// have.
  ///
  /// Where there are colours enough each part has its own (`HeatColor.Scale.compared`), and both tops are drawn in
  /// eighths of a cell. Else shades stand for them, in whole cells where a cell can't say more.
  /// - Parameters:
  ///   - heights: of the one in front, between 0 and 1, as in `bars(heights:in:style:)`.
  ///   - behind: of the one behind, by the same scale.
  public mutating func bars(heights: [Double], behind: [Double], in rect: Rect) {
    guard !rect.isEmpty else { return }
    func levels(_ heights: [Double]) -> [Int] {
      let levels = BarLevel.resampled(heights, columns: rect.width)
        .map { BarLevel.eighths(of: $0, cells: rect.height) }
      return levels + Array(repeating: 0, count: max(0, rect.width - levels.count))
    }
    for (column, pair) in zip(levels(heights), levels(behind)).prefix(rect.width).enumerated() {
      for row in 0..<rect.height {
        let cell = OverlayCell(front: pair.0, behind: pair.1, row: row)
        guard let sign = glyphs.paintsOverlay ? cell.painted(glyphs) : cell.shaded(glyphs) else { continue }
        put(sign.text, x: rect.x + column, y: rect.maxY - 1 - row, style: sign.style)
      }
    }
  }
}

/// What belongs to one of two histograms over each other, or to both.
public enum OverlayPart: Sendable, CaseIterable {
  case front, both, behind
}

extension Glyphs {
  /// Whether parts differ by colour alone, in eighths of a cell.
  var paintsOverlay: Bool { paintsHeat && !isASCII }

  /// A cell that is full of one part: what a legend shows.
  public func sign(of part: OverlayPart) -> Span {
    if paintsOverlay { return Span(rising[8], Style(of: part)) }
    return switch part {
    case .front: Span(rising[8], Style.accent.bolded)
    case .both: Span(both, .accent)
    case .behind: Span(behind, .dim)
    }
  }
}

extension Style {
  /// The colour of a part where there are enough of them.
  init(of part: OverlayPart, on paper: OverlayPart? = nil) {
    self.init(heat: Heat(ink: .compared(part), paper: paper.map(HeatColor.compared)))
  }
}

/// One cell of two bars over each other, in eighths of its height.
private struct OverlayCell {
  /// As high as this both reach.
  let both: Int
  /// As high as this one of them does.
  let top: Int
  /// Which of them.
  let higher: OverlayPart
  /// Whether the bars stand in it.
  let isLowest: Bool

  /// - Parameters:
  ///   - front: height of the whole bar.
  ///   - row: counted from the bottom.
  init(front: Int, behind: Int, row: Int) {
    func part(_ level: Int) -> Int { min(8, max(0, level - 8 * row)) }
    both = part(min(front, behind))
    top = part(max(front, behind))
    higher = front > behind ? .front : .behind
    isLowest = row == 0
  }

  /// A cell has two colours, and both tops may lie in it: then the part that is least is given to its neighbour.
  func painted(_ glyphs: Glyphs) -> Span? {
    if top == 0 { return nil }
    let wrong = (both: both, higher: top - both, empty: 8 - top)
    if wrong.empty <= wrong.both, wrong.empty <= wrong.higher, both > 0 {
      return both == 8
        ? Span(glyphs.rising[8], Style(of: .both)) : Span(glyphs.rising[both], Style(of: .both, on: higher))
    }
    return Span(glyphs.rising[top], Style(of: wrong.higher <= wrong.both ? .both : higher))
  }

  /// Full of what fills most of it; at the top of the one in front in eighths, and at that of the other where the cell
  /// is half full at least, as its shade has no eighths.
  func shaded(_ glyphs: Glyphs) -> Span? {
    if top == 8 { return glyphs.sign(of: both >= 4 ? .both : higher) }
    if top == 0 { return nil }
    switch higher {
    case .behind where top >= 4 && top - both > both: return glyphs.sign(of: .behind)
    case .behind where both > 0: return Span(glyphs.rising[both], .accent)
    // Of what there is little, as much must stay as shows that it is there.
    case .behind: return isLowest ? Span(glyphs.rising[top], .dim) : nil
    default: return Span(glyphs.rising[top], both > 0 ? .accent : Style.accent.bolded)
    }
  }
}
