/// A grid of styled cells that a screen is drawn into; a value, without a terminal.
///
/// Whatever lies outside is clipped, so drawing never fails, however small the grid is.
public struct Canvas: Sendable, Equatable {
  /// Columns.
  public let width: Int
  /// Rows.
  public let height: Int
  /// What borders, bars and signs are drawn with.
  public let glyphs: Glyphs
  /// Row by row.
  public private(set) var cells: [Cell]

  public init(width: Int, height: Int, glyphs: Glyphs = .unicode) {
    self.width = max(0, width)
    self.height = max(0, height)
    self.glyphs = glyphs
    cells = Array(repeating: .blank(.plain), count: self.width * self.height)
  }

  /// All of it.
  public var bounds: Rect { Rect(x: 0, y: 0, width: width, height: height) }

  /// The cell in that column and row; a blank one outside.
  public subscript(x: Int, y: Int) -> Cell {
    guard bounds.contains(x: x, y: y) else { return .blank(.plain) }
    return cells[y * width + x]
  }

  /// The cells of one row.
  public func row(_ y: Int) -> ArraySlice<Cell> { cells[y * width..<(y + 1) * width] }

  /// What it shows: its rows joined by newlines, without spaces at their ends.
  public var text: String {
    (0..<height).map { y in
      var line = row(y).map(\.text).joined()
      while line.last == " " { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }

  /// Writes one unit of text; the caller has made sure that it lies inside.
  mutating func set(_ content: CellText, width unitWidth: Int, x: Int, y: Int, style: Style) {
    let index = y * width + x
    detach(x: x, y: y)
    if unitWidth == 2 {
      detach(x: x + 1, y: y)
      cells[index + 1] = .continuation(style)
    }
    cells[index] = Cell(content: content, style: style, width: Int8(unitWidth))
  }

  /// Blanks the other half of a wide character that is about to lose one.
  private mutating func detach(x: Int, y: Int) {
    let index = y * width + x
    switch cells[index].width {
    case 0 where x > 0: cells[index - 1] = .blank(cells[index - 1].style)
    case 2 where x + 1 < width: cells[index + 1] = .blank(cells[index + 1].style)
    default: break
    }
  }

  /// Blanks a rectangle.
  public mutating func fill(_ rect: Rect, style: Style = .plain) {
    let rect = rect.intersection(bounds)
    for y in rect.y..<rect.maxY {
      for x in rect.x..<rect.maxX { set(.space, width: 1, x: x, y: y, style: style) }
    }
  }

  /// Changes the style of what is already drawn in a rectangle.
  public mutating func restyle(_ rect: Rect, _ change: (Style) -> Style) {
    let rect = rect.intersection(bounds)
    for y in rect.y..<rect.maxY {
      for x in rect.x..<rect.maxX {
        let index = y * width + x
        cells[index].style = change(cells[index].style)
      }
    }
  }

  /// Draws the rows of a rectangle as lying in the selection; roles keep their colours.
  public mutating func select(_ rect: Rect) { restyle(rect, \.onSelection) }
}
