import Canvas

extension TensorScreen {
  /// Clicks select and focus, on the mark of a group they fold it; the wheel scrolls what it is over.
  package mutating func take(_ event: MouseEvent, _ surroundings: Surroundings) -> ScreenReply {
    let layout = TensorScreenLayout(self, surroundings)
    switch event.kind {
    case .click: click(event, layout, surroundings)
    case .doubleClick:
      if let rows = layout.listRows, rows.contains(x: event.x, y: event.y), row(at: event, rows) != nil {
        return perform(.open, surroundings)
      }
      if layout.pane(at: event) == focus, focus != .list { return perform(.open, surroundings) }
    case .wheelUp, .wheelDown: wheel(event.kind == .wheelUp ? -1 : 1, event, layout, surroundings)
    case .drag, .release: break
    }
    return .none
  }

  private mutating func click(
    _ event: MouseEvent, _ layout: TensorScreenLayout, _ surroundings: Surroundings
  ) {
    if let page = layout.pageBar?.pane(at: event) { return focus(on: page, surroundings) }
    guard let pane = layout.pane(at: event) else { return }
    focus(on: pane, surroundings)
    if pane.isView { point(at: event, in: pane, surroundings) }
    guard pane == .list, let rows = layout.listRows, let row = row(at: event, rows), let list else { return }
    let mark = rows.x + TensorColumns.markX(depth: list.rows[row].depth, nameWidth: layout.columns.nameWidth)
    changeList { list in
      list.select(row: row)
      if event.x == mark || event.x == mark + 1 { list.toggle() }
    }
  }

  private func row(at event: MouseEvent, _ rows: Rect) -> Int? {
    guard let list, rows.contains(x: event.x, y: event.y) else { return nil }
    let row = list.top + event.y - rows.y
    return row < list.rows.count ? row : nil
  }

  private mutating func wheel(
    _ direction: Int, _ event: MouseEvent, _ layout: TensorScreenLayout, _ surroundings: Surroundings
  ) {
    let pane = layout.pane(at: event)
    switch pane {
    case .list: changeList { $0.scroll(by: 3 * direction) }
    case .histogram: changeInspected { $0.scaleRange(by: direction < 0 ? 0.5 : 2) }
    case .map?, .values?:
      for _ in 0..<3 { perform(direction < 0 ? .up : .down, in: pane ?? .map, surroundings) }
    case nil: break
    }
  }
}
