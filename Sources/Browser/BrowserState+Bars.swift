import Canvas
import Inspection

/// The lines above and below the panes.
extension BrowserState {
  // MARK: Header

  func drawHeader(into canvas: inout Canvas, row: Rect) {
    var x = 1
    x += canvas.put("slotscope", x: x, y: row.y, style: .strong) + 2
    let facts = headerFacts(short: row.width < 80)
    let width = facts.reduce(0) { $0 + TextWidth.of($1.text) }
    canvas.putCut(store.path, x: x, y: row.y, width: max(0, row.width - x - width - 3), style: .plain)
    canvas.putRight(facts, end: row.maxX - 1, y: row.y)
  }

  private func headerFacts(short: Bool) -> [Span] {
    guard let totals else { return [] }
    var parts: [[Span]] = []
    let count = Format.grouped(totals.contexts)
    parts.append([Span(short ? count : NumberText.counted(totals.contexts, "slot"))])
    parts.append([Span(Format.bytes(totals.sizeBytes))])
    if !marks.isEmpty { parts.append([Span("\(Format.grouped(marks.count)) marked", .accent)]) }
    if !jobs.activeText.isEmpty, !short { parts.append([Span(jobs.activeText, .accent)]) }
    parts += damageFacts(short: short)
    if store.readOnlyReason != nil { parts.append([Span("read only", .warning)]) }
    return Array(parts.joined(separator: [Span(" \(glyphs.separator) ", .dim)]))
  }

  /// How many slots are damaged. While that is being counted, as many as are known of, and that it is.
  private func damageFacts(short: Bool) -> [[Span]] {
    guard let damage else { return [] }
    let count = Format.grouped(damage.count)
    switch (damage.count > 0, damage.isCounting) {
    case (true, let isCounting):
      let end = isCounting ? (short ? glyphs.ellipsis : ", counting") : ""
      return [[Span((short ? "\(glyphs.damaged) \(count)" : "\(count) damaged") + end, Style.bad.bolded)]]
    case (false, true):
      return [[Span(short ? "\(glyphs.damaged) \(glyphs.ellipsis)" : "looking for damage", .dim)]]
    case (false, false): return []
    }
  }

  // MARK: Tabs, filter, order

  struct Tab: Sendable, Equatable {
    var modelType: String?
    var text: String
    var columns: Range<Int>
  }

  /// The tabs that fit, the chosen one among them.
  func tabs(width: Int) -> [Tab] {
    let all = types.reduce(0) { $0 + $1.count }
    let entries: [(type: String?, text: String)] =
      [(nil, totals == nil ? "All" : "All \(Format.grouped(all))")]
      + types.map {
        (
          $0.modelType,
          VisibleText.middleCut(Format.modelType($0.modelType), width: 16, ellipsis: glyphs.ellipsis)
            + " \(Format.grouped($0.count))"
        )
      }
    // Of the screen's width, not of what a filter leaves: they stay where they are.
    let gap = self.width >= 80 ? 3 : 2
    let chosen = entries.firstIndex { $0.type == list.query.modelType } ?? 0
    // Tabs before the chosen one go first where there are too many.
    var first = 0
    func end(from first: Int, through last: Int) -> Int {
      entries[first...last].reduce(0) { $0 + TextWidth.of($1.text) + gap }
    }
    while first < chosen, end(from: first, through: chosen) > width { first += 1 }
    var tabs: [Tab] = []
    var x = 1
    for entry in entries[first...] {
      let length = TextWidth.of(entry.text)
      guard x + length <= width || tabs.isEmpty else { break }
      tabs.append(Tab(modelType: entry.type, text: entry.text, columns: x..<x + length))
      x += length + gap
    }
    return tabs
  }

  func tab(atColumn column: Int) -> Tab? {
    guard filterProblem == nil || !saysProblemAbove, filter == nil || width >= 80 else { return nil }
    return tabs(width: width - orderText.count - 4).first { $0.columns.contains(column) }
  }

  /// Whether what is wrong with a filter stands beside it, where the tabs were; else in the footer, which has more room.
  private var saysProblemAbove: Bool { width >= 140 }

