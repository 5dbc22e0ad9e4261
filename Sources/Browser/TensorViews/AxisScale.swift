/// How many values lie in a cell of a heat map along one axis, or how many cells show one value.
struct AxisScale: Sendable, Hashable {
  /// At least 1.
  private(set) var valuesPerCell = 1
  /// At least 1, and more only where `valuesPerCell` is 1.
  private(set) var cellsPerValue = 1

  /// A value is shown no larger than this.
  static let largest = 32

  /// All of `count` values in `cells` cells.
  init(fitting count: Int, in cells: Int, largest: Int) {
    if count > max(1, cells) {
      valuesPerCell = (count - 1) / max(1, cells) + 1
    } else if count > 0 {
      cellsPerValue = min(largest, max(1, cells / count))
    }
  }

  init(cellsPerValue: Int) { self.cellsPerValue = max(1, cellsPerValue) }

  /// Half the values in a cell, or each in twice the cells.
  var zoomedIn: AxisScale {
    var scale = self
    if valuesPerCell > 1 {
      scale.valuesPerCell = (valuesPerCell + 1) / 2
    } else {
      scale.cellsPerValue = min(max(cellsPerValue, Self.largest), cellsPerValue * 2)
    }
    return scale
  }

  /// Values that begin in `cells` cells.
  func values(in cells: Int) -> Int {
    let (values, overflow) = cells.multipliedReportingOverflow(by: valuesPerCell)
    return overflow ? Int.max : max(1, values / cellsPerValue)
  }

  /// The first cell of a value, both counted from where a window begins.
  func cell(of value: Int) -> Int { value / valuesPerCell * cellsPerValue }

  /// The first value in a cell, both counted from where a window begins.
  func value(in cell: Int) -> Int { cell / cellsPerValue * valuesPerCell }

  /// The first of the values that share a cell with this one, where 0 begins a cell.
  func aligned(_ value: Int) -> Int { value / valuesPerCell * valuesPerCell }

  /// Where a window begins that shows as much of `count` values as `cells` cells can hold, near `origin`.
  func clamped(_ origin: Int, count: Int, cells: Int) -> Int {
    let visible = values(in: cells)
    guard count > visible else { return 0 }
    let last = aligned(count - visible + valuesPerCell - 1)
    return min(max(0, aligned(origin)), last)
  }

  /// The same, moved as little as shows `value`.
  func showing(_ value: Int, origin: Int, count: Int, cells: Int) -> Int {
    let visible = values(in: cells)
    var origin = origin
    if value < origin { origin = aligned(value) }
    if value - origin >= visible { origin = aligned(value) - visible + valuesPerCell }
    return clamped(origin, count: count, cells: cells)
  }
}
