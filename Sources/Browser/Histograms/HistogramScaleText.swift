import Canvas
import Statistics

/// What is said of a histogram as a whole: `linear · exact · 99.8 %`.
enum HistogramScaleText {
  /// - Parameters:
  ///   - statistics: the best so far; nil while there are none.
  ///   - fraction: how much has been counted, where that is known.
  static func text(
    _ weights: WeightsPane, _ statistics: WeightStatistics?, isCounting: Bool, fraction: Double? = nil,
    isZoomed: Bool = false, glyphs: Glyphs
  ) -> String {
    var parts = [weights.isLog ? "log" : "linear"]
    let share = fraction.map { " \(Int($0 * 100)) %" }
    if let statistics {
      if statistics.isSampled {
        parts.append(isCounting ? "sample, counting\(share ?? " all")" : "sample")
      } else {
        parts.append(isCounting ? "counting\(share ?? "")" : "exact")
      }
    } else if isCounting {
      parts.append("counting\(share ?? "")")
    }
    parts.append(isZoomed ? "a part" : weights.range == .central ? "99.8 %" : "all values")
    return parts.joined(separator: " \(glyphs.separator) ")
  }
}
