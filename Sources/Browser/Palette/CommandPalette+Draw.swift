import Canvas

extension CommandPalette {
  /// What lies below stays to be seen at its sides. The size is that of all commands, so that the frame stays where it is
  /// while one types.
  package func size(within available: (width: Int, height: Int)) -> (width: Int, height: Int) {
    (
      min(available.width, max(72, min(104, available.width - 12))),
      min(entries.count + 2, max(14, available.height / 2), available.height)
    )
  }

  package func draw(into canvas: inout Canvas, inside: Rect) -> CursorPosition? {
    canvas.put(":", x: inside.x, y: inside.y, style: .accent)
    let cursor = FieldPicture.draw(
      text, into: &canvas, x: inside.x + 2, y: inside.y, width: inside.width - 2, style: .plain)
    if text.isEmpty {
      canvas.put("a few letters of a command", x: inside.x + 3, y: inside.y, style: .dim)
    }
    let rows = listRect(inside)
    let columns = Columns(entries: entries, width: inside.width, ascii: canvas.glyphs.isASCII)
    let first = firstRow(visible: rows.height)
    for (line, found) in found.dropFirst(first).prefix(rows.height).enumerated() {
      draw(found, isSelected: first + line == selection, columns, into: &canvas, rect: rows.row(line))
    }
    if found.isEmpty {
      canvas.put("no command is called that", x: rows.x + 2, y: rows.y, style: .dim, maxWidth: rows.width - 2)
    }
    canvas.scrollThumb(
      in: Rect(x: inside.maxX + 1, y: rows.y, width: 1, height: rows.height), first: first, count: found.count
    )
    return cursor
  }

  /// Name, key and help text; the last where there is room for it.
  private struct Columns {
    let nameWidth: Int
    let keyX: Int
    let keyWidth: Int
    let helpX: Int
    let helpWidth: Int

    init(entries: [Entry], width: Int, ascii: Bool) {
      let keys = entries.map { TextWidth.of($0.binding.keys.first?.label(ascii: ascii) ?? "") }
      keyWidth = min(10, keys.max() ?? 0)
      nameWidth = min(entries.map { $0.name.count }.max() ?? 0, max(8, width - 4 - keyWidth))
      keyX = 2 + nameWidth + 2
      helpX = keyX + keyWidth + 2
      helpWidth = width - helpX >= 12 ? width - helpX : 0
    }
  }

  private func draw(
    _ found: Found, isSelected: Bool, _ columns: Columns, into canvas: inout Canvas, rect: Rect
  ) {
    let entry = found.entry
    let isDisabled = entry.reason != nil
    let name = VisibleText.tailCut(entry.name, width: columns.nameWidth, ellipsis: canvas.glyphs.ellipsis)
    canvas.put(name, x: rect.x + 2, y: rect.y, style: isDisabled ? .dim : .plain)
    for offset in found.inName where offset < columns.nameWidth {
      canvas.restyle(Rect(x: rect.x + 2 + offset, y: rect.y, width: 1, height: 1)) { _ in .match }
    }
    if let key = entry.binding.keys.first {
      canvas.put(
        key.label(ascii: canvas.glyphs.isASCII), x: rect.x + columns.keyX, y: rect.y,
        style: isDisabled ? .dim : .accent, maxWidth: columns.keyWidth)
    }
    drawHelp(found, columns, into: &canvas, x: rect.x + columns.helpX, y: rect.y)
    if isSelected {
      canvas.put(canvas.glyphs.cursor, x: rect.x, y: rect.y, style: .accent)
      canvas.select(rect)
    }
  }

  private func drawHelp(_ found: Found, _ columns: Columns, into canvas: inout Canvas, x: Int, y: Int) {
    guard columns.helpWidth > 0 else { return }
    let text = found.entry.reason.map { "not now: \($0)" } ?? found.entry.binding.help
    let shown = VisibleText.tailCut(text, width: columns.helpWidth, ellipsis: canvas.glyphs.ellipsis)
    canvas.put(shown, x: x, y: y, style: .dim)
    guard found.entry.reason == nil else { return }
    for range in found.inHelp where range.lowerBound < columns.helpWidth {
      let width = min(range.upperBound, columns.helpWidth) - range.lowerBound
      canvas.restyle(Rect(x: x + range.lowerBound, y: y, width: width, height: 1)) { _ in .match }
    }
  }
}

extension Style {
  /// Letters that were searched for.
  static let match = Style.accent.bolded.underlined
}
