import Tensors

/// Reads what a plan says and puts it into the cells.
struct HeatMapPass {
  private let request: HeatMapRequest
  private let slice: TensorSlice
  private let plan: HeatMapPlan
  private let reader: ElementReader
  private let progress: WorkProgress?
  private var cells: [CellSum]

  /// Elements that are read at once: the memory it takes.
  private static let chunk = 64 << 10

  init(_ request: HeatMapRequest, plan: HeatMapPlan, reader: ElementReader, progress: WorkProgress?) {
    self.request = request
    self.plan = plan
    self.reader = reader
    self.progress = progress
    slice = request.slice
    cells = [CellSum](repeating: CellSum(), count: request.height * request.width)
  }

  /// - Throws: what the source throws, `CancellationError`.
  consuming func map() throws -> HeatMap {
    let rowsAreNear = reader.byteCount(of: slice.rowStride) <= HeatMapPlan.nearBytes
    let isWhole = plan.run >= request.columnsPerCell
    for cellRow in 0..<request.height {
      let start = request.rows.lowerBound + cellRow * request.rowsPerCell
      let end = start + min(request.rowsPerCell, request.rows.upperBound - start)
      for rows in plan.groups(of: start..<end) {
        if isWhole, rowsAreNear {
          try addTogether(rows, to: cellRow)
        } else {
          for row in rows {
            if isWhole {
              try add(columns(inRow: row), row, to: cellRow)
            } else {
              try addRuns(row, to: cellRow)
            }
          }
        }
      }
    }
    return HeatMap(
      request: request, cells: cells.map(\.cell), isSampled: !plan.isComplete(for: request))
  }

  private func columns(inRow row: Int) -> Range<Int> {
    request.columns.clamped(to: 0..<slice.columnCount(inRow: row))
  }

  private func elements(_ columns: Range<Int>, _ row: Int) -> Range<Int> {
    slice.element(row: row, column: columns.lowerBound)..<slice.element(
      row: row, column: columns.upperBound - 1) + 1
  }

  private func load(_ elements: Range<Int>) throws {
    try progress?.checkCancellation()
    try reader.load(elements)
    progress?.advance(by: reader.byteCount(of: elements.count))
  }

  /// Rows that lie so near each other that what lies between them is read as well.
  private mutating func addTogether(_ rows: Range<Int>, to cellRow: Int) throws {
    let rowsAtOnce = max(1, Self.chunk / slice.rowStride)
    var start = rows.lowerBound
    while start < rows.upperBound {
      let end = start + min(rowsAtOnce, rows.upperBound - start)
      let last = columns(inRow: end - 1)
      let first = slice.element(row: start, column: request.columns.lowerBound)
      // In the last row of a wrapped vector the window may be empty.
      let final =
        last.isEmpty
        ? slice.element(row: end - 1, column: 0)
        : slice.element(row: end - 1, column: last.upperBound - 1) + 1
      if first < final {
        try load(first..<final)
        for row in start..<end { addLoaded(columns(inRow: row), row, to: cellRow) }
      }
      start = end
    }
  }

  /// A part of one row, however long it is.
  private mutating func add(_ columns: Range<Int>, _ row: Int, to cellRow: Int) throws {
    let strideBytes = reader.byteCount(of: slice.columnStride)
    let columnsAtOnce = strideBytes > HeatMapPlan.nearBytes ? 1 : max(1, Self.chunk / slice.columnStride)
    var start = columns.lowerBound
    while start < columns.upperBound {
      let part = start..<start + min(columnsAtOnce, columns.upperBound - start)
      try load(elements(part, row))
      addLoaded(part, row, to: cellRow)
      start = part.upperBound
    }
  }

  private mutating func addRuns(_ row: Int, to cellRow: Int) throws {
    let columns = columns(inRow: row)
    var start = columns.lowerBound
    while start < columns.upperBound {
      let end = start + min(request.columnsPerCell, columns.upperBound - start)
      try add(plan.run(of: start..<end, row: row), row, to: cellRow)
      start = end
    }
  }

