import Canvas

enum FormColumns {
  /// Where what is said beside a value begins, where that leaves room for it.
  static let note = 14
  /// Left to a value by what is wrong with it; else that is said under the fields.
  static let value = 16
}

/// How every form looks: a row for each field, and under them what will come of it.
extension FormDialog {
  package func size(within available: (width: Int, height: Int)) -> (width: Int, height: Int) {
    (min(66, available.width), min(available.height, Name.allCases.count + 1 + previewRows))
  }

  private static var fewestFields: Int { 3 }

  var labelWidth: Int { 3 + (Name.allCases.map { TextWidth.of($0.rawValue) }.max() ?? 0) }

  /// On a low screen the fields scroll above the preview, whose lines may have to be broken.
  func visibleFields(height: Int) -> [Name] {
    let names = Name.allCases
    // A list over the form needs the room more than a preview that it covers.
    let reserved =
      form.path?.isOpen == true ? 1 : previewRows + (height > names.count + previewRows ? 1 : 2)
    let visible = min(names.count, max(Self.fewestFields, height - reserved))
    let focused = names.firstIndex(of: form.focus) ?? 0
    let first = max(0, min(focused - visible + 1, names.count - visible))
    return Array(names[first..<first + visible])
  }

  package func draw(into canvas: inout Canvas, inside: Rect) -> CursorPosition? {
    var cursor: CursorPosition?
    let names = visibleFields(height: inside.height)
    for (row, name) in names.enumerated() {
      if let position = draw(name, into: &canvas, row: inside.row(row)) { cursor = position }
    }
    canvas.scrollThumb(
      in: Rect(x: inside.maxX + 1, y: inside.y, width: 1, height: names.count),
      first: names.first.flatMap { Name.allCases.firstIndex(of: $0) } ?? 0, count: Name.allCases.count)
    drawPreview(into: &canvas, inside.splitTop(names.count).rest)
    if form.path?.isOpen == true {
      listPicture(inside: inside, screen: canvas.bounds)?.draw(into: &canvas)
    }
    return cursor
  }

  /// The list of what the path in focus may be completed to.
  func listPicture(inside: Rect, screen: Rect) -> PathListPicture? {
    guard let path = form.path, let row = visibleFields(height: inside.height).firstIndex(of: form.focus)
    else { return nil }
    return PathListPicture(path: path, x: inside.x + labelWidth, y: inside.y + row, screen: screen)
  }

  private func drawPreview(into canvas: inout Canvas, _ rect: Rect) {
    let problems = Name.allCases.compactMap { name -> FormPreview.Line? in
      guard let problem = typedProblem(in: name), !isBeside(problem, width: rect.width - labelWidth) else {
        return nil
      }
      return FormPreview.Line("\(name.rawValue): \(problem)", .bad)
    }
    let lines = (problems + preview.lines).flatMap { line in
      WrappedText.lines(line.text, width: rect.width).map { FormPreview.Line($0, line.style) }
    }
    let blank = rect.height > lines.count ? 1 : 0
    for (row, line) in lines.prefix(rect.height - blank).enumerated() {
      canvas.put(line.text, x: rect.x, y: rect.y + blank + row, style: line.style)
    }
  }

  /// What is not there yet is no mistake; at Enter it is.
  private func typedProblem(in name: Name) -> String? {
    if case .choice = form[name] { return nil }
    return form.isEmpty(name) || isUnused(name) ? nil : problem(in: name)
  }

  private func isBeside(_ problem: String, width: Int) -> Bool {
    width - TextWidth.of(problem) - 3 >= FormColumns.value
  }

  private func draw(_ name: Name, into canvas: inout Canvas, row: Rect) -> CursorPosition? {
    let isFocused = name == form.focus
    if isFocused { canvas.put(canvas.glyphs.cursor, x: row.x - 1, y: row.y, style: .accent) }
    canvas.put(name.rawValue, x: row.x, y: row.y, style: isFocused ? .focusedTitle : .dim)
    let rect = row.splitLeft(labelWidth).rest
    if isUnused(name) {
      put(hint(for: name), into: &canvas, rect)
      return nil
    }
    switch form[name] {
    case .choice(let choice):
      draw(choice, name, into: &canvas, rect)
      return nil
    case .text(let field):
      let cursor = draw(field, name, into: &canvas, rect)
      return isFocused ? cursor : nil
    case .path(let path):
      let cursor = draw(path.field, name, into: &canvas, rect)
      return isFocused ? cursor : nil
    }
  }

  /// Notes begin in one column, where the choices leave room for it.
  private func draw(_ choice: ChoiceInput, _ name: Name, into canvas: inout Canvas, _ rect: Rect) {
    let isFocused = name == form.focus
    let arrow = isFocused ? Style.accent : .dim
    let value = VisibleText.middleCut(
      choice.value, width: rect.width - 4, ellipsis: canvas.glyphs.ellipsis)
    let used = canvas.put(
      [
        Span("\(canvas.glyphs.previous) ", arrow), Span(value, isFocused ? .strong : .plain),
        Span(" \(canvas.glyphs.next)", arrow),
      ],
      x: rect.x, y: rect.y)
    let start = max(FormColumns.note, used + 2)
    if rect.width - start >= 12 { put(note(on: name), into: &canvas, rect.splitLeft(start).rest) }
  }

  private func draw(_ field: TextField, _ name: Name, into canvas: inout Canvas, _ rect: Rect)
    -> CursorPosition
  {
    let problem = typedProblem(in: name).flatMap { isBeside($0, width: rect.width) ? $0 : nil }
    let room = problem.map { rect.width - TextWidth.of($0) - 3 } ?? rect.width
    if field.isEmpty { put(hint(for: name), into: &canvas, rect.splitLeft(name == form.focus ? 1 : 0).rest) }
    var cursor = CursorPosition(x: rect.x, y: rect.y)
    if name == form.focus {
      cursor = FieldPicture.draw(field, into: &canvas, x: rect.x, y: rect.y, width: room, style: .plain)
    } else {
      // Of a path the end counts, too.
      let ellipsis = canvas.glyphs.ellipsis
      let isPath = if case .path = form[name] { true } else { false }
      canvas.put(
        isPath
          ? VisibleText.middleCut(field.string, width: room, ellipsis: ellipsis)
          : VisibleText.tailCut(field.string, width: room, ellipsis: ellipsis), x: rect.x, y: rect.y)
    }
    if let problem {
      canvas.putRight(problem, end: rect.maxX, y: rect.y, style: .bad)
    }
    return cursor
  }

  /// Columns within it go before words do.
  private func put(_ hint: String, into canvas: inout Canvas, _ rect: Rect) {
    let hint = TextWidth.of(hint) <= rect.width ? hint : hint.replacing(#/ {2,}/#, with: " ")
    canvas.put(
      VisibleText.tailCut(hint, width: rect.width, ellipsis: canvas.glyphs.ellipsis), x: rect.x, y: rect.y,
      style: .dim)
  }
}
