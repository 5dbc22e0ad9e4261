import Canvas
import Inspection
import Statistics
import Tensors

/// Draws the rows of a list of tensors that are in view.
struct TensorListPicture {
  let list: TensorList
  let columns: TensorColumns
  let isFocused: Bool
  private let search: NameSearch

  init(list: TensorList, columns: TensorColumns, isFocused: Bool) {
    self.list = list
    self.columns = columns
    self.isFocused = isFocused
    search = NameSearch(list.search)
  }

  func drawTitles(into canvas: inout Canvas, row: Rect) {
    canvas.put("NAME", x: row.x + columns.nameX, y: row.y, style: .dim)
    for placed in columns.placed {
      let x = row.x + placed.x
      if placed.column.alignsRight {
        canvas.putRight(placed.column.title, end: x + placed.width, y: row.y, style: .dim)
      } else {
        canvas.put(placed.column.title, x: x, y: row.y, style: .dim, maxWidth: row.maxX - x)
      }
    }
  }

  func drawRows(into canvas: inout Canvas, _ rect: Rect) {
    for line in 0..<rect.height {
      let index = list.top + line
      guard index < list.rows.count else { break }
      draw(list.rows[index], isSelected: index == list.selection, into: &canvas, rect.row(line))
    }
  }

  private func draw(_ row: TensorList.Row, isSelected: Bool, into canvas: inout Canvas, _ rect: Rect) {
    drawName(row, isSelected: isSelected, into: &canvas, rect)
    let node = list.tree.nodes[row.node]
    if let tensor = node.tensor {
      draw(tensor: tensor, into: &canvas, rect)
    } else {
      drawGroup(node, into: &canvas, rect)
    }
    if isSelected {
      canvas.put(canvas.glyphs.cursor, x: rect.x, y: rect.y, style: isFocused ? .accent : .dim)
      canvas.select(rect)
    }
  }

  // MARK: Names

  private func drawName(_ row: TensorList.Row, isSelected: Bool, into canvas: inout Canvas, _ rect: Rect) {
    let glyphs = canvas.glyphs
    let node = list.tree.nodes[row.node]
    let indent = TensorColumns.indent(depth: row.depth, nameWidth: columns.nameWidth)
    var x = rect.x + columns.nameX + indent
    let end = rect.x + columns.nameX + columns.nameWidth
    if node.isGroup {
      let mark = list.isFolded(row.node) ? glyphs.folded : glyphs.unfolded
      canvas.put(mark, x: x, y: rect.y, style: .accent)
      x += 2
    }
    let name = list.tensors[node.sample].info.name
    let label = list.isTree ? list.tree.label(of: row.node) : name
    guard !label.isEmpty else {
      canvas.put(name.isEmpty ? "(unnamed)" : "(empty)", x: x, y: rect.y, style: .dim, maxWidth: end - x)
      return
    }
    let style: Style = isSelected || node.isGroup ? .strong : .plain
    let shown = VisibleText.middleCut(label, width: end - x, ellipsis: glyphs.ellipsis)
    canvas.put(shown, x: x, y: rect.y, style: style)
    guard !search.isEmpty else { return }
    // Where the label is shown as it is, what was found in the whole name; else what is found in what is shown.
    let isWhole = shown == label && label.utf8.count == TextWidth.of(label)
    let start = list.isTree ? node.label.lowerBound : 0
    let found =
      isWhole
      ? search.ranges(in: name).map { $0.lowerBound - start..<$0.upperBound - start } : visible(in: shown)
    for range in found {
      let part = Rect(x: x + range.lowerBound, y: rect.y, width: range.count, height: 1)
      let label = Rect(x: x, y: rect.y, width: TextWidth.of(shown), height: 1)
      canvas.restyle(part.intersection(label)) { _ in Style.accent.bolded.underlined }
    }
  }

