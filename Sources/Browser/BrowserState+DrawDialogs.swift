import Canvas

extension BrowserState {
  /// Draws a dialog in the middle of the screen; returns its cursor.
  func draw(_ dialog: Dialog, into canvas: inout Canvas) -> CursorPosition? {
    guard let picture = picture(of: dialog) else { return nil }
    let frame = dialogFrame(picture, keys: keys(of: dialog.scope))
    // A blank column on either side keeps the frame apart from the frames below it.
    canvas.fill(frame.inset(columns: -1, rows: 0))
    canvas.box(frame, title: picture.title, facts: picture.facts, focused: true)
    let inside = dialogInside(picture, in: frame)
    let cursor = picture.draw(into: &canvas, inside: inside)
    KeyLine.draw(
      keys(of: dialog.scope), into: &canvas,
      rect: Rect(x: inside.x, y: frame.maxY - (isRoomy ? 3 : 2), width: inside.width, height: 1))
    return cursor
  }

  func picture(of dialog: Dialog) -> (any DialogPicture)? {
    switch dialog {
    case .help(let help): help
    case .question(let question): question
    case .form(let form): BuildFormPicture(form: form, now: now)
    case .verification: verification.map { VerificationProgress(verification: $0) }
    case .verified(let report): report
    case .verdict(let report): report
    case .message(let report): report
    case .export(let form): form
    }
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

  private func dialogInside(_ picture: any DialogPicture, in frame: Rect) -> Rect {
    let rows = isRoomy ? 2 : 1
    // Below are a blank line where there is room for one, and the line of keys.
    return frame.inset(columns: 3, rows: rows).splitBottom(rows).rest
  }

  func dialogInside(_ picture: any DialogPicture) -> Rect {
    dialogInside(picture, in: dialogFrame(picture, keys: []))
  }
}
