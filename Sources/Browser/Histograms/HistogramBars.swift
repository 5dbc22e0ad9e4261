import Foundation
import Statistics

/// A histogram brought onto the columns of a plot.
enum HistogramBars {
  /// Counts per column between `lower` and `upper`, by default the histogram's own bounds: a bin that lies in two
  /// columns is shared out by its width.
  static func counts(
    _ histogram: Histogram, from lower: Double? = nil, to upper: Double? = nil, columns: Int
  ) -> [Double] {
    var result = [Double](repeating: 0, count: max(0, columns))
    let start = lower ?? histogram.lowerBound
    let span = (upper ?? histogram.upperBound) - start
    let bins = histogram.counts.count
    let width = (histogram.upperBound - histogram.lowerBound) / Double(max(1, bins))
    guard columns > 0, bins > 0, span > 0, span.isFinite, width > 0, width.isFinite else { return result }
    if start == histogram.lowerBound, start + span == histogram.upperBound, bins.isMultiple(of: columns) {
      let each = bins / columns
      return (0..<columns).map { column in
        Double(histogram.counts[column * each..<(column + 1) * each].reduce(0, +))
      }
    }
    let scale = Double(columns) / span
    for (bin, count) in histogram.counts.enumerated() where count > 0 {
      let low = (histogram.lowerBound + Double(bin) * width - start) * scale
      let high = (histogram.lowerBound + Double(bin + 1) * width - start) * scale
      let from = max(0, low)
      let to = min(Double(columns), high)
      guard from < to, high > low else { continue }
      for column in Int(from)..<min(columns, Int(to.rounded(.up))) {
        let overlap = min(to, Double(column + 1)) - max(from, Double(column))
        if overlap > 0 { result[column] += Double(count) * overlap / (high - low) }
      }
    }
    return result
  }

  /// How wide a bar is, in columns, that shows `values` values in a plot of `columns` columns: more than one where
  /// there are so few values that chance would rule the picture (about twice the Rice rule, 4 ∛n bars).
  static func barWidth(values: Int, columns: Int) -> Int {
    let wanted = max(8, Int(4 * cbrt(Double(max(0, values)))))
    return max(1, Int((Double(columns) / Double(wanted)).rounded()))
  }

  /// Heights between 0 and 1, of `top` or of the highest.
  static func heights(_ counts: [Double], isLog: Bool, top: Double? = nil) -> [Double] {
    let top = top ?? counts.max() ?? 0
    guard top > 0 else { return counts.map { _ in 0 } }
    return counts.map { isLog ? log1p($0) / log1p(top) : $0 / top }
  }
}