  /// Columns, where bytes and columns are the same thing.
  private func visible(in text: String) -> [Range<Int>] {
    text.utf8.count == TextWidth.of(text) ? search.ranges(in: text) : []
  }

  // MARK: Values

  private func draw(tensor number: Int, into canvas: inout Canvas, _ rect: Rect) {
    let info = list.tensors[number].info
    let profile = list.profiles[number]
    for placed in columns.placed {
      let x = rect.x + placed.x
      let (text, style) = content(of: placed, info, profile, canvas.glyphs)
      if placed.column.alignsRight {
        canvas.putRight(text, end: x + placed.width, y: rect.y, style: style, maxWidth: placed.width)
      } else {
        canvas.putCut(text, x: x, y: rect.y, width: placed.width, style: style)
      }
    }
    if let profile { draw(TensorMarks(profile), into: &canvas, x: rect.x + columns.marksX, y: rect.y) }
  }

  private func content(
    of placed: TensorColumns.Placed, _ info: TensorInfo, _ profile: TensorProfile?, _ glyphs: Glyphs
  ) -> (String, Style) {
    func number(_ value: Double??) -> String { value.flatMap { $0 }.map(Format.number) ?? "" }
    switch placed.column {
    case .dtype: return (info.dtype.rawValue, .dim)
    case .shape: return (Shape.text(info.shape).replacing("×", with: glyphs.times), .plain)
    case .size: return (Format.bytes(info.byteCount), .plain)
    case .mean: return (number(profile?.summary.mean), .dim)
    case .std: return (number(profile?.summary.std), .plain)
    case .distribution: return (sparkline(profile?.histogram, columns: placed.width, glyphs), .accent)
    }
  }

  /// One colour of bars; what is there shows at least the lowest of them.
  private func sparkline(_ histogram: Histogram?, columns: Int, _ glyphs: Glyphs) -> String {
    guard let histogram else { return "" }
    let counts = HistogramBars.counts(histogram, columns: columns)
    return glyphs.sparkline(HistogramBars.heights(counts, isLog: false))
  }

  private func draw(_ marks: TensorMarks, into canvas: inout Canvas, x: Int, y: Int) {
    let infinity = canvas.glyphs.infinity
    if marks.hasNaN, marks.hasInfinity {
      canvas.put(canvas.glyphs.isASCII ? "N+I" : "N\(infinity)", x: x, y: y, style: .bad)
    } else if marks.hasNaN || marks.hasInfinity {
      canvas.put(marks.hasNaN ? "NaN" : infinity, x: x, y: y, style: .bad)
    } else if marks.isAllZero {
      canvas.put("=0", x: x, y: y, style: .warning)
    }
  }

  // MARK: Groups

  /// `12 blocks`, the parameters and, where there is a column for it, the size.
  private func drawGroup(_ node: TensorTree.Node, into canvas: inout Canvas, _ rect: Rect) {
    let count =
      node.holdsBlocks
      ? NumberText.counted(node.children.count, "block") : NumberText.counted(node.tensorCount, "tensor")
    guard let shape = columns[.shape] else { return }
    let parameters = Format.count(node.parameters)
    if let dtype = columns[.dtype] {
      // The count may reach into the gap before the parameters.
      canvas.put(count, x: rect.x + dtype.x, y: rect.y, style: .dim)
      let x = max(dtype.x + TextWidth.of(count) + 2, shape.x)
      canvas.put(parameters, x: rect.x + x, y: rect.y, style: .dim)
    } else {
      canvas.put(count, x: rect.x + shape.x, y: rect.y, style: .dim)
      if let last = columns[.std] ?? columns.placed.last, last.column != .shape {
        canvas.putRight(parameters, end: rect.x + last.x + last.width, y: rect.y, style: .dim)
      }
    }
    if let size = columns[.size] {
      canvas.putRight(Format.bytes(node.byteCount), end: rect.x + size.x + size.width, y: rect.y, style: .dim)
    }
  }
}
