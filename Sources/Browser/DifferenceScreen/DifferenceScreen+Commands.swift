import Canvas

extension DifferenceScreen {
  package func whyDisabled(_ command: Command, _ surroundings: Surroundings) -> String? {
    switch command {
    case .histogram, .logScale: tensor == nil ? "no tensor is selected" : nil
    case .open where focus == .list: tensor == nil ? "no tensor is selected" : nil
    case .open: DifferenceScreenLayout(self, surroundings).mode == .pages ? ScreenLayout.isPage : nil
    default: nil
    }
  }

  package func offers(_ command: Command, _ surroundings: Surroundings) -> Bool {
    filter != nil || whyDisabled(command, surroundings) == nil
  }

  package mutating func perform(_ command: Command, _ surroundings: Surroundings) -> ScreenReply {
    if filter != nil { return performInFilter(command) }
    switch command {
    case .up, .down, .pageUp, .pageDown, .first, .last: move(command, surroundings)
    case .nextPane: focusPane(by: 1)
    case .previousPane: focusPane(by: -1)
    case .open: open(surroundings)
    case .close: return close()
    case .filter: filter = TextField(list?.search ?? "")
    case .nextOrder: changeOrder()
    case .reverseOrder: changeList { $0.sort(by: $0.order, reversed: !$0.isReversed) }
    case .showAll: changeList { $0.showAll(!$0.showsAll) }
    case .histogram: showWhole(.histogram, surroundings)
    case .logScale: isLog.toggle()
    default: break
    }
    return .none
  }

  // MARK: Moving

  private mutating func move(_ command: Command, _ surroundings: Surroundings) {
    guard focus == .changes else { return moveSelection(command) }
    guard let inside = DifferenceScreenLayout(self, surroundings).insides[.changes] else { return }
    let lines = changeLines(width: inside.width, surroundings.glyphs)
    changesScroll.move(command, count: lines.count, visible: inside.height)
  }

  private mutating func focusPane(by step: Int) {
    let panes = Pane.allCases
    let index = panes.firstIndex(of: focus) ?? 0
    focus = panes[(index + step + panes.count) % panes.count]
  }

  private mutating func open(_ surroundings: Surroundings) {
    if focus == .list { return showWhole(.histogram, surroundings) }
    isZoomed.toggle()
  }

  private mutating func close() -> ScreenReply {
    if isZoomed || focus != .list {
      isZoomed = false
      focus = .list
    } else if list?.search.isEmpty == false {
      changeList { $0.find("") }
    } else {
      return .close
    }
    return .none
  }

  /// A pane at full size, or back to the list where it is that already.
  private mutating func showWhole(_ pane: Pane, _ surroundings: Surroundings) {
    guard tensor != nil else { return }
    let isWhole = focus == pane && (isZoomed || DifferenceScreenLayout(self, surroundings).mode == .pages)
    focus = isWhole ? .list : pane
    isZoomed = !isWhole
  }

  // MARK: Finding

  mutating func changeOrder() {
    changeList { list in
      let orders = DifferenceOrder.allCases
      let index = orders.firstIndex(of: list.order) ?? 0
      list.sort(by: orders[(index + 1) % orders.count], reversed: false)
      list.select(row: 0)
    }
  }

  package mutating func type(_ key: Key, _ surroundings: Surroundings) -> ScreenReply {
    typeInFilter(key)
    return .none
  }

  // MARK: Mouse

  /// Clicks select and focus; the wheel scrolls what it is over.
  package mutating func take(_ event: MouseEvent, _ surroundings: Surroundings) -> ScreenReply {
    let layout = DifferenceScreenLayout(self, surroundings)
    let pane = layout.pane(at: event)
    switch event.kind {
    case .click:
      if let page = layout.pageBar?.pane(at: event) {
        focus = page
      } else if let pane {
        focus = pane
        if let rows = layout.listRows, pane == .list, rows.contains(x: event.x, y: event.y) {
          changeList { list in
            let row = list.top + event.y - rows.y
            if row < list.rows.count { list.select(row: row) }
          }
        }
      }
    case .doubleClick: if pane == focus { return perform(.open, surroundings) }
    case .wheelUp, .wheelDown:
      let rows = event.kind == .wheelUp ? -3 : 3
      if pane == .list { changeList { $0.scroll(by: rows) } }
      if pane == .changes, let inside = layout.insides[.changes] {
        changesScroll.move(by: rows)
        changesScroll.clamp(
          count: changeLines(width: inside.width, surroundings.glyphs).count, visible: inside.height)
      }
    case .drag, .release: break
    }
    return .none
  }
}
