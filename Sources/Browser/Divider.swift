import Canvas

/// The line between a list and what stands beside it, moved by the mouse or by keys.
///
/// What is kept is the list's share of the width, so that it means the same in a window of another size.
enum Divider {
  /// Columns that either side keeps.
  static let narrowest = (list: 26, beside: 32)
  /// Columns that a list gets while nobody has moved the divider: what is beyond them helps histograms more than it
  /// helps names, and numbers stay near these.
  static let widestList = 132
  /// Columns that a key moves it by.
  static let step = 2

  /// - Parameters:
  ///   - standard: columns beside the list while nobody has moved the divider; more where the list has enough.
  ///   - share: the list's, where somebody has.
  static func columnsBeside(width: Int, standard: Int, share: Double?) -> Int {
    guard let share else { return max(standard, width - widestList) }
    let list = Int((share * Double(width)).rounded())
    return width - max(min(list, width - narrowest.beside), narrowest.list)
  }
}

/// Where the dividers stand, as the list's share of the width; nil where nobody has moved them.
package struct Dividers: Sendable, Equatable {
  package var panes: Double?
  /// Of all screens over the panes.
  package var screens: Double?
}

extension BrowserState {
  /// The list's frame on the screen in view, while something stands beside it.
  var dividedList: Rect? {
    if let screen = screens.last { return screen.listFrame(surroundings) }
    let layout = layout
    return layout.mode == .wide && layout.frames[.info] != nil ? layout.frames[.slots] : nil
  }

  /// Gives the list another share, as far as both sides keep what they need.
  private mutating func divide(at columns: Int) {
    let widest = width - Divider.narrowest.beside
    let share = Double(max(min(columns, widest), Divider.narrowest.list)) / Double(width)
    if screens.isEmpty { dividers.panes = share } else { dividers.screens = share }
  }

  mutating func moveDivider(by columns: Int) {
    if let list = dividedList { divide(at: list.width + columns) }
  }

  /// The borders of both sides can be taken hold of.
  /// - Returns: whether the event was for the divider.
  mutating func drag(_ event: MouseEvent) -> Bool {
    switch event.kind {
    case .click:
      guard let list = dividedList, (list.maxX - 1...list.maxX).contains(event.x),
        (list.y..<list.maxY).contains(event.y)
      else {
        isDraggingDivider = false
        return false
      }
      isDraggingDivider = true
      return true
    case .drag:
      if isDraggingDivider, dividedList != nil { divide(at: event.x + 1) }
      return true
    case .release:
      isDraggingDivider = false
      return true
    case .doubleClick: return isDraggingDivider
    case .wheelUp, .wheelDown: return false
    }
  }
}
