import Canvas
import Foundation

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
    let digits = (0..<rows.height).compactMap { list.row(at: list.top + $0)?.slotID }.max() ?? 0
    let columns = SlotColumns(
      width: inside.width, slotDigits: String(digits).count, typeWidth: typeWidth,
      chosen: columns)
    if hasTitles { drawTitles(columns, into: &canvas, inside: inside) }
    for line in 0..<rows.height {
      let index = list.top + line
      guard index < list.count else { break }
      drawRow(index, columns, into: &canvas, rect: rows.row(line))
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

  private func drawTitles(_ columns: SlotColumns, into canvas: inout Canvas, inside: Rect) {
    for placed in columns.placed {
      let title = SlotColumns.title(placed.column)
      if SlotColumns.alignsRight(placed.column) {
        canvas.putRight(title, end: inside.x + placed.x + placed.width, y: inside.y, style: .dim)
      } else {
        canvas.put(title, x: inside.x + placed.x, y: inside.y, style: .dim, maxWidth: placed.width)
      }
    }
  }

  private func drawRow(_ index: Int, _ columns: SlotColumns, into canvas: inout Canvas, rect: Rect) {
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
      } else {
        canvas.putCut(text, x: x, y: rect.y, width: placed.width, style: style)
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
