import Canvas
import Inspection

extension HeatMapView {
  /// Which part of the tensor is seen, and how much of it a cell shows: `768 × 2304, one cell = 48 × 45`.
  package func facts(in rect: Rect, glyphs: Glyphs) -> String {
    let slice = slice
    let times = glyphs.times
    var whole = slice.text(times: times)
    if whole.isEmpty || slice.sliceCount > 1 {
      let size =
        slice.wrap == nil
        ? "\(slice.rowCount) \(times) \(slice.columnCount)"
        : "\(slice.elementCount) in rows of \(slice.columnCount)"
      whole = whole.isEmpty ? size : "\(whole) = \(size)"
    }
    if slice.elementCount == 0 { return "empty" }
    return "\(whole), \(geometry(in: rect, glyphs: glyphs).cellText(times: times))"
  }

  /// Draws into all of `rect`: the picture, the legend, and what is under the cursor.
  package func draw(into canvas: inout Canvas, rect: Rect, isFocused: Bool) {
    let geometry = geometry(in: rect, glyphs: canvas.glyphs)
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
    guard let map, map.request.slice == slice else {
      canvas.put("reading", x: rect.x, y: rect.y, style: .dim, maxWidth: rect.width)
      return
    }
    drawPicture(map, geometry, into: &canvas)
    if isFocused { drawCursor(geometry, into: &canvas) }
    drawLegend(map, into: &canvas, geometry.legend)
    if isFocused { drawReadout(map, into: &canvas, geometry) }
  }

  // MARK: The picture

  private func drawPicture(_ map: HeatMap, _ geometry: HeatMapGeometry, into canvas: inout Canvas) {
    let plot = geometry.plot
    let painter = HeatPainter(scale: scale, measure: measure, glyphs: canvas.glyphs)
    for line in 0..<plot.height {
      for column in 0..<plot.width {
        let cells = (0..<geometry.cellsPerLine).map { part in
          self.cell(line * geometry.cellsPerLine + part, column, map, geometry)
        }
        guard let sign = painter.sign(cells) else { continue }
        canvas.put(sign.text, x: plot.x + column, y: plot.y + line, style: sign.style)
      }
    }
  }

  /// What the last picture knows of a cell; nil where nothing is there or known.
  private func cell(_ row: Int, _ column: Int, _ map: HeatMap, _ geometry: HeatMapGeometry) -> HeatMap.Cell? {
    let value = geometry.value(row: row, column: column, origin: cursor.origin)
    return map.cell(at: value)
  }

  private func drawCursor(_ geometry: HeatMapGeometry, into canvas: inout Canvas) {
    func place(_ position: Int, _ origin: Int, _ scale: AxisScale) -> Int {
      scale.cell(of: position - origin) + (scale.cellsPerValue - 1) / 2
    }
    let row = place(position.row, cursor.origin.row, geometry.rows) / geometry.cellsPerLine
    let column = place(position.column, cursor.origin.column, geometry.columns)
    let (x, y) = (geometry.plot.x + column, geometry.plot.y + row)
    guard geometry.plot.contains(x: x, y: y) else { return }
    var style = Style(.accent, bold: true, reverse: !canvas.glyphs.paintsHeat)
    if let heat = canvas[x, y].style.heat, let paper = heat.ink ?? heat.paper, canvas.glyphs.paintsHeat {
      style = Style(bold: true, heat: Heat(ink: nil, paper: paper))
    }
    canvas.put(canvas.glyphs.crosshair, x: x, y: y, style: style)
  }

  // MARK: Below it

  /// `-0.021 ▀▀▀▀▀▀▀▀ 0.021   mean · sample`.
  private func drawLegend(_ map: HeatMap, into canvas: inout Canvas, _ row: Rect) {
    guard !row.isEmpty else { return }
    let glyphs = canvas.glyphs
    let painter = HeatPainter(scale: scale, measure: measure, glyphs: glyphs)
    var used = 0
    if let scale {
      used += canvas.put(
        Format.number(scale.lower) + " ", x: row.x, y: row.y, style: .dim, maxWidth: row.width)
      let bar = scale.lower < scale.upper ? min(15, max(5, row.width / 4)) : 1
      for index in 0..<bar where used + index < row.width {
        let sign = painter.solid(scale.value(at: index, of: bar))
        canvas.put(sign.text, x: row.x + used + index, y: row.y, style: sign.style)
      }
      used += bar
      if scale.lower < scale.upper {
        used += canvas.put(
          " " + Format.number(scale.upper), x: row.x + used, y: row.y, style: .dim, maxWidth: row.width - used
        )
      }
    }
    var facts = [measureText(map, glyphs)]
    let marks = map.cells.reduce(into: HeatMap.Marks()) { $0.formUnion($1.marks) }
    if marks.contains(.nan) { facts.append("\(glyphs.notANumber) NaN") }
    if !marks.isDisjoint(with: [.positiveInfinity, .negativeInfinity]) {
      facts.append("\(glyphs.infinite) \(glyphs.plusMinus)Inf")
    }
    if map.isSampled { facts.append(isLoading ? "sample, reading all" : "sample") }
    while !facts.isEmpty {
      let text = facts.joined(separator: " \(glyphs.separator) ")
      if used + 2 + TextWidth.of(text) <= row.width {
        canvas.putRight(text, end: row.maxX, y: row.y, style: .dim)
        return
      }
      facts.removeLast()
    }
  }

