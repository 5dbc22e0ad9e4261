import Canvas
import Inspection

/// Draws the table of tensors of a difference.
struct DifferenceListPicture {
  let list: DifferenceList
  let isFocused: Bool

  private struct Column {
    let title: String
    let width: Int
    let text: (TensorDifference) -> String
  }

  /// What there is room for beside the names, in this order of importance: step, relative, cosine, mean, count.
  private static func columns(width: Int) -> [Column] {
    func column(_ title: String, _ width: Int, _ text: @escaping (TensorDifference) -> String) -> Column {
      Column(title: title, width: width, text: text)
    }
    var columns = [column("MAX ABS", 9) { DifferenceNumbers.size($0.values?.maxAbs) }]
    if width >= 76 { columns.append(column("MEAN ABS", 9) { DifferenceNumbers.size($0.values?.meanAbs) }) }
    if width >= 42 { columns.append(column("REL L2", 9) { DifferenceNumbers.size($0.values?.relativeL2) }) }
    if width >= 58 { columns.append(column("COSINE", 9) { DifferenceNumbers.cosine($0.values?.cosine) }) }
    if width >= 96 {
      columns.append(column("DIFFER", 10) { $0.values.map { Format.count($0.allDiffering) } ?? "" })
    }
    return columns
  }

  /// Cursor, sign, and a blank after each.
  private static let nameX = 4

  func draw(into canvas: inout Canvas, titles: Rect, rows: Rect) {
    let columns = Self.columns(width: rows.width)
    let numbers = columns.reduce(1) { $0 + $1.width + 2 }
    let nameWidth = min(TensorColumns.widestNames, max(4, rows.width - Self.nameX - numbers))
    canvas.put("NAME", x: titles.x + Self.nameX, y: titles.y, style: .dim)
    var end = titles.x + Self.nameX + nameWidth
    for column in columns {
      end += column.width + 2
      canvas.putRight(column.title, end: end, y: titles.y, style: .dim)
    }
    for line in 0..<rows.height {
      let index = list.top + line
      guard index < list.rows.count else { break }
      let row = rows.row(line)
      draw(list.tensors[list.rows[index]], columns, nameWidth, index == list.selection, into: &canvas, row)
      if index == list.selection {
        canvas.put(canvas.glyphs.cursor, x: row.x, y: row.y, style: isFocused ? .accent : .dim)
        canvas.select(row)
      }
    }
  }

  private func draw(
    _ tensor: TensorDifference, _ columns: [Column], _ nameWidth: Int, _ isSelected: Bool,
    into canvas: inout Canvas, _ row: Rect
  ) {
    let isQuiet = tensor.status == .same || tensor.status == .unknown
    canvas.put(Self.sign(tensor), x: row.x + 2, y: row.y, style: .strong)
    canvas.putCut(
      tensor.name.isEmpty ? "(unnamed)" : tensor.name, x: row.x + Self.nameX, y: row.y, width: nameWidth,
      style: isSelected ? .strong : isQuiet ? .dim : .plain)
    let end = row.x + Self.nameX + nameWidth + columns.reduce(0) { $0 + $1.width + 2 }
    guard let values = tensor.values, values.allDiffering > 0 else {
      let room = end - row.x - Self.nameX - nameWidth - 2
      let notes = Self.notes(tensor).map {
        $0.replacing("→", with: canvas.glyphs.arrow).replacing("×", with: canvas.glyphs.times)
      }
      let note = notes.first { TextWidth.of($0) <= room } ?? notes.last ?? ""
      canvas.putRight(note, end: end, y: row.y, style: .dim, maxWidth: room)
      return
    }
    var x = row.x + Self.nameX + nameWidth
    for column in columns {
      x += column.width + 2
      canvas.putRight(
        column.text(tensor), end: x, y: row.y, style: column.title == "MAX ABS" ? .strong : .plain,
        maxWidth: column.width)
    }
  }

  /// `-` and `+` where one side alone has it, `~` where dtype or shape is another, `!` where values are not finite.
  private static func sign(_ tensor: TensorDifference) -> String {
    switch tensor.status {
    case .onlyInA: "-"
    case .onlyInB: "+"
    case .changed where tensor.dtypeChanged || tensor.shapeChanged: "~"
    case .changed where tensor.values.map({ $0.notFiniteDiffering > 0 }) == true: "!"
    default: ""
    }
  }

  /// What is said in place of numbers: the first of these that there is room for.
  private static func notes(_ tensor: TensorDifference) -> [String] {
    switch tensor.status {
    case .unknown: ["comparing"]
    case .onlyInA: ["only in A"]
    case .onlyInB: ["only in B"]
    case .changed where tensor.dtypeChanged && tensor.shapeChanged:
      [tensor.note, "other dtype and shape", "dtype, shape"]
    case .changed where tensor.dtypeChanged: [tensor.note, "other dtype", "dtype"]
    case .changed where tensor.shapeChanged: [tensor.note, "other shape", "shape"]
    case .changed: [tensor.note, "other bits"]
    case .same: ["same"]
    }
  }
}
