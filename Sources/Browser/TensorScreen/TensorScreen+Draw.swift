import Canvas
import Inspection
import Tensors

extension TensorScreen {
  package func draw(into canvas: inout Canvas, _ surroundings: Surroundings) -> CursorPosition? {
    let layout = TensorScreenLayout(self, surroundings)
    drawHeader(into: &canvas, row: layout.header, surroundings)
    let cursor = drawFinder(into: &canvas, row: layout.finder, surroundings)
    layout.pageBar?.draw(focus: focus, name: focus == .list ? nil : selectedPath, into: &canvas)
    for pane in Pane.allCases {
      guard let frame = layout.frames[pane], let inside = layout.insides[pane] else { continue }
      if layout.mode == .wide {
        let isFocused = focus == pane && !surroundings.isCovered
        canvas.box(
          frame, title: title(of: pane, layout), facts: facts(of: pane, inside, canvas.glyphs),
          focused: isFocused)
      }
      switch pane {
      case .list: drawList(into: &canvas, inside, frame, layout, surroundings)
      case .histogram: drawHistogram(into: &canvas, inside, frame, layout)
      case .map, .values: drawView(pane, into: &canvas, inside, isFocused: focus == pane)
      }
    }
    return cursor
  }

  /// The name of what is shown stands over it once; a map below it has the word.
  private func title(of pane: Pane, _ layout: TensorScreenLayout) -> String {
    guard pane != .list, let path = selectedPath else { return pane.rawValue }
    if pane == .histogram { return path }
    return layout.frames[.histogram] == nil ? "\(pane.rawValue)  \(path)" : pane.rawValue
  }

  var selectedPath: String? {
    guard let list, let node = list.selected else { return nil }
    let path = list.tree.path(of: node)
    return path.isEmpty ? "(unnamed)" : path
  }

  private func facts(of pane: Pane, _ inside: Rect, _ glyphs: Glyphs) -> String {
    switch pane {
    case .map: views?.map.facts(in: inside, glyphs: glyphs) ?? ""
    case .values: views?.values.facts(glyphs: glyphs) ?? ""
    case .list: profiledFraction.map { "statistics \(Int($0 * 100)) %" } ?? ""
    case .histogram: tensor.map { "\($0.info.dtype.rawValue) \($0.info.shape)" } ?? ""
    }
  }

  // MARK: Lines above

  /// ` slotscope  ~/models › 7 gpt2      148 tensors · 124.4M · 497.8 MB · ✓ verified 2 m ago`.
  private func drawHeader(into canvas: inout Canvas, row: Rect, _ surroundings: Surroundings) {
    ScreenHeader.draw(
      "\(slot.slotID) \(slot.name)", facts: headerFacts(row.width, surroundings, canvas.glyphs), surroundings,
      into: &canvas, row: row)
  }

  private func headerFacts(_ width: Int, _ surroundings: Surroundings, _ glyphs: Glyphs) -> [Span] {
    var parts: [[Span]] = []
    if let list {
      let count = list.tensors.count
      parts.append([Span(width < 80 ? Format.grouped(count) : NumberText.counted(count, "tensor"))])
    }
    if width >= 80, let parameters = slot.parameters { parts.append([Span(Format.count(parameters))]) }
    parts.append([Span(Format.bytes(slot.sizeBytes))])
    // The name is worth more than the whole sentence.
    var state = width >= 100 ? slot.integrity.text : slot.integrity.rawValue
    if slot.integrity == .verified {
      state = "verified"
      if width >= 100, let moment = details?.verifiedAt.flatMap(AgeText.date) {
        state += " " + AgeText.phrase(since: moment, now: surroundings.now)
      }
    }
    let sign = Span(slot.integrity.sign(glyphs), slot.integrity.style)
    let separator = Span(" \(glyphs.separator) ", .dim)
    if width >= 80 {
      let words = Span(state, slot.integrity.isDamage ? .bad : .plain)
      // The sign of what was merely written looks like the separator before it.
      parts.append(slot.integrity == .written ? [words] : [sign, Span(" "), words])
    }
    return Array(parts.joined(separator: [separator])) + (width < 80 ? [Span("  "), sign] : [])
  }

