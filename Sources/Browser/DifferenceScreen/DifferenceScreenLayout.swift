import Canvas

/// Where everything stands on the screen of a difference of a given size; drawing and the mouse both go by it.
struct DifferenceScreenLayout: Sendable {
  typealias Pane = DifferenceScreen.Pane

  let mode: ScreenLayout.Mode
  let header: Rect
  let finder: Rect
  /// nil where panes stand side by side.
  private(set) var pageBar: PageBar<Pane>?
  /// Frames with their borders; for pages, the bare area.
  private(set) var frames: [Pane: Rect] = [:]
  private(set) var insides: [Pane: Rect] = [:]
  /// The rows of the list, without its column titles.
  private(set) var listRows: Rect?

  /// What the frame at the right needs at least for checksums that can be told apart.
  private static let narrowest = 32

  init(_ screen: DifferenceScreen, _ surroundings: Surroundings) {
    let area = surroundings.area
    header = area.row(0)
    finder = area.row(1)
    let wide = ScreenLayout.wideFrom
    mode = area.width >= wide.width && surroundings.height >= wide.height ? .wide : .pages
    var main = area.splitTop(2).rest
    if mode == .pages {
      let parts = main.splitTop(1)
      pageBar = PageBar(Pane.allCases, row: parts.top)
      main = parts.rest
      frames[screen.focus] = main
      insides[screen.focus] = screen.focus == .list ? main : main.inset(columns: 1, rows: 0)
    } else if screen.isZoomed {
      place(screen.focus, main)
    } else {
      let halves = main.splitRight(
        Divider.columnsBeside(
          width: main.width, standard: max(Self.narrowest, main.width * 2 / 5), share: surroundings.divider))
      place(.list, halves.rest)
      let lines = screen.changeLines(width: halves.right.width - 4, surroundings.glyphs).count
      let parts = halves.right.splitTop(min(lines + 2, max(6, main.height * 2 / 5)))
      place(.changes, parts.top)
      place(.histogram, parts.rest)
    }
    if let inside = insides[.list] { listRows = inside.splitTop(1).rest }
  }

  private mutating func place(_ pane: Pane, _ frame: Rect) {
    frames[pane] = frame
    insides[pane] = pane == .list ? frame.inset(by: 1) : frame.inset(columns: 2, rows: 1)
  }

  func pane(at event: MouseEvent) -> Pane? {
    frames.first { $0.value.contains(x: event.x, y: event.y) }?.key
  }

  /// The list's frame, while something stands beside it.
  var dividedList: Rect? { mode == .wide && frames.count > 1 ? frames[.list] : nil }
}
