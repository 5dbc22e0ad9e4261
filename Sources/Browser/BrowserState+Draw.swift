import Canvas
import Inspection

/// What is shown: a picture, and where the cursor stands in it.
package struct Frame: Sendable, Equatable {
  package var canvas: Canvas
  package var cursor: CursorPosition?
}

extension BrowserState {
  /// The screen as it is now.
  package func draw() -> Frame {
    var canvas = Canvas(width: width, height: height, glyphs: glyphs)
    let layout = layout
    if layout.mode == .tooSmall {
      let smallest = ScreenLayout.smallest
      canvas.put(
        "needs \(smallest.width)\(glyphs.times)\(smallest.height), has \(width)\(glyphs.times)\(height)",
        x: 0, y: 0)
      return Frame(canvas: canvas)
    }
    var cursor: CursorPosition?
    if let screen = screens.last {
      cursor = screen.draw(into: &canvas, surroundings)
    } else {
      drawHeader(into: &canvas, row: layout.header)
      cursor = drawTabs(into: &canvas, row: layout.tabs)
      pageBar?.draw(focus: focus, name: pageName, into: &canvas)
      drawPanes(into: &canvas, layout)
      if let line = layout.jobsLine { jobs.drawLine(into: &canvas, rect: line) }
    }
    drawFooter(into: &canvas, row: layout.footer)
    for dialog in dialogs { cursor = draw(dialog, into: &canvas) }
    return Frame(canvas: canvas, cursor: cursor)
  }

  // MARK: Panes

  private func drawPanes(into canvas: inout Canvas, _ layout: ScreenLayout) {
    for pane in PaneID.allCases {
      guard let frame = layout.frames[pane], let inside = layout.inside(pane) else { continue }
      if layout.mode == .wide { drawFrame(of: pane, frame, layout, into: &canvas) }
      switch pane {
      case .slots: drawSlots(into: &canvas, inside, frame, layout)
      case .info:
        let lines = infoLines(width: inside.width)
        draw(lines, scroll: infoScroll, into: &canvas, inside, layout)
      case .config:
        let lines = ConfigPane(config: inspected.details?.config).lines(width: inside.width, glyphs: glyphs)
        draw(lines, scroll: configScroll, into: &canvas, inside, layout)
      case .weights: drawWeights(into: &canvas, inside)
      case .jobs:
        jobs.draw(
          into: &canvas, inside: inside, isFocused: focus == .jobs,
          frameRight: layout.mode == .wide ? frame.maxX - 1 : nil)
      }
    }
  }

  /// A frame of its own, or, right of the list, a part of the frame that three panes share.
  private func drawFrame(of pane: PaneID, _ frame: Rect, _ layout: ScreenLayout, into canvas: inout Canvas) {
    let isFocused = focus == pane && dialogs.isEmpty
    let shares = !isZoomed && (pane == .info || pane == .config || pane == .weights)
    if !shares {
      canvas.box(frame, title: title(of: pane), facts: facts(of: pane), focused: isFocused)
    } else if pane == .info, let last = layout.frames[.weights] {
      let whole = Rect(x: frame.x, y: frame.y, width: frame.width, height: last.maxY - frame.y)
      canvas.box(whole, title: title(of: pane), facts: facts(of: pane), focused: isFocused)
    } else {
      canvas.divider(frame, y: frame.y, title: title(of: pane), facts: facts(of: pane), focused: isFocused)
    }
  }

  func title(of pane: PaneID) -> String {
    pane == .info ? infoPane?.title ?? pane.rawValue : pane.rawValue
  }

  func facts(of pane: PaneID) -> String {
    switch pane {
    case .slots: slotFacts
    case .info: infoPane?.facts ?? ""
    case .config: ""
    case .weights: weightFacts
    case .jobs: jobs.facts(glyphs)
    }
  }

  private var slotFacts: String {
    guard let total = list.total, total > 0 else { return list.isLoading ? "loading" : "" }
    if list.isChanging || list.selected == nil { return "loading" }
    return
      "\(Format.grouped(list.selection + 1)) of \(list.isCounting ? glyphs.ellipsis : Format.grouped(total))"
  }

  /// `linear · exact · 99.8 %`.
  var weightFacts: String {
    guard list.selected != nil else { return "" }
    return HistogramScaleText.text(
      weights, inspected.statistics, isCounting: inspected.isCounting, glyphs: glyphs)
  }

  private func drawSlots(into canvas: inout Canvas, _ inside: Rect, _ frame: Rect, _ layout: ScreenLayout) {
    let right = layout.mode == .wide ? Rect(x: frame.maxX - 1, y: frame.y, width: 1, height: 1) : nil
    slotsPane.draw(into: &canvas, inside: inside, hasTitles: layout.hasColumnTitles, frameRight: right)
  }

  var slotsPane: SlotsPane {
    let typeWidth =
      types.prefix(32).map { TextWidth.of(VisibleText.sanitize($0.modelType, limit: 16)) }.max() ?? 4
    return SlotsPane(
      list: list, marks: marks, isFocused: focus == .slots, now: now, typeWidth: typeWidth,
      columns: columns, emptyText: emptyText)
  }

  private var emptyText: [String] {
    if !list.query.search.isEmpty {
      return [
        "No slot matches '\(list.query.search)'.",
        "\(key(.close, in: filter == nil ? .panes : .filter)) shows all.",
      ]
    }
    if let type = list.query.modelType {
      return ["No slot of type \(Format.modelType(type)).", "\(key(.nextType)) shows the next type."]
    }
    return store.readOnlyReason == nil
      ? ["The store is empty.", "\(key(.build)) builds a slot.", "\(key(.importFile)) imports a model file."]
      : ["The store is empty."]
  }

  private var infoPane: InfoPane? {
    list.selected.map {
      InfoPane(
        slot: $0, details: inspected.slotID == $0.slotID ? inspected.details : nil,
        problem: inspected.slotID == $0.slotID ? inspected.detailsProblem : nil,
        verification: jobs.verification(of: $0.slotID), now: now,
        isWhole: isZoomed || layout.mode == .pages)
    }
  }

  func infoLines(width: Int) -> [[Span]] { infoPane?.lines(width: width, glyphs: glyphs) ?? [] }

  private func draw(
    _ lines: [[Span]], scroll: ScrollPosition, into canvas: inout Canvas, _ inside: Rect,
    _ layout: ScreenLayout
  ) {
    let top = scroll.clamped(count: lines.count, visible: inside.height)
    for (row, line) in lines.dropFirst(top).prefix(inside.height).enumerated() {
      canvas.put(line, x: inside.x, y: inside.y + row, maxWidth: inside.width)
    }
    let column = layout.mode == .wide ? inside.maxX + 1 : inside.maxX
    canvas.scrollThumb(
      in: Rect(x: column, y: inside.y, width: 1, height: inside.height), first: top, count: lines.count)
  }

  private func drawWeights(into canvas: inout Canvas, _ inside: Rect) {
    guard list.selected != nil else { return }
    var rect = inside
    if layout.mode == .pages {
      canvas.putRight(weightFacts, end: inside.maxX, y: inside.y, style: .dim)
      rect = inside.splitTop(1).rest
    }
    if let problem = inspected.statisticsProblem {
      for (row, line) in WrappedText.lines(problem, width: rect.width).prefix(rect.height).enumerated() {
        canvas.put(line, x: rect.x, y: rect.y + row, style: .bad)
      }
    } else if let statistics = inspected.statistics {
      HistogramPlot(statistics: statistics, isLog: weights.isLog, note: inspected.note)
        .draw(into: &canvas, rect: rect)
    }
  }
}