  private mutating func addLoaded(_ columns: Range<Int>, _ row: Int, to cellRow: Int) {
    guard !columns.isEmpty else { return }
    let stride = slice.columnStride
    let origin = request.columns.lowerBound
    let perCell = request.columnsPerCell
    let firstCell = cellRow * request.width
    reader.withValues(elements(columns, row)) { values in
      cells.withUnsafeMutableBufferPointer { cells in
        var column = columns.lowerBound
        while column < columns.upperBound {
          let cell = (column - origin) / perCell
          let end = min(columns.upperBound, origin + (cell + 1) * perCell)
          cells[firstCell + cell].add(
            values + (column - columns.lowerBound) * stride, count: end - column, stride: stride)
          column = end
        }
      }
    }
  }
}

/// What has been seen of the values of a cell.
struct CellSum {
  private var sum = 0.0
  /// Of values beyond `huge`, times 2^-64: their own sum need not fit a double.
  private var hugeSum = 0.0
  private var finite = 0
  private var largest = 0.0
  private var marks: HeatMap.Marks = []

  /// So many of these as there can be do not add up to infinity.
  private static let huge = 0x1p960

  mutating func add(_ values: UnsafePointer<Double>, count: Int, stride: Int) {
    let (sum, largest) = stride == 1 ? Self.pass(values, count) : Self.pass(values, count, stride)
    // Values that are not finite, and sums of huge ones that may grow beyond all bounds, are looked at one by one.
    if abs(sum) < Self.huge {
      self.sum += sum
      finite += count
      self.largest = max(self.largest, largest)
    } else {
      for index in 0..<count { add(values[index * stride]) }
    }
  }

  /// Four sums side by side, as a processor can keep them going.
  private static func pass(_ values: UnsafePointer<Double>, _ count: Int) -> (sum: Double, largest: Double) {
    var (a, b, c, d) = (0.0, 0.0, 0.0, 0.0)
    var (e, f, g, h) = (0.0, 0.0, 0.0, 0.0)
    var index = 0
    while index + 4 <= count {
      let (p, q, r, s) = (values[index], values[index + 1], values[index + 2], values[index + 3])
      (a, b, c, d) = (a + p, b + q, c + r, d + s)
      e = larger(e, abs(p))
      f = larger(f, abs(q))
      g = larger(g, abs(r))
      h = larger(h, abs(s))
      index += 4
    }
    while index < count {
      a += values[index]
      e = larger(e, abs(values[index]))
      index += 1
    }
    return ((a + b) + (c + d), larger(larger(e, f), larger(g, h)))
  }

  private static func pass(
    _ values: UnsafePointer<Double>, _ count: Int, _ stride: Int
  ) -> (sum: Double, largest: Double) {
    var (sum, largest) = (0.0, 0.0)
    for index in 0..<count {
      sum += values[index * stride]
      largest = larger(largest, abs(values[index * stride]))
    }
    return (sum, largest)
  }

  /// `max` with the semantics of one machine instruction; NaN does not come here to stay.
  @inline(__always)
  private static func larger(_ a: Double, _ b: Double) -> Double { a > b ? a : b }

  private mutating func add(_ value: Double) {
    if value.isFinite {
      if abs(value) < Self.huge { sum += value } else { hugeSum += value * 0x1p-64 }
      finite += 1
      largest = max(largest, abs(value))
    } else if value.isNaN {
      marks.insert(.nan)
    } else {
      marks.insert(value > 0 ? .positiveInfinity : .negativeInfinity)
    }
  }

  var cell: HeatMap.Cell {
    guard finite > 0 else {
      return HeatMap.Cell(mean: .nan, largest: 0, marks: marks.isEmpty ? .nothing : marks)
    }
    let mean = sum / Double(finite) + hugeSum / Double(finite) * 0x1p64
    return HeatMap.Cell(mean: min(largest, max(-largest, mean)), largest: largest, marks: marks)
  }
}
