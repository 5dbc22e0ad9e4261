import Canvas

/// Where everything stands on a tensor screen of a given size; drawing and the mouse both go by it.
struct TensorScreenLayout: Sendable {
  /// From this height on the histogram and a view of the values stand one below the other.
  static let bothFrom = 26

  let mode: ScreenLayout.Mode
  let header: Rect
  let finder: Rect
  /// nil where panes stand side by side.
  private(set) var pageBar: PageBar<TensorScreen.Pane>?
  /// Frames with their borders; for pages, the bare area.
  private(set) var frames: [TensorScreen.Pane: Rect] = [:]
  private(set) var insides: [TensorScreen.Pane: Rect] = [:]
  /// The rows of the list, without its column titles.
  private(set) var listRows: Rect?
  private(set) var columns: TensorColumns

  init(_ screen: TensorScreen, _ surroundings: Surroundings) {
    let area = surroundings.area
    header = area.row(0)
    finder = area.row(1)
    let wide = ScreenLayout.wideFrom
    mode = area.width >= wide.width && surroundings.height >= wide.height ? .wide : .pages
    var main = area.splitTop(2).rest
    columns = TensorColumns(width: 0, list: nil)
    if mode == .pages {
      let parts = main.splitTop(1)
      pageBar = PageBar(TensorScreen.Pane.allCases, row: parts.top)
      main = parts.rest
      frames[screen.focus] = main
      insides[screen.focus] = screen.focus == .list ? main : main.inset(columns: 1, rows: 0)
    } else if screen.isZoomed {
      place(screen.focus, main)
    } else {
      let halves = main.splitRight(
        Divider.columnsBeside(
          width: main.width, standard: max(32, main.width * 2 / 5), share: surroundings.divider))
      place(.list, halves.rest)
      if halves.right.height >= Self.bothFrom {
        let parts = halves.right.splitTop(max(13, halves.right.height * 12 / 25))
        place(.histogram, parts.top)
        place(screen.lower, parts.rest)
      } else {
        place(screen.side, halves.right)
      }
    }
    if let inside = insides[.list] {
      columns = TensorColumns(width: inside.width, list: screen.list)
      listRows = surroundings.height >= wide.height ? inside.splitTop(1).rest : inside
    }
  }

  private mutating func place(_ pane: TensorScreen.Pane, _ frame: Rect) {
    frames[pane] = frame
    insides[pane] = pane == .list ? frame.inset(by: 1) : frame.inset(columns: 2, rows: 1)
  }

  func pane(at event: MouseEvent) -> TensorScreen.Pane? {
    frames.first { $0.value.contains(x: event.x, y: event.y) }?.key
  }

  /// The list's frame, while something stands beside it.
  var dividedList: Rect? { mode == .wide && frames.count > 1 ? frames[.list] : nil }
}
