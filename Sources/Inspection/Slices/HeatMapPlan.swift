import Tensors

/// Which values of each cell of a heat map are read.
///
/// Deterministic: in each row of cells some groups of neighbouring rows, spread evenly and each somewhere in its own
/// stretch, so that a period in the tensor does not meet one in the sample; of each such row all values, or, where
/// the rows are too long for that, in each cell a run of neighbouring ones.
struct HeatMapPlan: Equatable {
  /// Groups in a row of cells, and rows in each.
  var groups: Int
  var rowsPerGroup: Int
  /// Columns of a cell that are read.
  var run: Int

  /// Values that are decoded, at most, for a picture in the blink of an eye.
  static let blink = 4 << 20
  /// Values that are decoded, at most, for an exact picture.
  static let patience = 512 << 20
  /// Reads for a picture in the blink of an eye.
  static let reads = 2048
  /// Values that cost as much as one read.
  static let valuesPerRead = 256
  /// Rows that lie no further apart than this many bytes are read together with what lies between them.
  static let nearBytes = 16 << 10

  /// Every value.
  init(completeFor request: HeatMapRequest) {
    (groups, rowsPerGroup, run) = (1, request.rowsPerCell, request.columnsPerCell)
  }

  /// The values that fit the time of a blink: all of them where they are few.
  init(quickFor request: HeatMapRequest, rowByteCount: Int, blink: Int = HeatMapPlan.blink) {
    self.init(completeFor: request)
    if Self.cost(of: request, rowByteCount: rowByteCount) <= blink { return }
    let height = request.height
    let rowCost = Self.rowCost(of: request)
    let (smallest, overflow) = rowCost.multipliedReportingOverflow(by: height)
    guard !overflow, smallest <= blink else {
      (groups, rowsPerGroup) = (1, 1)
      let perCell = blink / max(1, height * request.width) / request.slice.columnStride
      run = min(request.columnsPerCell, max(1, perCell))
      return
    }
    var rows = blink / smallest
    if rowByteCount > Self.nearBytes { rows = min(rows, max(1, 2 * Self.reads / height)) }
    groups = min(rows, max(1, Self.reads / height))
    rowsPerGroup = rows / groups
    if groups * rowsPerGroup >= request.rowsPerCell { (groups, rowsPerGroup) = (1, request.rowsPerCell) }
  }

  func isComplete(for request: HeatMapRequest) -> Bool {
    groups * rowsPerGroup >= min(request.rowsPerCell, request.rows.count)
      && run >= min(request.columnsPerCell, request.columns.count)
  }

  /// Values decoded for one row of the window.
  private static func rowCost(of request: HeatMapRequest) -> Int {
    let (cost, overflow) = request.columns.count.multipliedReportingOverflow(by: request.slice.columnStride)
    return overflow ? Int.max : cost
  }

  /// Values decoded for all of the window, reads counted as values.
  static func cost(of request: HeatMapRequest, rowByteCount: Int) -> Int {
    let row = rowByteCount > nearBytes ? max(rowCost(of: request), valuesPerRead) : rowCost(of: request)
    let (cost, overflow) = row.multipliedReportingOverflow(by: request.rows.count)
    return overflow ? Int.max : cost
  }

  /// The rows to be read of a row of cells that has `rows`.
  func groups(of rows: Range<Int>) -> [Range<Int>] {
    if groups * rowsPerGroup >= rows.count { return [rows] }
    return (0..<groups).map { group in
      let start = rows.lowerBound + Self.share(rows.count, group, of: groups)
      let end = rows.lowerBound + Self.share(rows.count, group + 1, of: groups)
      return part(of: start..<end, count: rowsPerGroup)
    }
  }

  /// The columns to be read of a cell that has `columns`, in a row.
  func run(of columns: Range<Int>, row: Int) -> Range<Int> {
    run >= columns.count ? columns : part(of: columns, count: run, salt: row)
  }

  /// `count * part / parts` without overflow.
  private static func share(_ count: Int, _ part: Int, of parts: Int) -> Int {
    count / parts * part + count % parts * part / parts
  }

  private func part(of range: Range<Int>, count: Int, salt: Int = 0) -> Range<Int> {
    let room = range.count - count
    guard room > 0 else { return range }
    let start = range.lowerBound + Int(Self.scattered(range.lowerBound &+ salt &* 0x5bd1) % UInt64(room + 1))
    return start..<start + count
  }

  /// A number that looks random: SplitMix64's mixing function (Steele, Lea and Flood, "Fast splittable pseudorandom
  /// number generators", 2014).
  private static func scattered(_ number: Int) -> UInt64 {
    var z = UInt64(bitPattern: Int64(number)) &+ 0x9e37_79b9_7f4a_7c15
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
