import Canvas

/// Entries of one or several lines each, in a box that scrolls; one of them is selected.
struct EntryList: Sendable, Equatable {
  private(set) var selection = 0
  /// The first line in view.
  private var top = 0

  /// - Parameters:
  ///   - heights: lines of each entry.
  ///   - visible: lines in view.
  mutating func move(_ command: Command, heights: [Int], visible: Int) {
    guard !heights.isEmpty, visible > 0 else { return }
    let lines = lines(of: selection, heights)
    switch command {
    // An entry that is higher than the box is read to its end first.
    case .down where lines.upperBound > top + visible && lines.lowerBound <= top: top += 1
    case .up where lines.lowerBound < top: top -= 1
    case .down: select(selection + 1, heights, visible)
    case .up: select(selection - 1, heights, visible)
    case .pageDown: select(entry(at: lines.lowerBound + max(1, visible - 1), heights), heights, visible)
    case .pageUp: select(entry(at: lines.lowerBound - max(1, visible - 1), heights), heights, visible)
    case .first: select(0, heights, visible)
    case .last: select(heights.count - 1, heights, visible)
    default: break
    }
  }

  /// Selects what stands in a line of the box.
  mutating func select(line: Int, heights: [Int], visible: Int) {
    guard line >= 0, line < visible, top + line < heights.reduce(0, +) else { return }
    select(entry(at: top + line, heights), heights, visible)
  }

  private mutating func select(_ index: Int, _ heights: [Int], _ visible: Int) {
    selection = min(max(0, index), heights.count - 1)
    top = firstLine(heights, visible)
  }

  /// The first line in view, with the selected entry brought into view where it fits.
  private func firstLine(_ heights: [Int], _ visible: Int) -> Int {
    let lines = lines(of: selection, heights)
    var first = min(top, max(0, heights.reduce(0, +) - visible))
    if lines.upperBound > first + visible { first = lines.upperBound - visible }
    if lines.lowerBound < first || lines.count > visible { first = lines.lowerBound }
    return first
  }

  private func lines(of index: Int, _ heights: [Int]) -> Range<Int> {
    let start = heights.prefix(index).reduce(0, +)
    return start..<start + (heights.indices.contains(index) ? heights[index] : 0)
  }

  private func entry(at line: Int, _ heights: [Int]) -> Int {
    var rest = line
    for (index, height) in heights.enumerated() {
      if rest < height { return index }
      rest -= height
    }
    return heights.count - 1
  }

  /// Draws with a column at the left for the cursor.
  func draw(_ entries: [[[Span]]], into canvas: inout Canvas, inside: Rect) {
    let heights = entries.map(\.count)
    let selected = lines(of: selection, heights)
    var first = min(top, max(0, heights.reduce(0, +) - inside.height))
    // A box that has become lower still shows where one is.
    if selected.lowerBound >= first + inside.height || selected.upperBound <= first {
      first = firstLine(heights, inside.height)
    }
    let lines = entries.flatMap { $0 }
    for (row, line) in lines.dropFirst(first).prefix(inside.height).enumerated() {
      canvas.put(line, x: inside.x, y: inside.y + row, maxWidth: inside.width)
      if selected.contains(first + row) {
        let whole = Rect(x: inside.x - 1, y: inside.y + row, width: inside.width + 1, height: 1)
        canvas.put(canvas.glyphs.cursor, x: whole.x, y: whole.y, style: .accent)
        canvas.select(whole)
      }
    }
    canvas.scrollThumb(
      in: Rect(x: inside.maxX + 1, y: inside.y, width: 1, height: inside.height), first: first,
      count: lines.count)
  }
}
