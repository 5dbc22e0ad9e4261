extension Canvas {
  /// Draws a frame with a title and facts in its upper border: `╭─ Slots ──── 3 of 32 ╮`.
  ///
  /// Where both do not fit the facts are left out; where the title alone does not, it is cut in the middle.
  public mutating func box(_ rect: Rect, title: String = "", facts: String = "", focused: Bool = false) {
    guard rect.width >= 2, rect.height >= 2 else { return }
    border(
      rect.row(0), left: glyphs.topLeft, right: glyphs.topRight, title: title, facts: facts, focused: focused)
    border(
      rect.row(rect.height - 1), left: glyphs.bottomLeft, right: glyphs.bottomRight, title: "", facts: "",
      focused: false)
    for y in (rect.y + 1)..<(rect.maxY - 1) {
      put(glyphs.vertical, x: rect.x, y: y, style: .border)
      put(glyphs.vertical, x: rect.maxX - 1, y: y, style: .border)
    }
  }

  /// Draws a line across a frame, with a title and facts as in `box`: `├─ Config ────┤`.
  /// - Parameter rect: the frame.
  public mutating func divider(
    _ rect: Rect, y: Int, title: String = "", facts: String = "", focused: Bool = false
  ) {
    border(
      Rect(x: rect.x, y: y, width: rect.width, height: 1), left: glyphs.teeLeft, right: glyphs.teeRight,
      title: title, facts: facts, focused: focused)
  }

  /// Draws a line without corners, with a title and facts as in `box`: `── Slots ────`.
  public mutating func rule(
    x: Int, y: Int, width: Int, title: String = "", facts: String = "", focused: Bool = false
  ) {
    border(
      Rect(x: x, y: y, width: width, height: 1), left: glyphs.horizontal, right: glyphs.horizontal,
      title: title, facts: facts, focused: focused)
  }

  private mutating func border(
    _ row: Rect, left: String, right: String, title: String, facts: String, focused: Bool
  ) {
    guard row.width >= 2, row.height == 1 else { return }
    let inside = row.width - 2
    put(
      left + String(repeating: glyphs.horizontal, count: inside) + right, x: row.x, y: row.y, style: .border)
    // "─ title " and " facts ", with a piece of line between them.
    let title = VisibleText.middleCut(title, width: inside - 3, ellipsis: glyphs.ellipsis)
    let titleWidth = title.isEmpty ? 0 : TextWidth.of(title) + 3
    if !title.isEmpty {
      put(" \(title) ", x: row.x + 2, y: row.y, style: focused ? .focusedTitle : .title)
      put(" ", x: row.x + 2, y: row.y, style: .border)
      put(" ", x: row.x + titleWidth, y: row.y, style: .border)
    }
    let factsWidth = TextWidth.of(VisibleText.sanitize(facts, limit: inside))
    if factsWidth > 0, titleWidth + 1 + factsWidth + 2 <= inside {
      put(" ", x: row.maxX - 3 - factsWidth, y: row.y, style: .border)
      put(facts, x: row.maxX - 2 - factsWidth, y: row.y, style: .dim)
      put(" ", x: row.maxX - 2, y: row.y, style: .border)
    }
  }

  /// Marks on a frame's right side which part of a long list is seen; nothing where all of it is.
  /// - Parameters:
  ///   - column: the border, one column wide, as high as the list.
  ///   - first: index of the first row seen.
  ///   - count: rows that the list has.
  public mutating func scrollThumb(in column: Rect, first: Int, count: Int) {
    guard count > column.height, column.height > 0 else { return }
    let thumb = max(1, column.height * column.height / count)
    let travel = column.height - thumb
    let last = count - column.height
    var top = min(max(0, first), last) * travel / last
    // The ends are shown only when they are reached.
    if first > 0, top == 0, travel > 1 { top = 1 }
    if first < last, top == travel, travel > 1 { top = travel - 1 }
    for y in 0..<thumb {
      put(glyphs.isASCII ? "#" : "┃", x: column.x, y: column.y + top + y, style: .dim)
    }
  }
}
