import Canvas
import Foundation
import SlotStore

/// Draws the slot list.
struct SlotsPane {
  let list: SlotList
  let marks: Marks
  let isFocused: Bool
  let now: Date
  /// The longest model type of the store.
  let typeWidth: Int
  /// Columns that somebody has chosen.
  var columns: [SlotColumns.Column]?
  /// What to say where there is no row.
  let emptyText: [String]

  func draw(into canvas: inout Canvas, inside: Rect, hasTitles: Bool, frameRight: Rect?) {
    let rows = hasTitles ? inside.splitTop(1).rest : inside
    let columns = placedColumns(inside: inside, rows: rows)
    let highlight = SearchHighlight(list.query.search)
    if hasTitles { drawTitles(columns, into: &canvas, inside: inside) }
    for line in 0..<rows.height {
      let index = list.top + line
      guard index < list.count else { break }
      drawRow(index, columns, highlight, into: &canvas, rect: rows.row(line))
    }
    if list.total == 0 {
      for (line, text) in emptyText.enumerated() where line < rows.height - 1 {
        canvas.put(text, x: inside.x + 2, y: rows.y + 1 + line, style: .dim, maxWidth: inside.width - 3)
      }
    }
    if let frameRight {
      canvas.scrollThumb(
        in: Rect(x: frameRight.x, y: rows.y, width: 1, height: rows.height), first: list.top,
        count: list.count)
    }
  }

  private func placedColumns(inside: Rect, rows: Rect) -> SlotColumns {
    let slots = (0..<rows.height).compactMap { list.row(at: list.top + $0) }
    return SlotColumns(
      width: inside.width, slotDigits: String(slots.map(\.slotID).max() ?? 0).count, typeWidth: typeWidth,
      nameWidth: slots.map { TextWidth.of($0.name) }.max() ?? 0, chosen: columns)
  }

  /// What a click on a column's title sorts by; the sign of the state has its own.
  func order(atColumn x: Int, inside: Rect) -> SlotOrder? {
    let columns = placedColumns(inside: inside, rows: inside.splitTop(1).rest)
    let column = x - inside.x
    if abs(column - columns.signX) <= 1 { return .state }
    return columns.placed.last { $0.x <= column + 1 }?.column.order
  }

  /// The title of the column that the list is sorted by has an arrow at it.
  private func drawTitles(_ columns: SlotColumns, into canvas: inout Canvas, inside: Rect) {
    let arrow = list.query.descends ? canvas.glyphs.down : canvas.glyphs.up
    for placed in columns.placed {
      let isSorted = placed.column.order == list.query.order
      let title = SlotColumns.title(placed.column)
      let style: Style = isSorted ? .accent : .dim
      // The gap between two columns has room for the arrow.
      if SlotColumns.alignsRight(placed.column) {
        canvas.putRight(
          (isSorted ? arrow : "") + title, end: inside.x + placed.x + placed.width, y: inside.y, style: style)
      } else {
        canvas.put(
          title + (isSorted ? arrow : ""), x: inside.x + placed.x, y: inside.y, style: style,
          maxWidth: placed.width + 1)
      }
    }
    if list.query.order == .state {
      canvas.put(arrow, x: inside.x + columns.signX, y: inside.y, style: .accent)
    }
  }

  private func drawRow(
    _ index: Int, _ columns: SlotColumns, _ highlight: SearchHighlight, into canvas: inout Canvas, rect: Rect
  ) {
    let isSelected = index == list.selection
    defer {
      if isSelected {
        canvas.put(canvas.glyphs.cursor, x: rect.x, y: rect.y, style: isFocused ? .accent : .dim)
        canvas.select(rect)
      }
    }
    guard let slot = list.row(at: index) else {
      canvas.put(canvas.glyphs.ellipsis, x: rect.x + 4, y: rect.y, style: .dim)
      return
    }
    if marks.contains(slot.slotID) {
      canvas.put("*", x: rect.x + 1, y: rect.y, style: Style.accent.bolded)
    }
    for placed in columns.placed {
      let text = SlotColumns.text(placed.column, of: slot, now: now)
      let x = rect.x + placed.x
      let style = style(of: placed.column, isSelected: isSelected)
      if SlotColumns.alignsRight(placed.column) {
        canvas.putRight(text, end: x + placed.width, y: rect.y, style: style, maxWidth: placed.width)
        highlight.mark(
          text, of: placed.column, x: x + placed.width - TextWidth.of(text), y: rect.y, in: &canvas)
      } else {
        // Of a checksum the beginning is what people know it by.
        let cut =
          placed.column == .checksum
          ? VisibleText.tailCut(text, width: placed.width, ellipsis: "")
          : VisibleText.middleCut(text, width: placed.width, ellipsis: canvas.glyphs.ellipsis)
        canvas.put(cut, x: x, y: rect.y, style: style)
        highlight.mark(cut, of: placed.column, x: x, y: rect.y, in: &canvas)
      }
    }
    canvas.put(
      slot.integrity.sign(canvas.glyphs), x: rect.x + columns.signX, y: rect.y, style: slot.integrity.style)
  }

  private func style(of column: SlotColumns.Column, isSelected: Bool) -> Style {
    switch column {
    case .name: isSelected ? .strong : .plain
    case .age, .dtype, .checksum: .dim
    default: .plain
    }
  }
}
