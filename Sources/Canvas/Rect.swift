/// A rectangle of cells. The size is never negative.
public struct Rect: Sendable, Hashable {
  public var x: Int
  public var y: Int
  public private(set) var width: Int
  public private(set) var height: Int

  public init(x: Int, y: Int, width: Int, height: Int) {
    self.x = x
    self.y = y
    self.width = max(0, width)
    self.height = max(0, height)
  }

  /// The first column to the right.
  public var maxX: Int { x + width }
  /// The first row below.
  public var maxY: Int { y + height }
  public var isEmpty: Bool { width == 0 || height == 0 }

  public func contains(x column: Int, y row: Int) -> Bool {
    column >= x && column < maxX && row >= y && row < maxY
  }

  /// Smaller by `columns` left and right and `rows` at top and bottom.
  public func inset(columns: Int, rows: Int) -> Rect {
    Rect(x: x + columns, y: y + rows, width: width - 2 * columns, height: height - 2 * rows)
  }

  /// Smaller by `amount` on every side: the inside of a box.
  public func inset(by amount: Int = 1) -> Rect { inset(columns: amount, rows: amount) }

  /// One row of the rectangle; empty if there is no such row.
  public func row(_ index: Int) -> Rect {
    Rect(x: x, y: y + index, width: width, height: index >= 0 && index < height ? 1 : 0)
  }

  public func intersection(_ other: Rect) -> Rect {
    let left = max(x, other.x)
    let top = max(y, other.y)
    return Rect(
      x: left, y: top, width: min(maxX, other.maxX) - left, height: min(maxY, other.maxY) - top)
  }

  /// The first `rows` rows, and what remains below.
  public func splitTop(_ rows: Int) -> (top: Rect, rest: Rect) {
    let rows = min(max(0, rows), height)
    return (
      Rect(x: x, y: y, width: width, height: rows),
      Rect(x: x, y: y + rows, width: width, height: height - rows)
    )
  }

  /// The last `rows` rows, and what remains above.
  public func splitBottom(_ rows: Int) -> (rest: Rect, bottom: Rect) {
    let (rest, bottom) = splitTop(height - min(max(0, rows), height))
    return (rest, bottom)
  }

  /// The first `columns` columns, and what remains to the right.
  public func splitLeft(_ columns: Int) -> (left: Rect, rest: Rect) {
    let columns = min(max(0, columns), width)
    return (
      Rect(x: x, y: y, width: columns, height: height),
      Rect(x: x + columns, y: y, width: width - columns, height: height)
    )
  }

  /// The last `columns` columns, and what remains to the left.
  public func splitRight(_ columns: Int) -> (rest: Rect, right: Rect) {
    let (rest, right) = splitLeft(width - min(max(0, columns), width))
    return (rest, right)
  }

  /// A rectangle of that size, or smaller where it does not fit, in the middle of this one.
  public func centered(width wanted: Int, height wantedHeight: Int) -> Rect {
    let width = min(wanted, self.width)
    let height = min(wantedHeight, self.height)
    return Rect(
      x: x + (self.width - width) / 2, y: y + (self.height - height) / 2, width: width, height: height)
  }
}