  /// What a cell shows: of signed values without colours the magnitude alone.
  private func measureText(_ map: HeatMap, _ glyphs: Glyphs) -> String {
    let isOne = map.request.rowsPerCell == 1 && map.request.columnsPerCell == 1
    let value = dtype.isComplex ? "|z|" : measure == .largest ? "|x|" : ""
    switch measure {
    case .largest: return isOne ? value : "largest \(value)"
    case .mean:
      let text = isOne ? (value.isEmpty ? "value" : value) : value.isEmpty ? "mean" : "mean \(value)"
      return scale?.isDiverging == true && !glyphs.paintsHeat ? "|\(text)|" : text
    }
  }

  /// `mean 0.0012  rows 96-143, columns 45-89  largest 0.08`, as much of it as there is room for.
  private func drawReadout(_ map: HeatMap, into canvas: inout Canvas, _ geometry: HeatMapGeometry) {
    let row = geometry.readout
    guard !row.isEmpty, let cell = map.cell(at: position) else { return }
    var used = 0
    for part in readout(cell, geometry) {
      let width = part.reduce(used == 0 ? 0 : 2) { $0 + TextWidth.of($1.text) }
      guard used + width <= row.width else { break }
      canvas.put(part, x: row.x + used + (used == 0 ? 0 : 2), y: row.y)
      used += width
    }
  }

  private func readout(_ cell: HeatMap.Cell, _ geometry: HeatMapGeometry) -> [[Span]] {
    var signs: [Span] = []
    for (mark, text) in [
      (HeatMap.Marks.nan, "NaN"), (.positiveInfinity, "+Inf"), (.negativeInfinity, "-Inf"),
    ] {
      if cell.marks.contains(mark) { signs.append(Span((signs.isEmpty ? "" : " ") + text, .bad)) }
    }
    let (rows, columns) = (geometry.rows, geometry.columns)
    if rows.valuesPerCell == 1, columns.valuesPerCell == 1 {
      let value = cell.mean.isFinite ? [Span(Format.number(cell.mean), .strong)] : signs
      return [[Span("[\(cursor.indexText)] = ", .dim)] + value]
    }
    var parts = signs.isEmpty ? [] : [signs]
    if cell.mean.isFinite {
      parts.insert([Span("mean ", .dim), Span(Format.number(cell.mean), .strong)], at: 0)
    }
    parts.append([Span(placeText(rows, columns), .dim)])
    if cell.mean.isFinite { parts.append([Span("largest ", .dim), Span(Format.number(cell.largest))]) }
    return parts
  }

  /// The rows and the columns under the cursor. Those of a wrapped vector are none of its own.
  private func placeText(_ rows: AxisScale, _ columns: AxisScale) -> String {
    func span(_ position: Int, _ scale: AxisScale, _ count: Int, _ name: String) -> String {
      let start = scale.aligned(position)
      let last = start + min(scale.valuesPerCell, count - start) - 1
      return start == last ? "\(name) \(start)" : "\(name)s \(start)-\(last)"
    }
    if slice.wrap != nil { return "from [\(cursor.indexText)]" }
    return span(position.row, rows, slice.rowCount, "row") + ", "
      + span(position.column, columns, slice.columnCount, "column")
  }
}

extension HeatMap {
  /// The cell in which a value of the slice lies; nil where the map does not cover it or there is none.
  func cell(at position: SlicePosition) -> Cell? {
    guard request.rows.contains(position.row), request.columns.contains(position.column) else { return nil }
    let cell = self[
      (position.row - request.rows.lowerBound) / request.rowsPerCell,
      (position.column - request.columns.lowerBound) / request.columnsPerCell]
    return cell.marks.contains(.nothing) ? nil : cell
  }
}

/// How cells of a heat map become signs.
struct HeatPainter {
  let scale: HeatScale?
  let measure: HeatMeasure
  let glyphs: Glyphs

  struct Sign: Equatable {
    var text: String
    var style: Style
  }

  /// One cell, or two that stand above each other in one; nil where there is nothing to draw.
  func sign(_ cells: [HeatMap.Cell?]) -> Sign? {
    let marks = cells.reduce(into: HeatMap.Marks()) { $0.formUnion($1?.marks ?? []) }
    if marks.contains(.nan) { return Sign(text: glyphs.notANumber, style: Style(.bad, bold: true)) }
    if !marks.isDisjoint(with: [.positiveInfinity, .negativeInfinity]) {
      return Sign(text: glyphs.infinite, style: Style(.bad, bold: true))
    }
    let values = cells.map { $0.map { measure.value(of: $0) } }
    if values.count < 2 { return values.first?.map { solid($0) } }
    guard let scale else { return nil }
    switch (values[0], values[1]) {
    case (nil, nil): return nil
    case (let upper?, nil):
      return Sign(text: glyphs.upperHalf, style: Style(heat: Heat(ink: scale.color(upper), paper: nil)))
    case (nil, let lower?):
      return Sign(text: glyphs.lowerHalf, style: Style(heat: Heat(ink: scale.color(lower), paper: nil)))
    case (let upper?, let lower?):
      return Sign(
        text: glyphs.upperHalf, style: Style(heat: Heat(ink: scale.color(upper), paper: scale.color(lower))))
    }
  }

  /// A whole cell of one value.
  func solid(_ value: Double) -> Sign {
    guard let scale, !value.isNaN else { return Sign(text: " ", style: .plain) }
    let color = scale.color(value)
    if glyphs.paintsHeat { return Sign(text: " ", style: Style(heat: Heat(ink: nil, paper: color))) }
    return Sign(text: glyphs.shade(scale.shade(value)), style: Style(heat: Heat(ink: color, paper: nil)))
  }
}
