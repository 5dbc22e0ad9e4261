/// A picture wanted of a slice: a window of it, cut into cells of equal size.
public struct HeatMapRequest: Sendable, Hashable {
  public let slice: TensorSlice
  /// The window, cut to what the slice has.
  public let rows: Range<Int>
  public let columns: Range<Int>
  /// Rows and columns of values in a cell; the last cells of a window may have fewer.
  public let rowsPerCell: Int
  public let columnsPerCell: Int

  /// The most cells in a row or a column; a window that would have more gets larger cells.
  public static let maximumExtent = 1024

  public init(
    _ slice: TensorSlice, rows: Range<Int>, columns: Range<Int>, rowsPerCell: Int, columnsPerCell: Int
  ) {
    self.slice = slice
    self.rows = rows.clamped(to: 0..<slice.rowCount)
    self.columns = columns.clamped(to: 0..<slice.columnCount)
    self.rowsPerCell = max(1, rowsPerCell, Self.perCell(self.rows.count, cells: Self.maximumExtent))
    self.columnsPerCell = max(1, columnsPerCell, Self.perCell(self.columns.count, cells: Self.maximumExtent))
  }

  /// The whole slice in at most that many cells.
  public init(_ slice: TensorSlice, height: Int, width: Int) {
    self.init(
      slice, rows: 0..<slice.rowCount, columns: 0..<slice.columnCount,
      rowsPerCell: Self.perCell(slice.rowCount, cells: height),
      columnsPerCell: Self.perCell(slice.columnCount, cells: width))
  }

  /// Values in a cell where `count` of them are to be shown in at most `cells` cells; at least 1.
  public static func perCell(_ count: Int, cells: Int) -> Int {
    count > 0 ? (count - 1) / max(1, cells) + 1 : 1
  }

  /// Rows of cells.
  public var height: Int { rows.isEmpty || columns.isEmpty ? 0 : (rows.count - 1) / rowsPerCell + 1 }
  /// Columns of cells.
  public var width: Int { rows.isEmpty || columns.isEmpty ? 0 : (columns.count - 1) / columnsPerCell + 1 }
}

/// A slice of a tensor, seen from so far that many values lie in a cell.
public struct HeatMap: Sendable, Equatable {
  /// What is known of the values in a cell.
  public struct Cell: Sendable, Equatable {
    /// Of the finite values; NaN where there are none.
    public var mean: Double
    /// The largest magnitude of the finite values; 0 where there are none.
    public var largest: Double
    public var marks: Marks

    public init(mean: Double, largest: Double, marks: Marks = []) {
      self.mean = mean
      self.largest = largest
      self.marks = marks
    }
  }

  /// What else lies in a cell.
  public struct Marks: OptionSet, Sendable, Hashable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let nan = Marks(rawValue: 1)
    public static let positiveInfinity = Marks(rawValue: 2)
    public static let negativeInfinity = Marks(rawValue: 4)
    /// No value at all: beyond the end of a wrapped vector.
    public static let nothing = Marks(rawValue: 8)
  }

  public let request: HeatMapRequest
  /// Row by row, `request.height` × `request.width`.
  public let cells: [Cell]
  /// Whether not every value was looked at: means are then estimates, and a value that stands out may be missed.
  public let isSampled: Bool

  public init(request: HeatMapRequest, cells: [Cell], isSampled: Bool) {
    self.request = request
    self.cells = cells
    self.isSampled = isSampled
  }

  public subscript(row: Int, column: Int) -> Cell { cells[row * request.width + column] }
}
