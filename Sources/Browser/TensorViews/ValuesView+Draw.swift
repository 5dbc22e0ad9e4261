import Canvas
import Inspection

extension ValuesView {
  /// Which part of the tensor it is: `[3, 0, :, :] = 3 × 3`.
  package func facts(glyphs: Glyphs) -> String {
    if slice.elementCount == 0 { return "empty" }
    let size = "\(slice.rowCount) \(glyphs.times) \(slice.columnCount)"
    if slice.wrap != nil { return "\(slice.elementCount) values" }
    let part = slice.text(times: glyphs.times)
    if part.isEmpty || slice.sliceCount == 1 { return part.isEmpty ? size : part }
    return "\(part) = \(size)"
  }

  /// Draws into all of `rect`: column numbers, rows of values, and the value under the cursor with all its digits.
  package func draw(into canvas: inout Canvas, rect: Rect, isFocused: Bool) {
    if slice.elementCount == 0 {
      canvas.put("no values", x: rect.x, y: rect.y, style: .dim, maxWidth: rect.width)
      return
    }
    if let problem {
      for (row, line) in WrappedText.lines(problem, width: rect.width).prefix(rect.height).enumerated() {
        canvas.put(line, x: rect.x, y: rect.y + row, style: .bad)
      }
      return
    }
    let geometry = geometry(in: rect)
    drawHeader(geometry, into: &canvas)
    for line in 0..<geometry.table.height where cursor.origin.row + line < slice.rowCount {
      drawRow(cursor.origin.row + line, y: geometry.table.y + line, geometry, isFocused, into: &canvas)
    }
    drawReadout(geometry, into: &canvas)
  }

  private var known: TensorValues? { values?.request.slice == slice ? values : nil }

  private func drawHeader(_ geometry: ValuesGeometry, into canvas: inout Canvas) {
    guard !geometry.header.isEmpty else { return }
    for index in 0..<geometry.columns {
      let column = cursor.origin.column + index
      guard column < slice.columnCount else { break }
      let end = geometry.header.x + geometry.labelWidth + (index + 1) * geometry.columnWidth
      let style = column == position.column ? Style.accent : .dim
      canvas.putRight(
        (slice.wrap == nil ? "" : "+") + String(column), end: end, y: geometry.header.y, style: style,
        maxWidth: geometry.columnWidth - 1)
    }
  }

  private func drawRow(
    _ row: Int, y: Int, _ geometry: ValuesGeometry, _ isFocused: Bool, into canvas: inout Canvas
  ) {
    let label = slice.wrap.map { row * $0 } ?? row
    canvas.putRight(
      String(label), end: geometry.table.x + geometry.labelWidth, y: y,
      style: row == position.row ? .accent : .dim)
    for index in 0..<geometry.columns {
      let column = cursor.origin.column + index
      guard let value = known?[row, column] else { continue }
      var style = value.isFinite ? Style.plain : Style(.bad, bold: true)
      let isUnderCursor = isFocused && row == position.row && column == position.column
      if isUnderCursor { style = style.onSelection }
      let end = geometry.table.x + geometry.labelWidth + (index + 1) * geometry.columnWidth
      guard end <= geometry.table.maxX else { break }
      let width = geometry.columnWidth - 1
      canvas.putRight(
        isUnderCursor ? VisibleText.padded(value.shortText, width: width, alignRight: true) : value.shortText,
        end: end, y: y, style: style, maxWidth: width)
    }
  }

  /// `[3, 0, 1, 2] = 0.0123456`.
  private func drawReadout(_ geometry: ValuesGeometry, into canvas: inout Canvas) {
    guard !geometry.readout.isEmpty else { return }
    var spans = [Span("[\(cursor.indexText)]", .dim)]
    if let value = known?[position.row, position.column] {
      spans += [Span(" = ", .dim), Span(value.fullText(dtype), .strong)]
    }
    canvas.put(spans, x: geometry.readout.x, y: geometry.readout.y, maxWidth: geometry.readout.width)
  }
}
