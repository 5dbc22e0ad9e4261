import Canvas

/// Where everything stands on a histogram's screen of a given size; drawing and the mouse both go by it.
struct HistogramScreenLayout: Sendable {
  let mode: ScreenLayout.Mode
  let header: Rect
  /// With its border; for pages, the bare area.
  let frame: Rect
  /// The line that has name and scale; empty where the frame has them.
  let title: Rect
  /// Bars and axes.
  let plot: Rect
  /// What the bar at the cursor holds.
  let reading: Rect
  /// What is known of all values.
  let summary: Rect

  /// Bars come before the last of the facts.
  private static let fewestBars = 6
  /// From here on two histograms are read in a line each.
  private static let readsEachFrom = 13

  init(_ screen: HistogramScreen, _ surroundings: Surroundings) {
    let area = surroundings.area
    header = area.row(0)
    let wide = ScreenLayout.wideFrom
    mode = area.width >= wide.width && surroundings.height >= wide.height ? .wide : .pages
    frame = area.splitTop(1).rest
    let inside: Rect
    if mode == .wide {
      title = frame.row(frame.height)
      inside = frame.inset(columns: 2, rows: 1)
    } else {
      title = frame.row(0).inset(columns: 1, rows: 0)
      inside = frame.splitTop(1).rest.inset(columns: 1, rows: 0)
    }
    let readingRows =
      (screen.companionProblem == nil ? 0 : 1)
      + (!screen.isCompared ? 1 : inside.height >= Self.readsEachFrom ? 3 : 2)
    let lines = screen.summaryLines(width: inside.width, surroundings.glyphs).count
    // Two rows are the axis.
    let room = inside.height - readingRows - 2 - Self.fewestBars
    let parts = inside.splitBottom(min(lines, max(0, room)))
    summary = parts.bottom
    let upper = parts.rest.splitBottom(readingRows)
    reading = upper.bottom
    plot = upper.rest
  }
}
