import Canvas
import Inspection
import Statistics
import Tensors

extension DifferenceScreen {
  package func draw(into canvas: inout Canvas, _ surroundings: Surroundings) -> CursorPosition? {
    let layout = DifferenceScreenLayout(self, surroundings)
    drawHeader(into: &canvas, row: layout.header, surroundings)
    let cursor = drawFinder(into: &canvas, row: layout.finder, surroundings)
    layout.pageBar?.draw(
      focus: focus, name: focus == .histogram && tensor != nil ? title(of: .histogram) : nil, into: &canvas)
    for pane in Pane.allCases {
      guard let frame = layout.frames[pane], let inside = layout.insides[pane] else { continue }
      if layout.mode == .wide {
        let isFocused = focus == pane && !surroundings.isCovered
        canvas.box(frame, title: title(of: pane), facts: facts(of: pane), focused: isFocused)
      }
      switch pane {
      case .list: drawList(into: &canvas, inside, frame, layout, surroundings)
      case .changes: drawChanges(into: &canvas, inside, frame, layout)
      case .histogram: drawHistogram(into: &canvas, inside)
      }
    }
    return cursor
  }

  private func title(of pane: Pane) -> String {
    switch pane {
    case .list, .changes: pane.rawValue
    case .histogram: tensor.map { $0.name.isEmpty ? "(unnamed)" : $0.name } ?? pane.rawValue
    }
  }

  private func facts(of pane: Pane) -> String {
    switch pane {
    case .list:
      guard let list, !list.rows.isEmpty else { return "" }
      return "\(Format.grouped(list.selection + 1)) of \(Format.grouped(list.rows.count))"
    case .changes: return ""
    case .histogram: return (tensor?.b ?? tensor?.a).map { "\($0.dtype.rawValue) \($0.shape)" } ?? ""
    }
  }

  // MARK: Lines above

  /// ` slotscope  ~/models › 7@3 → 7@4 gpt2       148 tensors · 148 changed · largest step 0.152`.
  private func drawHeader(into canvas: inout Canvas, row: Rect, _ surroundings: Surroundings) {
    ScreenHeader.draw(
      sidesText(canvas.glyphs), facts: headerFacts(width: row.width, canvas.glyphs), surroundings,
      into: &canvas,
      row: row)
  }

  /// `7@3 → 7@4 gpt2`, or both names where they are not the same.
  private func sidesText(_ glyphs: Glyphs) -> String {
    guard let difference else { return "\(request.a) \(glyphs.arrow) \(request.b)" }
    let (a, b) = (difference.a, difference.b)
    let first = a.name == b.name ? "\(a.reference)" : "\(a.reference) \(a.name)"
    return "\(first) \(glyphs.arrow) \(b.reference) \(b.name)"
  }

  private func headerFacts(width: Int, _ glyphs: Glyphs) -> [Span] {
    guard let totals else { return [] }
    if width < 60 {
      let differing = totals.count - totals.same - totals.unknown
      return [Span("\(Format.grouped(differing)) of \(Format.grouped(totals.count)) differ", .strong)]
    }
    var parts = [
      [Span(width < 80 ? Format.grouped(totals.count) : NumberText.counted(totals.count, "tensor"))],
      [Span("\(Format.grouped(totals.changed)) changed", .strong)],
    ]
    if totals.onlyInA + totals.onlyInB > 0 {
      parts.append([Span("+\(Format.grouped(totals.onlyInB)) -\(Format.grouped(totals.onlyInA))")])
    }
    if width >= 100, let step = totals.largestStep {
      parts.append([Span("largest step \(Format.number(step.maxAbs))")])
    }
    return Array(parts.joined(separator: [Span(" \(glyphs.separator) ", .dim)]))
  }

  /// ` / filter   sort: file order   a all tensors          comparing 37 %`.
  private func drawFinder(
    into canvas: inout Canvas, row: Rect, _ surroundings: Surroundings
  ) -> CursorPosition? {
    var right = row.maxX - 1
    if let fraction {
      right -= canvas.putRight("comparing \(Int(fraction * 100)) %", end: right, y: row.y, style: .accent) + 2
    }
    guard let list else { return nil }
    let finder = FinderPicture.draw(
      filter: filter, search: list.search, count: list.rows.count, gap: 4,
      key: surroundings.key(.filter, in: .difference), into: &canvas, row: row)
    var x = finder.end
    let order =
      list.order == .file && !list.isReversed ? "" : list.descends ? canvas.glyphs.down : canvas.glyphs.up
    x += canvas.put("sort: \(list.order.rawValue) \(order)", x: x, y: row.y, style: .dim, maxWidth: right - x)
    let shown = list.showsAll ? "all tensors" : "only what differs"
    if x + 3 + TextWidth.of(shown) <= right { canvas.put(shown, x: x + 3, y: row.y, style: .dim) }
    return finder.cursor
  }

