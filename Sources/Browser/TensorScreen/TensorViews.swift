import Canvas
import Tensors

/// Map and values of the selected tensor.
struct TensorViews: Sendable {
  /// Its place in the tensor table.
  let tensor: Int
  /// Of the slot's weights.
  let checksum: String
  var map: HeatMapView
  var values: ValuesView

  /// - Returns: nil where there can be no such tensor.
  init?(_ info: TensorInfo, _ tensor: Int, checksum: String) {
    guard let map = try? HeatMapView(dtype: info.dtype, shape: info.shape),
      let values = try? ValuesView(dtype: info.dtype, shape: info.shape)
    else { return nil }
    (self.map, self.values) = (map, values)
    self.tensor = tensor
    self.checksum = checksum
  }
}

extension TensorViewCommand {
  /// What a key asks of a view in focus; nil where it means the same everywhere on the screen.
  init?(_ command: Command) {
    switch command {
    case .up: self = .up
    case .down: self = .down
    case .left: self = .left
    case .right: self = .right
    case .pageUp: self = .pageUp
    case .pageDown: self = .pageDown
    case .panLeft: self = .pageLeft
    case .panRight: self = .pageRight
    case .first: self = .top
    case .last: self = .bottom
    case .lineStart: self = .lineStart
    case .lineEnd: self = .lineEnd
    case .zoomIn: self = .zoomIn
    case .zoomOut: self = .zoomOut
    case .range: self = .fit
    case .nextSlice: self = .nextSlice
    case .previousSlice: self = .previousSlice
    case .rearrange: self = .rearrange
    case .measure: self = .measure
    default: return nil
    }
  }
}

extension TensorScreen {
  /// Why a view can't do something; nil where it can.
  func whyDisabled(_ command: TensorViewCommand, in pane: Pane, _ surroundings: Surroundings) -> String? {
    guard let views else { return "no tensor is selected" }
    guard let rect = TensorScreenLayout(self, surroundings).insides[pane] else {
      return showsValues(surroundings)
    }
    return pane == .map
      ? views.map.whyDisabled(command, in: rect, glyphs: surroundings.glyphs)
      : views.values.whyDisabled(command)
  }

  /// How to come to see the values.
  func showsValues(_ surroundings: Surroundings) -> String {
    "\(surroundings.key(.map, in: scope)) or \(surroundings.key(.values, in: scope)) shows the values"
  }

  mutating func perform(_ command: TensorViewCommand, in pane: Pane, _ surroundings: Surroundings) {
    guard let rect = TensorScreenLayout(self, surroundings).insides[pane] else { return }
    if pane == .map {
      views?.map.perform(command, in: rect, glyphs: surroundings.glyphs)
    } else {
      views?.values.perform(command, in: rect)
    }
  }

  /// Gives a pane the focus; the view that comes into it goes to where the other one is.
  mutating func focus(on pane: Pane, _ surroundings: Surroundings) {
    focus = pane
    guard pane != .list else { return }
    side = pane
    guard pane.isView else { return }
    let wasOther = lower != pane
    lower = pane
    guard wasOther, let views, let rect = TensorScreenLayout(self, surroundings).insides[pane] else { return }
    if pane == .map {
      self.views?.map.go(
        to: views.values.position, of: views.values.slice, in: rect, glyphs: surroundings.glyphs)
    } else {
      self.views?.values.go(to: views.map.position, of: views.map.slice, in: rect)
    }
  }

  /// Goes to the index as it was typed.
  mutating func goToIndex(_ surroundings: Surroundings) -> ScreenReply {
    guard let text = index?.string else { return .none }
    if !focus.isView { focus(on: lower, surroundings) }
    guard let rect = TensorScreenLayout(self, surroundings).insides[focus] else { return .none }
    let problem =
      focus == .map
      ? views?.map.go(to: text, in: rect, glyphs: surroundings.glyphs) : views?.values.go(to: text, in: rect)
    if let problem { return ScreenReply(notice: Notice(text: problem, isError: true)) }
    index = nil
    return .none
  }

  /// The cell of a picture, or the value of a table, that was clicked.
  mutating func point(at event: MouseEvent, in pane: Pane, _ surroundings: Surroundings) {
    guard let views, let rect = TensorScreenLayout(self, surroundings).insides[pane] else { return }
    if pane == .map {
      let geometry = views.map.geometry(in: rect, glyphs: surroundings.glyphs)
      guard geometry.plot.contains(x: event.x, y: event.y) else { return }
      let place = geometry.value(
        row: (event.y - geometry.plot.y) * geometry.cellsPerLine, column: event.x - geometry.plot.x,
        origin: views.map.cursor.origin)
      self.views?.map.go(to: place, of: views.map.slice, in: rect, glyphs: surroundings.glyphs)
    } else {
      let geometry = views.values.geometry(in: rect)
      let x = event.x - geometry.table.x - geometry.labelWidth
      guard geometry.table.contains(x: event.x, y: event.y), x >= 0 else { return }
      let origin = views.values.cursor.origin
      self.views?.values.go(
        to: SlicePosition(
          row: origin.row + event.y - geometry.table.y, column: origin.column + x / geometry.columnWidth),
        of: views.values.slice, in: rect)
    }
  }
}
