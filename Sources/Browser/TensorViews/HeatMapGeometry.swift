import Canvas
import Inspection

/// Where the parts of a heat map stand, and how many values its cells have.
package struct HeatMapGeometry: Sendable, Equatable {
  /// The picture.
  let plot: Rect
  /// The colours and their values; empty where there is no room.
  let legend: Rect
  /// What is under the cursor; empty where there is no room.
  let readout: Rect
  /// Cells of the picture that stand in one cell of the screen, one above the other.
  let cellsPerLine: Int
  let rows: AxisScale
  let columns: AxisScale

  /// What small pictures are enlarged to when all of them is seen: no larger blocks than this.
  private static let largestBlock = 8

  init(_ slice: TensorSlice, rect: Rect, glyphs: Glyphs, zoom: Int) {
    cellsPerLine = glyphs.paintsHeat && !glyphs.isASCII ? 2 : 1
    let lines = rect.height >= 8 ? 2 : rect.height >= 4 ? 1 : 0
    let (plot, below) = rect.splitBottom(lines)
    self.plot = plot
    (legend, readout) = below.splitTop(1)
    let high = plot.height * cellsPerLine
    var rows = AxisScale(fitting: slice.rowCount, in: high, largest: Self.largestBlock)
    var columns = AxisScale(fitting: slice.columnCount, in: plot.width, largest: Self.largestBlock * 2)
    if rows.valuesPerCell == 1, columns.valuesPerCell == 1 {
      // A value is as wide as it is high; a line is about as high as two columns are wide.
      let side = 3 - cellsPerLine
      let block = min(rows.cellsPerValue, max(1, columns.cellsPerValue / side), Self.largestBlock)
      rows = AxisScale(cellsPerValue: block)
      columns = AxisScale(cellsPerValue: min(columns.cellsPerValue, block * side))
    }
    for _ in 0..<max(0, zoom) {
      rows = rows.zoomedIn
      columns = columns.zoomedIn
    }
    self.rows = rows
    self.columns = columns
  }

  /// Cells of the picture, one above the other and side by side.
  var cellsHigh: Int { plot.height * cellsPerLine }
  var cellsWide: Int { plot.width }

  /// Whether values are not shown any larger.
  var isNearest: Bool { rows.zoomedIn == rows && columns.zoomedIn == columns }

  func request(_ slice: TensorSlice, origin: SlicePosition) -> HeatMapRequest {
    func window(_ scale: AxisScale, _ origin: Int, _ count: Int, _ cells: Int) -> Range<Int> {
      guard cells > 0, origin < count else { return 0..<0 }
      // One more where a value is larger than a cell and its last one is cut off.
      let visible = scale.cellsPerValue > 1 ? (cells - 1) / scale.cellsPerValue + 1 : scale.values(in: cells)
      return origin..<origin + min(visible, count - origin)
    }
    return HeatMapRequest(
      slice, rows: window(rows, origin.row, slice.rowCount, cellsHigh),
      columns: window(columns, origin.column, slice.columnCount, cellsWide),
      rowsPerCell: rows.valuesPerCell, columnsPerCell: columns.valuesPerCell)
  }

  /// The value that stands in a cell of the picture.
  func value(row: Int, column: Int, origin: SlicePosition) -> SlicePosition {
    SlicePosition(
      row: origin.row + rows.value(in: row), column: origin.column + columns.value(in: column))
  }

  /// `48 × 45` values in a cell, or cells for a value.
  func cellText(times: String) -> String {
    if rows.valuesPerCell == 1, columns.valuesPerCell == 1 { return "one cell = one value" }
    return "one cell = \(rows.valuesPerCell) \(times) \(columns.valuesPerCell)"
  }
}
