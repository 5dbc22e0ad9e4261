extension Canvas {
  /// Draws text in one row, made visible and clipped.
  /// - Parameters:
  ///   - x: may lie outside on either side.
  ///   - maxWidth: the most columns to use. A wide character that would stand half outside is left out.
  /// - Returns: columns used, those clipped on the left included.
  @discardableResult
  public mutating func put(
    _ text: String, x: Int, y: Int, style: Style = .plain, maxWidth: Int? = nil
  ) -> Int {
    guard y >= 0, y < height, x < width else { return 0 }
    let room = min(width - x, max(0, maxWidth ?? Int.max))
    var used = 0
    VisibleText.forEachUnit(of: VisibleText.bounded(text, columns: room)) { unit in
      guard used + unit.width <= room else { return false }
      if x + used >= 0 { set(unit.content, width: unit.width, x: x + used, y: y, style: style) }
      used += unit.width
      return true
    }
    return used
  }

  /// Draws pieces of text one after the other.
  /// - Returns: columns used.
  @discardableResult
  public mutating func put(_ spans: [Span], x: Int, y: Int, maxWidth: Int? = nil) -> Int {
    let room = maxWidth ?? max(0, width - x)
    var used = 0
    for span in spans where used < room {
      used += put(span.text, x: x + used, y: y, style: span.style, maxWidth: room - used)
    }
    return used
  }

  /// Draws text that ends before column `end`, such as a number in a table. Text wider than `maxWidth` is cut in the
  /// middle.
  @discardableResult
  public mutating func putRight(
    _ text: String, end: Int, y: Int, style: Style = .plain, maxWidth: Int? = nil
  ) -> Int {
    let cut = VisibleText.middleCut(text, width: maxWidth ?? max(0, end), ellipsis: glyphs.ellipsis)
    return put(cut, x: end - TextWidth.of(cut), y: y, style: style)
  }

  /// Draws pieces of text that end before column `end`; left of column 0 they are clipped.
  @discardableResult
  public mutating func putRight(_ spans: [Span], end: Int, y: Int) -> Int {
    let total = spans.reduce(0) { $0 + TextWidth.of($1.text) }
    return put(spans, x: end - total, y: y)
  }

  /// Draws text in at most `width` columns, cut in the middle where it is longer.
  @discardableResult
  public mutating func putCut(_ text: String, x: Int, y: Int, width: Int, style: Style = .plain) -> Int {
    put(VisibleText.middleCut(text, width: width, ellipsis: glyphs.ellipsis), x: x, y: y, style: style)
  }
}
