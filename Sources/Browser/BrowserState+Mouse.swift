import Canvas

extension BrowserState {
  /// Clicks select and focus; the wheel scrolls what it is over.
  mutating func take(_ event: MouseEvent) -> [Effect] {
    let layout = layout
    guard layout.mode != .tooSmall else { return [] }
    if !dialogs.isEmpty { return pointInDialog(event) }
    if drag(event) { return [] }
    if !screens.isEmpty { return pointOnScreen(event) }
    switch event.kind {
    case .click: click(event, layout)
    case .doubleClick:
      notice = nil
      if layout.pane(x: event.x, y: event.y) == focus { return perform(.open) }
    case .wheelUp: wheel(-3, event, layout)
    case .wheelDown: wheel(3, event, layout)
    case .drag, .release: break
    }
    return []
  }

  private mutating func click(_ event: MouseEvent, _ layout: ScreenLayout) {
    notice = nil
    if layout.tabs.contains(x: event.x, y: event.y) {
      if let type = tab(atColumn: event.x) { changeQuery { $0.modelType = type.modelType } }
      return
    }
    if layout.mode == .pages, layout.pageBar.contains(x: event.x, y: event.y) {
      if let page = pageBar?.pane(at: event) { focus = page }
      return
    }
    guard let pane = layout.pane(x: event.x, y: event.y) else { return }
    if let rows = layout.slotRows, pane == .slots, rows.contains(x: event.x, y: event.y) {
      let row = list.top + event.y - rows.y
      if row < list.count { list.select(row: row) }
    }
    if let inside = layout.inside(.slots), pane == .slots, layout.hasColumnTitles, event.y == inside.y,
      let order = slotsPane.order(atColumn: event.x, inside: inside)
    {
      sort(by: order)
    }
    if let inside = layout.inside(.jobs), pane == .jobs, inside.contains(x: event.x, y: event.y) {
      jobs.select(row: jobs.firstRow(visible: inside.height) + event.y - inside.y)
    }
    focus = pane
  }

  private mutating func wheel(_ rows: Int, _ event: MouseEvent, _ layout: ScreenLayout) {
    switch layout.pane(x: event.x, y: event.y) {
    case .slots: list.scroll(by: rows)
    case .info: infoScroll.move(by: rows)
    case .config: configScroll.move(by: rows)
    case .jobs: jobs.move(by: rows.signum())
    case .weights, nil: break
    }
    clampScrolls()
  }
}