  private var orderText: String {
    let arrow = list.query.descends ? glyphs.down : glyphs.up
    let order = "\(list.query.order.rawValue) \(arrow)"
    return width >= 80 ? "sort: \(order)" : order
  }

  /// - Returns: the cursor, while a filter is typed.
  func drawTabs(into canvas: inout Canvas, row: Rect) -> CursorPosition? {
    let order = orderText
    canvas.putRight(order, end: row.maxX - 1, y: row.y, style: .dim)
    var end = row.maxX - 1 - TextWidth.of(order) - 2
    var cursor: CursorPosition?
    if let jump {
      let room = width >= 80 ? 26 : end - 2
      let x = width >= 80 ? end - room : 1
      canvas.put("slot", x: x, y: row.y, style: .accent)
      cursor = FieldPicture.draw(jump, into: &canvas, x: x + 5, y: row.y, width: room - 5, style: .plain)
      if width < 80 { return cursor }
      end = x - 2
      drawTabs(into: &canvas, row: row, end: end)
      return cursor
    }
    let text = filter?.string ?? list.query.search
    if filter != nil || !text.isEmpty {
      let room = width >= 80 ? min(40, end / 2) : end - 2
      let x = width >= 80 ? end - room : 1
      cursor = drawFilter(text, into: &canvas, x: x, y: row.y, width: room)
      end = x - 2
    } else if width >= 100 {
      end -= 6 + canvas.putRight("\(key(.filter)) filter", end: end - 4, y: row.y, style: .dim)
    }
    guard end > 8 else { return cursor }
    if saysProblemAbove, let problem = filterProblem {
      let text = VisibleText.tailCut(problem, width: end - 1, ellipsis: glyphs.ellipsis)
      canvas.putRight(text, end: end, y: row.y, style: .dim)
      return cursor
    }
    drawTabs(into: &canvas, row: row, end: end)
    return cursor
  }

  private func drawTabs(into canvas: inout Canvas, row: Rect, end: Int) {
    for tab in tabs(width: end) {
      let isChosen = tab.modelType == list.query.modelType
      canvas.put(
        tab.text, x: tab.columns.lowerBound, y: row.y,
        style: isChosen ? Style.accent.bolded.underlined : .plain)
    }
  }

  private func drawFilter(_ text: String, into canvas: inout Canvas, x: Int, y: Int, width: Int)
    -> CursorPosition?
  {
    let count =
      list.fraction.map { " \(Int($0 * 100)) %" }
      ?? (list.isChanging || list.isCounting
        ? " \(glyphs.ellipsis)" : list.total.map { " \(Format.grouped($0))" } ?? "")
    let room = max(4, width - 2 - TextWidth.of(count) - 1)
    canvas.put("/", x: x, y: y, style: .accent)
    let position = FieldPicture.draw(
      filter ?? TextField(text), into: &canvas, x: x + 2, y: y, width: room,
      style: filter == nil ? .accent : .plain)
    canvas.putRight(count, end: x + width, y: y, style: .dim)
    return filter == nil ? nil : position
  }

  // MARK: Pages

  /// nil where the panes stand side by side.
  var pageBar: PageBar<PaneID>? {
    guard layout.mode == .pages else { return nil }
    return PageBar(PaneID.allCases.filter { $0 != .jobs || !jobs.isEmpty }, row: layout.pageBar)
  }

  /// Of the slot that a page is about.
  var pageName: String? {
    focus == .slots || focus == .jobs
      ? nil : list.selected.map { $0.name.isEmpty ? "\($0.slotID)" : "\($0.slotID) \($0.name)" }
  }

  // MARK: Footer

  /// A message, else the keys.
  func drawFooter(into canvas: inout Canvas, row: Rect) {
    if let problem = filterProblem, !saysProblemAbove, notice == nil {
      let text = VisibleText.tailCut(problem, width: row.width - 2, ellipsis: glyphs.ellipsis)
      canvas.put(text, x: 1, y: row.y, style: .dim)
    } else if let notice {
      let sign = notice.isError ? "\(glyphs.damaged) " : ""
      let text = VisibleText.tailCut(sign + notice.text, width: row.width - 2, ellipsis: glyphs.ellipsis)
      canvas.put(text, x: 1, y: row.y, style: notice.isError ? .bad : .plain)
    } else if dialogs.isEmpty {
      KeyLine.draw(keys(of: scope), into: &canvas, rect: row.inset(columns: 1, rows: 0))
    }
  }

