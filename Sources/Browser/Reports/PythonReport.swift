import Canvas
import Inspection
import SlotStore

/// The Python lines that load a slot, to be read and copied.
struct PythonReport: Dialog {
  let slotID: Int
  let lines: [String]
  private var scroll = ScrollPosition()

  init(_ details: SlotDetails) throws(InspectionError) {
    slotID = details.summary.slotID
    lines = try PythonLines(details).lines
  }

  var scope: Scope { .python }
  var title: String { "Slot \(slotID) in Python" }
  var facts: String { "" }

  mutating func perform(_ command: Command, on browser: inout BrowserState) -> DialogReply {
    let inside = browser.dialogInside(self)
    switch command {
    case .close: return .close()
    case .copyLines:
      browser.notice = Notice(text: "copied \(NumberText.counted(lines.count, "line"))", isError: false)
      return .stay([.copy(lines.joined(separator: "\n") + "\n")])
    default: scroll.move(command, count: rows(width: inside.width).count, visible: inside.height)
    }
    return .stay()
  }

  mutating func take(_ event: MouseEvent, inside: Rect, on browser: inout BrowserState) -> DialogReply {
    switch event.kind {
    case .wheelUp: perform(.up, on: &browser)
    case .wheelDown: perform(.down, on: &browser)
    default: .stay()
    }
  }

  func size(within available: (width: Int, height: Int)) -> (width: Int, height: Int) {
    let longest = lines.prefix(500).map(TextWidth.of).max() ?? 0
    let width = min(available.width, max(40, longest))
    return (width, min(available.height, rows(width: width).count))
  }

  func draw(into canvas: inout Canvas, inside: Rect) -> CursorPosition? {
    let rows = rows(width: inside.width)
    let top = scroll.clamped(count: rows.count, visible: inside.height)
    for (row, line) in rows.dropFirst(top).prefix(inside.height).enumerated() {
      canvas.put(line, x: inside.x, y: inside.y + row, maxWidth: inside.width)
    }
    canvas.scrollThumb(
      in: Rect(x: inside.maxX + 1, y: inside.y, width: 1, height: inside.height), first: top,
      count: rows.count)
    return nil
  }

  /// Lines that are too long go on in the next row: what is copied has them in one.
  private func rows(width: Int) -> [String] {
    lines.flatMap { line -> [String] in
      var rest = Substring(line)
      var rows: [String] = []
      repeat {
        let room = rows.isEmpty ? width : width - 2
        var row = rest.prefix(max(1, room))
        while row.count > 1, TextWidth.of(String(row)) > room { row.removeLast() }
        rows.append((rows.isEmpty ? "" : "  ") + row)
        rest = rest.dropFirst(row.count)
      } while !rest.isEmpty
      return rows
    }
  }
}
