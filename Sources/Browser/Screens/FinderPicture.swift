import Canvas
import Inspection

/// What a screen's list is searched by, at the left of its second line: `/ filter`, or the text and how many rows match.
enum FinderPicture {
  /// - Parameters:
  ///   - filter: what is being typed; nil while nobody types.
  ///   - search: what the list is searched by.
  ///   - count: how many rows match.
  ///   - gap: columns behind `/ filter`.
  ///   - key: what begins to search.
  /// - Returns: the first column that is free behind it, and the cursor while somebody types.
  static func draw(
    filter: TextField?, search: String, count: Int, gap: Int, key: String, into canvas: inout Canvas,
    row: Rect
  ) -> (end: Int, cursor: CursorPosition?) {
    guard filter != nil || !search.isEmpty else {
      return (1 + canvas.put("\(key) filter", x: 1, y: row.y, style: .dim) + gap, nil)
    }
    let count = " \(Format.grouped(count))"
    let room = min(40, row.width / 2)
    canvas.put("/", x: 1, y: row.y, style: .accent)
    let position = FieldPicture.draw(
      filter ?? TextField(search), into: &canvas, x: 3, y: row.y,
      width: max(4, room - 3 - TextWidth.of(count)), style: filter == nil ? .accent : .plain)
    canvas.putRight(count, end: 1 + room, y: row.y, style: .dim)
    return (1 + room + 3, filter == nil ? nil : position)
  }
}
