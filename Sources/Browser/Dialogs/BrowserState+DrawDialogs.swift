import Canvas

extension BrowserState {
  /// Draws a dialog in the middle of the screen; returns its cursor.
  func draw(_ dialog: any Dialog, into canvas: inout Canvas) -> CursorPosition? {
    let keys = keys(of: dialog)
    let frame = dialogFrame(dialog, keys: keys)
    // A blank column on either side keeps the frame apart from the frames below it.
    canvas.fill(frame.inset(columns: -1, rows: 0))
    canvas.box(frame, title: dialog.title, facts: dialog.facts, focused: true)
    let inside = dialogInside(in: frame)
    KeyLine.draw(
      keys, into: &canvas,
      rect: Rect(x: inside.x, y: frame.maxY - (isRoomy ? 3 : 2), width: inside.width, height: 1))
    return dialog.draw(into: &canvas, inside: inside)
  }

  /// The bindings that its line of keys may show now.
  private func keys(of dialog: any Dialog) -> [Binding] {
    bindings.footer(of: dialog.scope).filter { dialog.offers($0.command, on: self) }
      .map { binding in dialog.label(of: binding.command).map { binding.labelled($0) } ?? binding }
  }

  /// Whether there is room for blank lines around what a dialog says.
  private var isRoomy: Bool { height >= 18 }

  private func dialogFrame(_ picture: any DialogPicture, keys: [Binding]) -> Rect {
    let screen = Rect(x: 0, y: 0, width: width, height: height)
    // Frame, margins, the line of keys.
    let chrome = (width: 6, height: isRoomy ? 6 : 3)
    let available = (width: max(0, width - chrome.width), height: max(0, height - chrome.height))
    let wanted = picture.size(within: available)
    let keyWidth = keys.prefix(2).reduce(0) {
      $0 + TextWidth.of(($1.label ?? "") + ($1.keys.first?.label(ascii: glyphs.isASCII) ?? "")) + 3
    }
    return screen.centered(
      width: max(wanted.width, keyWidth, TextWidth.of(picture.title) + 4) + chrome.width,
      height: wanted.height + chrome.height)
  }

  private func dialogInside(in frame: Rect) -> Rect {
    let rows = isRoomy ? 2 : 1
    // Below are a blank line where there is room for one, and the line of keys.
    return frame.inset(columns: 3, rows: rows).splitBottom(rows).rest
  }

  /// What a dialog draws into.
  func dialogInside(_ dialog: any Dialog) -> Rect {
    dialogInside(in: dialogFrame(dialog, keys: keys(of: dialog)))
  }
}
