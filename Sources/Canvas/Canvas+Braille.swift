extension Canvas {
  /// Dots of a cell beside and above each other.
  public static let dotsPerCell = (columns: 2, rows: 4)

  /// Draws a filled curve in dots, 2×4 to the cell.
  ///
  /// `behind` is drawn over it as a line, which is a gap where it runs through the filled part: the two are told apart
  /// without colours.
  /// - Parameters:
  ///   - heights: between 0 and 1, one for each column of dots, from left to right; whatever is above 0 has a dot.
  ///   - rect: the curve stands on its last row.
  public mutating func dots(
    heights: [Double], behind: [Double] = [], in rect: Rect, style: Style = .accent
  ) {
    guard !rect.isEmpty else { return }
    let lineStyle = glyphs.paintsOverlay ? Style(of: .behind) : .dim
    let size = (columns: rect.width * Self.dotsPerCell.columns, rows: rect.height * Self.dotsPerCell.rows)
    let levels = Self.levels(heights, size)
    let line = Self.line(Self.levels(behind, size))
    for row in 0..<rect.height {
      for column in 0..<rect.width {
        var bits: UInt8 = 0
        var isLine = false
        for x in 0..<Self.dotsPerCell.columns {
          let dot = column * Self.dotsPerCell.columns + x
          for y in 0..<Self.dotsPerCell.rows {
            let height = size.rows - 1 - (row * Self.dotsPerCell.rows + y)
            let isFilled = dot < levels.count && height < levels[dot]
            let isOnLine = dot < line.count && line[dot].contains(height)
            if isFilled != isOnLine { bits |= Self.bit(x, y) }
            if isOnLine { isLine = true }
          }
        }
        guard bits != 0, let scalar = Unicode.Scalar(0x2800 + UInt32(bits)) else { continue }
        put(String(scalar), x: rect.x + column, y: rect.y + row, style: isLine ? lineStyle : style)
      }
    }
  }

  /// Dots from the bottom, for each column of them.
  private static func levels(_ heights: [Double], _ size: (columns: Int, rows: Int)) -> [Int] {
    heights.prefix(size.columns).map {
      $0 > 0 ? max(1, Int((min(1, $0) * Double(size.rows)).rounded())) : 0
    }
  }

  /// The dots of a line along the tops, which goes on where neighbours differ by more than a dot.
  private static func line(_ levels: [Int]) -> [Range<Int>] {
    levels.indices.map { index in
      let top = levels[index]
      guard top > 0 else { return 0..<0 }
      let lower = [index - 1, index + 1].filter(levels.indices.contains).map { levels[$0] }.min() ?? top
      return min(top - 1, lower)..<top
    }
  }

  /// The bit of a dot, as Unicode numbers those of the Braille patterns: the lowest row came later.
  private static func bit(_ x: Int, _ y: Int) -> UInt8 {
    y == 3 ? (x == 0 ? 0x40 : 0x80) : 1 << UInt8(y + 3 * x)
  }
}
