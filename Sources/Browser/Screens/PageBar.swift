import Canvas

/// The line that names the panes of a narrow screen, which are seen one at a time:
/// `── Tensors  Histogram ───────────── conv1.weight ──`.
struct PageBar<Pane: RawRepresentable & Hashable & Sendable>: Sendable where Pane.RawValue == String {
  let row: Rect
  private let pages: [(pane: Pane, columns: Range<Int>)]

  init(_ panes: [Pane], row: Rect) {
    self.row = row
    var x = row.x + 3
    pages = panes.map { pane in
      let columns = x..<x + pane.rawValue.count
      x = columns.upperBound + (row.width < 44 ? 1 : 2)
      return (pane, columns)
    }
  }

  func pane(at event: MouseEvent) -> Pane? {
    guard row.contains(x: event.x, y: event.y) else { return nil }
    return pages.first { $0.columns.contains(event.x) }?.pane
  }

  /// - Parameter name: of what the pane in focus shows, where the others do not; nil where there is nothing to name.
  func draw(focus: Pane, name: String?, into canvas: inout Canvas) {
    canvas.rule(x: row.x, y: row.y, width: row.width)
    guard let first = pages.first, let last = pages.last else { return }
    canvas.fill(
      Rect(
        x: first.columns.lowerBound - 1, y: row.y,
        width: last.columns.upperBound - first.columns.lowerBound + 2, height: 1))
    for page in pages {
      canvas.put(
        page.pane.rawValue, x: page.columns.lowerBound, y: row.y,
        style: page.pane == focus ? Style.focusedTitle.underlined : .dim)
    }
    let room = row.maxX - last.columns.upperBound - 6
    guard let name, room >= 6 else { return }
    let cut = VisibleText.middleCut(name, width: room, ellipsis: canvas.glyphs.ellipsis)
    canvas.putRight(" \(cut) ", end: row.maxX - 2, y: row.y, style: .strong)
  }
}
