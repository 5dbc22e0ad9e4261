/// Heights between 0 and 1 in eighths of a cell.
enum BarLevel {
  /// - Returns: between 0 and `8 * cells`; whatever is above 0 is at least 1, so that no value vanishes beside a large
  ///   one. Not-a-number is 0.
  static func eighths(of height: Double, cells: Int) -> Int {
    guard height > 0, cells > 0 else { return 0 }
    return max(1, Int((min(1, height) * Double(8 * cells)).rounded()))
  }

  /// The heights spread over or gathered into `columns` columns; of several in one column the highest counts.
  static func resampled(_ heights: [Double], columns: Int) -> [Double] {
    let count = heights.count
    guard count != columns, count > 0, columns > 0 else { return heights }
    return (0..<columns).map { column in
      let first = column * count / columns
      let end = max(first + 1, (column + 1) * count / columns)
      return heights[first..<end].reduce(0) { max($0, $1) }
    }
  }
}