  /// The bindings that a footer in `scope` may show now: what is disabled and rarely wanted is left out.
  func keys(of scope: Scope) -> [Binding] {
    let bindings = bindings.footer(of: scope)
    if let screen = screens.last, screen.scope == scope {
      return bindings.filter { screen.offers($0.command, surroundings) }
    }
    guard scope == .panes else { return bindings }
    let offered = bindings.filter(isOffered).map { labelled($0) }
    return layout.mode == .pages ? offered.map { ranked($0) }.sorted { $0.rank < $1.rank } : offered
  }

  /// Where few fit: how to get on, and how to stop what is looked at.
  private func ranked(_ binding: Binding) -> Binding {
    switch binding.command {
    case .nextPane: binding.leading()
    case .cancel where focus == .jobs: binding.important()
    default: binding
    }
  }

  /// Under the word that says what it is done to now.
  private func labelled(_ binding: Binding) -> Binding {
    switch binding.command {
    case .open where focus == .slots: binding.labelled("tensors")
    case .rebuild where focus == .jobs: binding.labelled("again")
    case .rebuild, .verify, .delete, .export: binding.labelled(counted(binding.label ?? ""))
    default: binding
    }
  }

  private func isOffered(_ binding: Binding) -> Bool {
    switch binding.command {
    case .cancel: cancelTarget != nil
    case .undo: !undoSteps.isEmpty && store.readOnlyReason == nil
    // Its answer says how; the footer does not change from slot to slot.
    case .compare: list.selected != nil && (list.total ?? 0) > 1 || whyDisabled(.compare) == nil
    case .logScale, .range: focus == .weights
    case .open where focus == .slots: list.selected != nil
    case .open where focus == .config: false
    default: whyDisabled(binding.command) == nil
    }
  }
}

/// Keys and what they do, in a line.
enum KeyLine {
  /// Draws as many as fit, each in its place.
  ///
  /// - Parameter bindings: the most important first.
  static func draw(_ bindings: [Binding], into canvas: inout Canvas, rect: Rect) {
    let ascii = canvas.glyphs.isASCII
    func key(_ binding: Binding) -> String { binding.keys.first?.label(ascii: ascii) ?? "" }
    func length(_ binding: Binding) -> Int {
      TextWidth.of(key(binding)) + 1 + TextWidth.of(binding.label ?? "")
    }
    var room = rect.width + 2
    var shown: [Binding] = []
    for binding in bindings {
      let needed = length(binding) + 2
      if needed > room { break }
      room -= needed
      shown.append(binding)
    }
    var x = rect.x
    for binding in shown.sorted(by: { $0.place < $1.place }) {
      x += canvas.put(key(binding), x: x, y: rect.y, style: .accent)
      x += 1 + canvas.put(binding.label ?? "", x: x + 1, y: rect.y, style: .dim)
      x += 2
    }
  }
}

/// Draws a text field.
enum FieldPicture {
  /// Scrolls so that the cursor is in view.
  /// - Returns: where the cursor stands.
  @discardableResult
  static func draw(
    _ field: TextField, into canvas: inout Canvas, x: Int, y: Int, width: Int, style: Style
  ) -> CursorPosition {
    func columns(_ part: ArraySlice<Character>) -> Int { TextWidth.of(String(part)) }
    var first = 0
    while first < field.cursor, columns(field.text[first..<field.cursor]) > max(0, width - 1) { first += 1 }
    canvas.put(String(field.text[first...]), x: x, y: y, style: style, maxWidth: width)
    // What goes on to the left is shown to do so.
    if first > 0, width >= 8 { canvas.put(canvas.glyphs.previous, x: x, y: y, style: .dim) }
    return CursorPosition(x: x + columns(field.text[first..<field.cursor]), y: y)
  }
}