  // MARK: Panes

  private func drawList(
    into canvas: inout Canvas, _ inside: Rect, _ frame: Rect, _ layout: DifferenceScreenLayout,
    _ surroundings: Surroundings
  ) {
    guard let rows = layout.listRows else { return }
    func say(_ text: String, _ style: Style) {
      let lines = WrappedText.lines(text, width: inside.width - 4).prefix(inside.height - 1)
      for (line, text) in lines.enumerated() {
        canvas.put(text, x: inside.x + 2, y: inside.y + 1 + line, style: style)
      }
    }
    if let problem { return say(problem, .bad) }
    guard let list else { return say("opening both", .dim) }
    if list.rows.isEmpty { return say(emptyText(list, surroundings), .dim) }
    DifferenceListPicture(list: list, isFocused: focus == .list)
      .draw(into: &canvas, titles: inside.row(0), rows: rows)
    let column = layout.mode == .wide ? frame.maxX - 1 : rows.maxX - 1
    canvas.scrollThumb(
      in: Rect(x: column, y: rows.y, width: 1, height: rows.height), first: list.top, count: list.rows.count)
  }

  private func emptyText(_ list: DifferenceList, _ surroundings: Surroundings) -> String {
    if !list.search.isEmpty { return "No tensor matches. \(surroundings.key(.close, in: scope)) shows all." }
    if fraction != nil { return "No difference so far." }
    return list.tensors.isEmpty
      ? "There are no tensors."
      : "All tensors are the same. \(surroundings.key(.showAll, in: .difference)) lists them."
  }

  /// Both sides with their checksums, then what of config and metadata is not the same.
  func changeLines(width: Int, _ glyphs: Glyphs) -> [[Span]] {
    guard let difference else { return [] }
    var lines = sideLines(difference, width: width, glyphs)
    for (title, changes) in [("config", configChanges), ("metadata", metadataChanges)] {
      if changes.isEmpty {
        lines.append([Span(VisibleText.padded(title, width: 10), .dim), Span("the same")])
      } else {
        lines.append([Span(title, .dim)])
        lines += changes.map { Self.line($0, width: width, glyphs) }
      }
    }
    return lines
  }

  private func sideLines(_ difference: Difference, width: Int, _ glyphs: Glyphs) -> [[Span]] {
    [("A", difference.a), ("B", difference.b)].flatMap { letter, side -> [[Span]] in
      let size = Format.bytes(side.sizeBytes)
      let name = VisibleText.middleCut(
        "\(side.reference)  \(side.name)", width: max(6, width - 5 - size.count), ellipsis: glyphs.ellipsis)
      let checksum = VisibleText.middleCut(
        side.checksum.isEmpty ? "no checksum" : side.checksum, width: min(32, max(9, width - 3)),
        ellipsis: glyphs.ellipsis)
      return [
        [Span("\(letter)  ", .strong), Span(name), Span("  \(size)", .dim)],
        [Span("   \(checksum)", .dim)],
      ]
    }
  }

  /// `  temperature  0.7 → 0.9`; what is too long is cut.
  private static func line(_ change: ShortChange, width: Int, _ glyphs: Glyphs) -> [Span] {
    let key = VisibleText.middleCut(change.key, width: max(8, width / 2), ellipsis: glyphs.ellipsis)
    let arrow = " \(glyphs.arrow) "
    // Each value gets half of the room, and what the other leaves of its own.
    let room = max(8, width - 4 - TextWidth.of(key) - TextWidth.of(arrow))
    let (old, new) = (TextWidth.of(change.old), TextWidth.of(change.new))
    func cut(_ text: String, beside other: Int) -> String {
      VisibleText.middleCut(text, width: max(room / 2, room - other), ellipsis: glyphs.ellipsis)
    }
    let value = cut(change.old, beside: new) + arrow + cut(change.new, beside: old)
    return [Span("  \(key)  "), Span(value, .strong)]
  }

