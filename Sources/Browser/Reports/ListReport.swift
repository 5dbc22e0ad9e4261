import Canvas

/// A list to read: what has failed in this session, what a check found, which slots are damaged.
package struct ListReport: Sendable, Dialog {
  /// One thing, in as many lines as it takes.
  struct Entry: Sendable, Equatable {
    /// In a column of its own, the same width for all.
    var label = ""
    var text: String
    var isBad = false
    /// What follows from it, in dim lines below.
    var note: String?

    /// As `y` copies it.
    var copied: String { ([label, text, note ?? ""].filter { !$0.isEmpty }).joined(separator: "  ") }
  }

  package let title: String
  package private(set) var facts = ""
  /// Above the list.
  private(set) var heading: String?
  let entries: [Entry]
  private var list = EntryList()

  init(title: String, facts: String = "", heading: String? = nil, entries: [Entry]) {
    self.title = title
    self.facts = facts
    self.heading = heading
    self.entries = entries
  }

  package var scope: Scope { .list }

  package func offers(_ command: Command, on browser: BrowserState) -> Bool {
    switch command {
    case .copyChecksum: !entries.isEmpty
    case .down: entries.count > 1
    default: true
    }
  }

  package mutating func perform(_ command: Command, on browser: inout BrowserState) -> DialogReply {
    switch command {
    case .close: return .close()
    case .copyChecksum:
      guard entries.indices.contains(list.selection) else { return .stay() }
      return .stay(browser.copy(entries[list.selection].copied))
    default:
      let box = self.box(in: browser.dialogInside(self))
      list.move(command, heights: heights(width: box.width), visible: box.height)
      return .stay()
    }
  }

  package mutating func take(_ event: MouseEvent, inside: Rect, on browser: inout BrowserState)
    -> DialogReply
  {
    let box = box(in: inside)
    let heights = heights(width: box.width)
    switch event.kind {
    case .wheelUp: list.move(.up, heights: heights, visible: box.height)
    case .wheelDown: list.move(.down, heights: heights, visible: box.height)
    case .click, .doubleClick:
      if box.contains(x: event.x, y: event.y) {
        list.select(line: event.y - box.y, heights: heights, visible: box.height)
      }
    case .drag, .release: break
    }
    return .stay()
  }

  package func size(within available: (width: Int, height: Int)) -> (width: Int, height: Int) {
    let width = min(100, available.width)
    let rows = headingLines(width: width).count + heights(width: width).reduce(0, +)
    return (width, min(max(1, rows), available.height))
  }

  package func draw(into canvas: inout Canvas, inside: Rect) -> CursorPosition? {
    for (row, line) in headingLines(width: inside.width).prefix(inside.height).enumerated() {
      canvas.put(line, x: inside.x, y: inside.y + row, style: .strong)
    }
    let box = box(in: inside)
    let pictures = entries.map { lines(of: $0, width: box.width, glyphs: canvas.glyphs) }
    if !pictures.isEmpty { list.draw(pictures, into: &canvas, inside: box) }
    return nil
  }

  private func headingLines(width: Int) -> [String] {
    guard let heading else { return [] }
    return WrappedText.lines(heading, width: width) + (entries.isEmpty ? [] : [""])
  }

  private func box(in inside: Rect) -> Rect { inside.splitTop(headingLines(width: inside.width).count).rest }

  /// Of a long label no more is seen than leaves the text most of the room.
  private func labelWidth(width: Int) -> Int {
    min(width / 3, entries.map { TextWidth.of($0.label) }.max() ?? 0)
  }

  private func heights(width: Int) -> [Int] {
    entries.map { lines(of: $0, width: width, glyphs: .unicode).count }
  }

  private func lines(of entry: Entry, width: Int, glyphs: Glyphs) -> [[Span]] {
    // Label, a gap, the sign.
    let labelWidth = labelWidth(width: width)
    let indent = labelWidth > 0 ? labelWidth + 2 : 0
    let room = max(8, width - indent - 2)
    let blank = String(repeating: " ", count: indent + 2)
    let sign = entry.isBad ? "\(glyphs.damaged) " : "  "
    let label = VisibleText.padded(entry.label, width: labelWidth, ellipsis: glyphs.ellipsis)
    let first = [Span(indent > 0 ? label + "  " : "", .dim), Span(sign, .bad)]
    var lines = WrappedText.lines(entry.text, width: room).enumerated().map { index, text in
      (index == 0 ? first : [Span(blank)]) + [Span(text)]
    }
    if let note = entry.note {
      lines += WrappedText.lines(note, width: room).map { [Span(blank), Span($0, .dim)] }
    }
    return lines
  }
}
