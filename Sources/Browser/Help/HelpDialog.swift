import Canvas

/// The keys of the screen in view, with why one does nothing now, and what else is worth knowing; searched by `/`.
package struct HelpDialog: Sendable, Dialog {
  let contents: HelpContents
  private let bindings: BindingTable
  private(set) var scroll = ScrollPosition()
  /// What is being typed after `/`; nil while nobody types.
  private(set) var typing: TextField?
  private(set) var search = ""

  init(contents: HelpContents, bindings: BindingTable) {
    self.contents = contents
    self.bindings = bindings
  }

  package var title: String { "Help" }
  package var scope: Scope { typing == nil ? .help : .filter }

  // MARK: Keys and mouse

  /// What it is filtered by has no order and no types.
  package func offers(_ command: Command, on browser: BrowserState) -> Bool {
    command != .nextOrder && command != .nextType
  }

  package mutating func perform(_ command: Command, on browser: inout BrowserState) -> DialogReply {
    switch command {
    case .close:
      if typing == nil, search.isEmpty { return .close() }
      typing = nil
      look(for: "")
    case .filter: typing = TextField(search)
    case .accept: typing = nil
    case .eraseField:
      typing?.erase()
      look(for: "")
    default:
      let list = listRect(browser.dialogInside(self))
      scroll.move(command, count: rowCount(list), visible: list.height)
    }
    return .stay()
  }

  package mutating func type(_ key: Key, on browser: inout BrowserState) -> DialogReply? {
    guard typing != nil, browser.bindings.binding(for: key, in: .filter) == nil, typing?.edit(key) == true
    else { return nil }
    look(for: typing?.string ?? "")
    return .stay()
  }

  package mutating func take(_ event: MouseEvent, inside: Rect, on browser: inout BrowserState)
    -> DialogReply
  {
    switch event.kind {
    case .wheelUp: scroll(by: -3, in: listRect(inside))
    case .wheelDown: scroll(by: 3, in: listRect(inside))
    default: break
    }
    return .stay()
  }

  private mutating func look(for text: String) {
    search = text
    scroll.moveToTop()
  }

  private mutating func scroll(by rows: Int, in list: Rect) {
    scroll.move(by: rows)
    scroll.clamp(count: rowCount(list), visible: list.height)
  }

  private func rowCount(_ list: Rect) -> Int { contents.rows(width: list.width, search: search).count }

  // MARK: Drawing

  /// Of all its lines, so that the frame stays where it is while one searches.
  package func size(within available: (width: Int, height: Int)) -> (width: Int, height: Int) {
    let width = min(90, available.width)
    return (width, min(contents.rows(width: width).count + 1, available.height))
  }

  private func listRect(_ inside: Rect) -> Rect { inside.splitTop(1).rest }

  package func draw(into canvas: inout Canvas, inside: Rect) -> CursorPosition? {
    let list = listRect(inside)
    let rows = contents.rows(width: list.width, search: search)
    let cursor = drawSearch(into: &canvas, row: inside.row(0), count: contents.count(search: search))
    let top = scroll.clamped(count: rows.count, visible: list.height)
    let words = NameSearch(search)
    for (line, row) in rows.dropFirst(top).prefix(list.height).enumerated() {
      draw(row, words, into: &canvas, rect: list.row(line))
    }
    if rows.isEmpty {
      let key = bindings.name(of: .close, in: scope, ascii: canvas.glyphs.isASCII)
      canvas.put(
        "nothing says '\(search)'; \(key) shows all", x: list.x, y: list.y, style: .dim, maxWidth: list.width)
    }
    canvas.scrollThumb(
      in: Rect(x: inside.maxX + 1, y: list.y, width: 1, height: list.height), first: top, count: rows.count)
    return cursor
  }

  private func drawSearch(into canvas: inout Canvas, row: Rect, count: Int) -> CursorPosition? {
    guard typing != nil || !search.isEmpty else {
      let key = bindings.name(of: .filter, in: .help, ascii: canvas.glyphs.isASCII)
      canvas.put("\(key) search", x: row.x, y: row.y, style: .dim)
      return nil
    }
    canvas.put("/", x: row.x, y: row.y, style: .accent)
    let text = "\(count)"
    let position = FieldPicture.draw(
      typing ?? TextField(search), into: &canvas, x: row.x + 2, y: row.y,
      width: max(1, row.width - 3 - text.count), style: typing == nil ? .accent : .plain)
    canvas.putRight(text, end: row.maxX, y: row.y, style: .dim)
    return typing == nil ? nil : position
  }

  private func draw(_ row: HelpContents.Row, _ words: NameSearch, into canvas: inout Canvas, rect: Rect) {
    switch row {
    case .blank: break
    case .heading(let text): canvas.put(text, x: rect.x, y: rect.y, style: .strong, maxWidth: rect.width)
    case .line(let keys, let text, let isDisabled):
      let x = rect.x + contents.textX(width: rect.width)
      canvas.put(
        keys, x: rect.x + 2, y: rect.y, style: isDisabled ? .dim : .accent,
        maxWidth: (text.isEmpty ? rect.maxX : x - 1) - rect.x - 2)
      canvas.put(text, x: x, y: rect.y, style: isDisabled ? .dim : .plain, maxWidth: rect.maxX - x)
      for (text, x) in [(keys, rect.x + 2), (text, x)] where text.utf8.count == TextWidth.of(text) {
        for range in words.ranges(in: text) {
          let part = Rect(x: x + range.lowerBound, y: rect.y, width: range.count, height: 1)
          canvas.restyle(part.intersection(rect)) { _ in .match }
        }
      }
    }
  }
}

extension BrowserState {
  mutating func showHelp() {
    let scope = screens.last?.scope ?? .panes
    show(
      HelpDialog(
        contents: HelpContents(scope: scope, bindings: bindings, ascii: glyphs.isASCII) {
          whyDisabled($0, in: scope)
        }, bindings: bindings))
  }
}
