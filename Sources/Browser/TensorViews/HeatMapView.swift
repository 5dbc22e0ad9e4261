import Canvas
import Inspection
import Tensors

/// A heat map of a slice of a tensor: where one is in it, how near, and the last picture that was computed.
///
/// It asks for nothing itself. After every change, whoever owns it calls `follow(in:glyphs:)` and has what that
/// returns computed by `Inspector.heatMap`; `take` accepts the answers to the newest request alone. Until they are
/// there the earlier picture is shown, moved and stretched.
package struct HeatMapView: Sendable, Equatable {
  package let dtype: DType
  var cursor: SliceCursor
  package private(set) var measure = HeatMeasure.mean
  /// How often the picture of the whole has been zoomed into.
  package private(set) var zoom = 0
  package private(set) var map: HeatMap?
  package private(set) var problem: String?
  /// A better picture is under way.
  package private(set) var isLoading = false
  private var wanted: HeatMapRequest?
  private(set) var scale: HeatScale?
  /// The picture whose values `scale` was made for.
  private var scaled: HeatMapRequest?

  /// - Throws: `TensorError` where there can be no such tensor.
  package init(dtype: DType, shape: [Int]) throws(TensorError) {
    self.dtype = dtype
    cursor = SliceCursor(slice: try TensorSlice(shape: shape))
  }

  package var slice: TensorSlice { cursor.slice }
  /// Where the cursor is.
  package var position: SlicePosition { cursor.position }

  /// Goes where another view of the same tensor is.
  package mutating func go(to position: SlicePosition, of slice: TensorSlice, in rect: Rect, glyphs: Glyphs) {
    guard slice.shape == self.slice.shape else { return }
    cursor.slice = slice
    cursor.position = position
    settle(in: rect, glyphs: glyphs)
  }

  /// Goes to an index as typed: `12,34`.
  /// - Returns: what is wrong with it; nil where the cursor is there now.
  package mutating func go(to text: String, in rect: Rect, glyphs: Glyphs) -> String? {
    let problem = cursor.go(to: text)
    settle(in: rect, glyphs: glyphs)
    return problem
  }

  // MARK: - What is computed

  /// What is to be computed now; nil where that is there or on its way.
  package mutating func follow(in rect: Rect, glyphs: Glyphs) -> HeatMapRequest? {
    settle(in: rect, glyphs: glyphs)
    let request = geometry(in: rect, glyphs: glyphs).request(slice, origin: cursor.origin)
    guard request != wanted, request.height > 0 else { return nil }
    wanted = request
    isLoading = true
    problem = nil
    return request
  }

  /// Takes a picture; those of an earlier request are dropped.
  package mutating func take(
    _ outcome: Outcome<HeatMap>, for request: HeatMapRequest, isFinal: Bool
  ) {
    guard request == wanted else { return }
    switch outcome {
    case .success(let map):
      self.map = map
      // While one only scrolls, a value keeps its colour.
      if scale == nil || scaled == request || scaled?.hasCells(likeThoseOf: request) != true { rescale() }
      problem = nil
    case .failure(let text): problem = text
    }
    if isFinal { isLoading = false }
  }

  private mutating func rescale() {
    scale = map.flatMap { HeatScale($0, measure) }
    scaled = map?.request
  }

  /// What was asked for is computed no more: the next `follow` asks again.
  package mutating func forget() {
    wanted = nil
    isLoading = false
  }

  // MARK: - Commands

  /// Why a command can't be carried out; nil where it can.
  package func whyDisabled(_ command: TensorViewCommand, in rect: Rect, glyphs: Glyphs) -> String? {
    if let reason = cursor.whyDisabled(command) { return reason }
    switch command {
    case .zoomIn:
      return geometry(in: rect, glyphs: glyphs).isNearest ? "values are not shown any larger" : nil
    case .zoomOut, .fit: return zoom == 0 ? "all of it is seen" : nil
    default: return nil
    }
  }

  /// Carries out a command, as far as it can be.
  package mutating func perform(_ command: TensorViewCommand, in rect: Rect, glyphs: Glyphs) {
    guard whyDisabled(command, in: rect, glyphs: glyphs) == nil else { return }
    let geometry = geometry(in: rect, glyphs: glyphs)
    let (rows, columns) = (geometry.rows, geometry.columns)
    switch command {
    case .up: moveRow(to: rows.aligned(position.row) - 1, rows)
    case .down: moveRow(to: rows.aligned(position.row) + rows.valuesPerCell, rows)
    case .left: moveColumn(to: columns.aligned(position.column) - 1, columns)
    case .right: moveColumn(to: columns.aligned(position.column) + columns.valuesPerCell, columns)
    case .pageUp, .pageDown: page(command == .pageDown ? 1 : -1, \.row, rows.values(in: geometry.cellsHigh))
    case .pageLeft, .pageRight:
      page(command == .pageRight ? 1 : -1, \.column, columns.values(in: geometry.cellsWide))
    case .top: moveRow(to: 0, rows)
    case .bottom: moveRow(to: slice.rowCount - 1, rows)
    case .lineStart: moveColumn(to: 0, columns)
    case .lineEnd: moveColumn(to: slice.columnCount - 1, columns)
    case .zoomIn: setZoom(zoom + 1, in: rect, glyphs)
    case .zoomOut: setZoom(zoom - 1, in: rect, glyphs)
    case .fit: setZoom(0, in: rect, glyphs)
    case .measure:
      measure = measure == .mean ? .largest : .mean
      rescale()
    case .rearrange:
      zoom = 0
      _ = cursor.changeSlice(command)
    case .nextSlice, .previousSlice: _ = cursor.changeSlice(command)
    }
    settle(in: rect, glyphs: glyphs)
  }

  private mutating func moveRow(to row: Int, _ scale: AxisScale) {
    cursor.position.row = scale.aligned(min(max(0, row), slice.rowCount - 1))
  }

  private mutating func moveColumn(to column: Int, _ scale: AxisScale) {
    cursor.position.column = scale.aligned(min(max(0, column), slice.columnCount - 1))
  }

  /// Cursor and window go together.
  private mutating func page(_ direction: Int, _ axis: WritableKeyPath<SlicePosition, Int>, _ visible: Int) {
    // Less than Int.max in any picture of a real tensor; an empty one has no pages.
    let step = direction * min(visible, Int.max / 4)
    cursor.position[keyPath: axis] += step
    cursor.origin[keyPath: axis] += step
  }

  /// The cursor keeps its place on the screen.
  private mutating func setZoom(_ zoom: Int, in rect: Rect, _ glyphs: Glyphs) {
    let before = geometry(in: rect, glyphs: glyphs)
    let row = before.rows.cell(of: position.row - cursor.origin.row)
    let column = before.columns.cell(of: position.column - cursor.origin.column)
    self.zoom = zoom
    let after = geometry(in: rect, glyphs: glyphs)
    cursor.origin.row = position.row - after.rows.value(in: row)
    cursor.origin.column = position.column - after.columns.value(in: column)
  }

  /// Brings cursor and window back into the slice, and the cursor into the window.
  private mutating func settle(in rect: Rect, glyphs: Glyphs) {
    while zoom > 0, zoomedTooFar(in: rect, glyphs) { zoom -= 1 }
    let geometry = geometry(in: rect, glyphs: glyphs)
    cursor.position.row = min(max(0, position.row), max(0, slice.rowCount - 1))
    cursor.position.column = min(
      max(0, position.column), max(0, slice.columnCount(inRow: position.row) - 1))
    cursor.origin.row = geometry.rows.showing(
      position.row, origin: cursor.origin.row, count: slice.rowCount, cells: geometry.cellsHigh)
    cursor.origin.column = geometry.columns.showing(
      position.column, origin: cursor.origin.column, count: slice.columnCount, cells: geometry.cellsWide)
  }

  /// A window that has become larger may show all of it before all the zooming is done.
  private func zoomedTooFar(in rect: Rect, _ glyphs: Glyphs) -> Bool {
    let here = geometry(in: rect, glyphs: glyphs, zoom: zoom)
    return here == geometry(in: rect, glyphs: glyphs, zoom: zoom - 1)
  }

  package func geometry(in rect: Rect, glyphs: Glyphs) -> HeatMapGeometry {
    geometry(in: rect, glyphs: glyphs, zoom: zoom)
  }

  private func geometry(in rect: Rect, glyphs: Glyphs, zoom: Int) -> HeatMapGeometry {
    HeatMapGeometry(slice, rect: rect, glyphs: glyphs, zoom: zoom)
  }
}

extension HeatMapRequest {
  /// Whether a value is shown at the same scale, in the same slice.
  fileprivate func hasCells(likeThoseOf other: HeatMapRequest) -> Bool {
    slice == other.slice && rowsPerCell == other.rowsPerCell && columnsPerCell == other.columnsPerCell
  }
}