  /// ` / filter      sort: file order                float32 148`.
  private func drawFinder(
    into canvas: inout Canvas, row: Rect, _ surroundings: Surroundings
  ) -> CursorPosition? {
    guard let list else { return nil }
    let glyphs = canvas.glyphs
    if let index {
      let x = 1 + canvas.put("go to index", x: 1, y: row.y, style: .accent) + 1
      return FieldPicture.draw(index, into: &canvas, x: x, y: row.y, width: row.maxX - x - 2, style: .plain)
    }
    let finder = FinderPicture.draw(
      filter: filter, search: list.search, count: list.matchCount, gap: 6,
      key: surroundings.key(.filter, in: .tensors), into: &canvas, row: row)
    var x = finder.end
    // Beside an order in its usual direction there is nothing to explain.
    let arrow =
      list.order == .file && !list.isReversed ? "" : list.descends ? " \(glyphs.down)" : " \(glyphs.up)"
    x += canvas.put(
      "sort: \(list.order.rawValue)\(arrow)", x: x, y: row.y, style: .dim, maxWidth: row.width - x - 1)
    let facts = finderFacts(room: row.maxX - x - 4)
    canvas.putRight(facts, end: row.maxX - 1, y: row.y)
    return finder.cursor
  }

  /// The dtypes, and where there is something wrong with values, that.
  private func finderFacts(room: Int) -> [Span] {
    guard let list else { return [] }
    var spans: [Span] = []
    if list.unsoundCount > 0 {
      spans = [Span("NaN or Inf in \(Format.grouped(list.unsoundCount))", .bad)]
    }
    let used = spans.reduce(0) { $0 + TextWidth.of($1.text) } + (spans.isEmpty ? 0 : 2)
    if TextWidth.of(dtypeText) + used <= room {
      if !spans.isEmpty { spans.append(Span("  ")) }
      spans.append(Span(dtypeText, .dim))
    }
    return used <= room + 2 ? spans : []
  }

  // MARK: Panes

  private func drawList(
    into canvas: inout Canvas, _ inside: Rect, _ frame: Rect, _ layout: TensorScreenLayout,
    _ surroundings: Surroundings
  ) {
    guard let rows = layout.listRows else { return }
    guard let list else {
      let lines = WrappedText.lines(problem ?? "reading the tensor table", width: inside.width - 4)
      for (line, text) in lines.prefix(rows.height).enumerated() {
        canvas.put(text, x: inside.x + 2, y: rows.y + line, style: problem == nil ? .dim : .bad)
      }
      return
    }
    let picture = TensorListPicture(list: list, columns: layout.columns, isFocused: focus == .list)
    if rows.y > inside.y { picture.drawTitles(into: &canvas, row: inside.row(0)) }
    picture.drawRows(into: &canvas, rows)
    if list.rows.isEmpty {
      canvas.put(
        list.search.isEmpty
          ? "There are no tensors." : "No tensor matches. \(surroundings.key(.close, in: scope)) shows all.",
        x: inside.x + 2,
        y: rows.y + 1, style: .dim, maxWidth: inside.width - 3)
    }
    let column = layout.mode == .wide ? frame.maxX - 1 : rows.maxX - 1
    canvas.scrollThumb(
      in: Rect(x: column, y: rows.y, width: 1, height: rows.height), first: list.top, count: list.rows.count)
  }

  private func drawView(_ pane: Pane, into canvas: inout Canvas, _ inside: Rect, isFocused: Bool) {
    guard let views else { return }
    if pane == .values {
      views.values.draw(into: &canvas, rect: inside, isFocused: isFocused)
    } else if views.map.map != nil || views.map.problem != nil || views.map.slice.elementCount == 0 {
      views.map.draw(into: &canvas, rect: inside, isFocused: isFocused)
    }
  }

  private func drawHistogram(
    into canvas: inout Canvas, _ inside: Rect, _ frame: Rect, _ layout: TensorScreenLayout
  ) {
    guard let list, let node = list.selected else { return }
    guard let number = list.tree.nodes[node].tensor else {
      GroupFacts(list: list, node: node).draw(into: &canvas, rect: inside)
      return
    }
    let picture = TensorHistogram(
      tensor: list.tensors[number], checksum: checksum(of: number), integrity: slot.integrity,
      profile: list.profiles[number], inspected: inspected, weights: weights)
    var rect = inside
    if layout.mode == .wide {
      let facts = VisibleText.tailCut(
        " \(picture.scale(canvas.glyphs)) ", width: frame.width - 4, ellipsis: canvas.glyphs.ellipsis)
      canvas.putRight(facts, end: frame.maxX - 2, y: frame.maxY - 1, style: .dim)
    } else {
      canvas.putRight(picture.scale(canvas.glyphs), end: inside.maxX, y: inside.y, style: .dim)
      rect = inside.splitTop(1).rest
    }
    picture.draw(into: &canvas, rect: rect)
  }
}