  private func drawChanges(
    into canvas: inout Canvas, _ inside: Rect, _ frame: Rect, _ layout: DifferenceScreenLayout
  ) {
    let lines = changeLines(width: inside.width, canvas.glyphs)
    let top = changesScroll.clamped(count: lines.count, visible: inside.height)
    for (row, line) in lines.dropFirst(top).prefix(inside.height).enumerated() {
      canvas.put(line, x: inside.x, y: inside.y + row, maxWidth: inside.width)
    }
    let column = layout.mode == .wide ? frame.maxX - 1 : inside.maxX
    canvas.scrollThumb(
      in: Rect(x: column, y: inside.y, width: 1, height: inside.height), first: top, count: lines.count)
  }

  private func drawHistogram(into canvas: inout Canvas, _ inside: Rect) {
    guard let tensor else {
      canvas.put("no tensor is selected", x: inside.x, y: inside.y, style: .dim, maxWidth: inside.width)
      return
    }
    let facts = DifferenceFacts(tensor: tensor, distributions: distributions)
      .lines(width: inside.width, glyphs: canvas.glyphs)
    // Bars come before the last of the facts.
    let shown = Array(facts.prefix(max(1, min(facts.count, inside.height - 6))))
    let split = inside.splitBottom(shown.count)
    for (row, line) in shown.enumerated() where row < split.bottom.height {
      canvas.put(line, x: inside.x, y: split.bottom.y + row, maxWidth: inside.width)
    }
    if let distributionsProblem {
      let lines = WrappedText.lines(distributionsProblem, width: inside.width).prefix(split.rest.height)
      for (row, line) in lines.enumerated() {
        canvas.put(line, x: inside.x, y: inside.y + row, style: .bad)
      }
      return
    }
    guard let distributions else {
      canvas.put("counting", x: inside.x, y: inside.y, style: .dim)
      return
    }
    guard split.rest.height >= 4 else { return }
    OverlaidPlot(
      before: distributions.a, after: distributions.b, names: ("A", "B"), waiting: "", isLog: isLog,
      isLarge: isZoomed
    )
    .draw(into: &canvas, rect: split.rest)
  }
}

/// What is to be said of one tensor below its histograms.
private struct DifferenceFacts {
  let tensor: TensorDifference
  let distributions: TensorDistributions?

  func lines(width: Int, glyphs: Glyphs) -> [[Span]] {
    func part(_ label: String, _ value: String, _ style: Style = .plain) -> [Span] {
      [Span(label + " ", .dim), Span(value, style)]
    }
    let note = tensor.note.replacing("→", with: glyphs.arrow).replacing("×", with: glyphs.times)
    var parts: [[Span]] = note.split(separator: ", ").map { [Span(String($0), .strong)] }
    if let values = tensor.values, values.allDiffering > 0 {
      parts.append(part("max abs", DifferenceNumbers.size(values.maxAbs), .strong))
      if let index = values.maxIndex, let shape = tensor.a?.shape, !shape.isEmpty {
        parts.append(part("at", TensorDifference.place(of: index, in: shape).description))
      }
      parts.append(part("mean abs", DifferenceNumbers.size(values.meanAbs)))
      if let relative = values.relativeL2 { parts.append(part("rel L2", DifferenceNumbers.size(relative))) }
      if let cosine = values.cosine { parts.append(part("cosine", DifferenceNumbers.cosine(cosine))) }
      parts.append(
        part("differ", "\(Format.grouped(values.allDiffering)) of \(Format.grouped(values.count))"))
    }
    if let mean = change(\.mean, glyphs) { parts.append(part("mean", mean)) }
    if let std = change(\.std, glyphs) { parts.append(part("std", std)) }
    return SummaryText.flow(parts, width: width)
  }

  /// `0.02 → 0.0201`, or the one there is.
  private func change(_ number: KeyPath<Summary, Double?>, _ glyphs: Glyphs) -> String? {
    let texts = [distributions?.a, distributions?.b].compactMap { $0 }
      .map { $0.summary[keyPath: number].map(Format.number) ?? "none" }
    if texts.isEmpty { return nil }
    return texts.first == texts.last ? texts[0] : texts.joined(separator: " \(glyphs.arrow) ")
  }
}
