import Canvas

/// Columns of text, as wide as their longest cell.
struct Table {
  struct Column {
    let title: String
    var alignsRight = false
    /// Longer cells are cut in the middle.
    var limit = 60
  }

  let columns: [Column]
  var rows: [[String]] = []

  func print() {
    let cells = ([columns.map(\.title)] + rows).map { row in
      zip(columns, row).map { VisibleText.middleCut(VisibleText.sanitize($1), width: $0.limit) }
    }
    let widths = columns.indices.map { index in cells.map { TextWidth.of($0[index]) }.max() ?? 0 }
    for row in cells {
      var line = ""
      for (index, cell) in row.enumerated() {
        let padding = String(repeating: " ", count: widths[index] - TextWidth.of(cell))
        line += (index == 0 ? "" : "  ") + (columns[index].alignsRight ? padding + cell : cell + padding)
      }
      while line.last == " " { line.removeLast() }
      Answer.raw(line)
    }
  }
}
