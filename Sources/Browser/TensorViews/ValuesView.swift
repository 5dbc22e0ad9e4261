import Canvas
import Inspection
import Tensors

/// The values of a slice of a tensor as a table of numbers, with a cursor.
///
/// As with `HeatMapView`, whoever owns it calls `follow(in:)` after every change, has what that returns read by
/// `Inspector.values`, and gives the answer to `take`.
package struct ValuesView: Sendable, Equatable {
  package let dtype: DType
  var cursor: SliceCursor
  package private(set) var values: TensorValues?
  package private(set) var problem: String?
  private var wanted: ValuesRequest?

  /// - Throws: `TensorError` where there can be no such tensor.
  package init(dtype: DType, shape: [Int]) throws(TensorError) {
    self.dtype = dtype
    cursor = SliceCursor(slice: try TensorSlice(shape: shape))
  }

  package var slice: TensorSlice { cursor.slice }
  package var position: SlicePosition { cursor.position }

  /// Goes where another view of the same tensor is.
  package mutating func go(to position: SlicePosition, of slice: TensorSlice, in rect: Rect) {
    guard slice.shape == self.slice.shape else { return }
    cursor.slice = slice
    cursor.position = position
    settle(in: rect)
  }

  /// Goes to an index as typed: `12,34`.
  /// - Returns: what is wrong with it; nil where the cursor is there now.
  package mutating func go(to text: String, in rect: Rect) -> String? {
    let problem = cursor.go(to: text)
    settle(in: rect)
    return problem
  }

  // MARK: - What is read

  /// What is to be read now; nil where that is there or on its way.
  package mutating func follow(in rect: Rect) -> ValuesRequest? {
    settle(in: rect)
    let geometry = geometry(in: rect)
    func window(_ origin: Int, _ count: Int, _ total: Int) -> Range<Int> {
      origin..<min(total, origin + count)
    }
    let request = ValuesRequest(
      slice, rows: window(cursor.origin.row, geometry.rows, slice.rowCount),
      columns: window(cursor.origin.column, geometry.columns, slice.columnCount))
    guard request != wanted, !request.rows.isEmpty, !request.columns.isEmpty else { return nil }
    wanted = request
    problem = nil
    return request
  }

  /// Takes values; those of an earlier request are dropped.
  package mutating func take(_ outcome: Outcome<TensorValues>, for request: ValuesRequest) {
    guard request == wanted else { return }
    switch outcome {
    case .success(let values):
      self.values = values
      problem = nil
    case .failure(let text): problem = text
    }
  }

  /// What was asked for is read no more: the next `follow` asks again.
  package mutating func forget() { wanted = nil }

  // MARK: - Commands

  /// Why a command can't be carried out; nil where it can.
  package func whyDisabled(_ command: TensorViewCommand) -> String? {
    switch command {
    case .zoomIn, .zoomOut, .fit, .measure: "values are shown one by one"
    default: cursor.whyDisabled(command)
    }
  }

  /// Carries out a command, as far as it can be.
  package mutating func perform(_ command: TensorViewCommand, in rect: Rect) {
    guard whyDisabled(command) == nil else { return }
    let geometry = geometry(in: rect)
    switch command {
    case .up: cursor.position.row -= 1
    case .down: cursor.position.row += 1
    case .left: cursor.position.column -= 1
    case .right: cursor.position.column += 1
    case .pageUp: page(-geometry.rows, \.row)
    case .pageDown: page(geometry.rows, \.row)
    case .pageLeft: page(-geometry.columns, \.column)
    case .pageRight: page(geometry.columns, \.column)
    case .top: cursor.position.row = 0
    case .bottom: cursor.position.row = slice.rowCount - 1
    case .lineStart: cursor.position.column = 0
    case .lineEnd: cursor.position.column = slice.columnCount - 1
    default: _ = cursor.changeSlice(command)
    }
    settle(in: rect)
  }

  /// Cursor and window go together.
  private mutating func page(_ step: Int, _ axis: WritableKeyPath<SlicePosition, Int>) {
    cursor.position[keyPath: axis] += step
    cursor.origin[keyPath: axis] += step
  }

  /// Brings cursor and window back into the slice, and the cursor into the window.
  private mutating func settle(in rect: Rect) {
    let geometry = geometry(in: rect)
    cursor.position.row = min(max(0, position.row), max(0, slice.rowCount - 1))
    cursor.position.column = min(
      max(0, position.column), max(0, slice.columnCount(inRow: position.row) - 1))
    let scale = AxisScale(cellsPerValue: 1)
    cursor.origin.row = scale.showing(
      position.row, origin: cursor.origin.row, count: slice.rowCount, cells: geometry.rows)
    cursor.origin.column = scale.showing(
      position.column, origin: cursor.origin.column, count: slice.columnCount, cells: geometry.columns)
  }

  func geometry(in rect: Rect) -> ValuesGeometry { ValuesGeometry(slice, dtype, rect: rect) }
}

/// Where the parts of a table of values stand.
struct ValuesGeometry: Sendable, Equatable {
  /// Column numbers.
  let header: Rect
  let table: Rect
  /// The value under the cursor; empty where there is no room.
  let readout: Rect
  /// Columns of the screen that a row's number takes.
  let labelWidth: Int
  /// And that a value takes, with the space before it.
  let columnWidth: Int
  /// Rows and columns of values; at least one.
  let rows: Int
  let columns: Int

  init(_ slice: TensorSlice, _ dtype: DType, rect: Rect) {
    let (header, rest) = rect.splitTop(rect.height >= 3 ? 1 : 0)
    let (table, readout) = rest.splitBottom(rect.height >= 6 ? 1 : 0)
    (self.header, self.table, self.readout) = (header, table, readout)
    let last = slice.wrap == nil ? slice.rowCount - 1 : slice.elementCount - 1
    labelWidth = String(max(0, last)).count
    let lastColumn = String(max(0, slice.columnCount - 1)).count + (slice.wrap == nil ? 0 : 1)
    columnWidth = max(Self.width(of: dtype), lastColumn) + 2
    rows = max(1, table.height)
    columns = max(1, min(slice.columnCount, (table.width - labelWidth) / columnWidth))
  }

  /// The longest text of a value.
  private static func width(of dtype: DType) -> Int {
    switch dtype {
    case .bool: 5
    case .int8: 4
    case .uint8: 3
    case .int16: 6
    case .uint16: 5
    case .int32: 11
    case .uint32: 10
    case .int64, .uint64: 20
    case .complex64, .complex128: 22
    case .float64: 11
    default: 10
    }
  }
}
