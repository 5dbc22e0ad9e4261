extension Canvas {
  /// Draws vertical bars, in eighths of a cell.
  /// - Parameters:
  ///   - heights: between 0 and 1, from left to right. Where there are more of them than columns, a column shows the
  ///     highest of its own; where there are fewer, they are spread.
  ///   - rect: the bars stand on its last row.
  public mutating func bars(heights: [Double], in rect: Rect, style: Style = .accent) {
    guard !rect.isEmpty, !heights.isEmpty else { return }
    for (column, height) in BarLevel.resampled(heights, columns: rect.width).enumerated() {
      let level = BarLevel.eighths(of: height, cells: rect.height)
      for row in 0..<rect.height {
        let part = min(8, max(0, level - 8 * row))
        if part > 0 { put(glyphs.rising[part], x: rect.x + column, y: rect.maxY - 1 - row, style: style) }
      }
    }
  }

  /// Draws a horizontal bar in eighths of a cell, on a track.
  /// - Parameters:
  ///   - fraction: between 0 and 1; full only at 1.
  ///   - rect: the bar is one row high, in its first row.
  public mutating func progressBar(
    _ fraction: Double, in rect: Rect, style: Style = .accent, trackStyle: Style = .dim
  ) {
    guard !rect.isEmpty else { return }
    var level = fraction > 0 ? Int((min(1, fraction) * Double(8 * rect.width)).rounded(.down)) : 0
    if fraction < 1 { level = min(level, 8 * rect.width - 1) }
    for column in 0..<rect.width {
      let part = min(8, max(0, level - 8 * column))
      let glyph = glyphs.growing[part]
      let isTrack = glyph == " "
      put(isTrack ? glyphs.track : glyph, x: rect.x + column, y: rect.y, style: isTrack ? trackStyle : style)
    }
  }
}
