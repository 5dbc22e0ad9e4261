import Canvas
import Foundation
import Inspection

/// Round values for an axis: 1, 2 or 5 times a power of ten apart.
enum AxisTicks {
  /// The labels below an axis from `low` to `high`: as many as fit, and where not even two do the ends.
  static func labels(from low: Double, to high: Double, width: Int) -> [AxisLabel] {
    let ends = [AxisLabel(Format.number(low), at: 0), AxisLabel(Format.number(high), at: 1)]
    let span = high - low
    guard span > 0, span.isFinite, width > 0 else { return ends }
    var step = step(atLeast: span / Double(max(1, width / 4)))
    while step <= span {
      let values = values(from: low, to: high, step: step)
      let labels = values.map { AxisLabel(text($0, step: step), at: ($0 - low) / span) }
      if labels.count >= 2, Canvas.axisHolds(labels, width: width) { return labels }
      step = Self.step(atLeast: step * 1.5)
    }
    return ends
  }

  /// The labels left of bars as high as `top`, far enough apart for the eye.
  /// - Parameter leastStep: 1 for counts.
  static func amounts(to top: Double, leastStep: Double, rows: Int, text: (Double) -> String) -> [AxisLabel] {
    guard top > 0, top.isFinite, rows > 0 else { return [] }
    let step = max(leastStep, step(atLeast: top / Double(max(1, rows < 9 ? rows / 2 : rows / 3))))
    return values(from: 0, to: top, step: step).map { AxisLabel($0 == 0 ? "0" : text($0), at: $0 / top) }
  }

  /// Powers of ten left of bars whose heights are logarithms, as `HistogramBars.heights` makes them.
  /// - Parameter scale: what amounts are multiplied by before the logarithm is taken of them.
  static func decades(to top: Double, scale: Double, rows: Int, text: (Double) -> String) -> [AxisLabel] {
    guard top > 0, top.isFinite, scale > 0, top * scale >= 1, rows > 0 else { return [] }
    let highest = Int(log10(top).rounded(.down))
    let lowest = Int((-log10(scale)).rounded(.up))
    guard lowest <= highest else { return [] }
    let stride = max(1, Int((Double(highest - lowest + 1) * 2 / Double(rows)).rounded(.up)))
    return [AxisLabel("0", at: 0)]
      + Swift.stride(from: highest, through: lowest, by: -stride).map {
        let value = pow(10, Double($0))
        return AxisLabel(text(value), at: log1p(value * scale) / log1p(top * scale))
      }
  }

  /// The least of 1, 2 and 5 times a power of ten that is at least `least`.
  static func step(atLeast least: Double) -> Double {
    guard least > 0, least.isFinite else { return 1 }
    let power = pow(10, floor(log10(least)))
    // A step that is one already must not become the next by rounding.
    for factor in [1.0, 2, 5] where factor * power >= least * (1 - 1e-9) { return factor * power }
    return 10 * power
  }

  private static func values(from low: Double, to high: Double, step: Double) -> [Double] {
    let first = (low / step).rounded(.up)
    let last = (high / step).rounded(.down)
    // Beyond, whole numbers are no longer exact.
    guard first.magnitude < 0x1p52, last.magnitude < 0x1p52, last >= first else { return [] }
    return (0...Int(min(4096, last - first))).map { (first + Double($0)) * step }
  }

  /// A number as exact as a step of that size wants it: neighbours have different texts.
  static func text(_ value: Double, step: Double) -> String {
    guard value.isFinite, step > 0, step.isFinite else { return Format.number(value) }
    if value.magnitude < step * 1e-6 { return "0" }
    let digits = Int(floor(log10(value.magnitude)) - floor(log10(step))) + 1
    // Whole numbers are written out as far as they are short.
    let wanted = max(digits, value.magnitude < 1e6 && step >= 1 ? 6 : 1)
    return String(format: "%.\(min(17, max(1, wanted)))g", value)
  }
}

/// Counts and shares in few columns.
enum CountText {
  /// `950`, `2K`, `1.5M`.
  static func short(_ count: Double) -> String {
    if count < 1000 { return String(format: "%.3g", count) }
    var value = count
    for unit in ["K", "M", "B", "T"] {
      value /= 1000
      if value < 999.5 || unit == "T" { return String(format: "%.3g", value) + unit }
    }
    return ""
  }

  /// `12.5 %`, of a share between 0 and 1; what is little stays more than nothing.
  static func percent(_ share: Double) -> String {
    if share <= 0 { return "0 %" }
    if share < 1e-6 { return "<0.0001 %" }
    let percent = share * 100
    // As many digits as tell all from nearly all.
    if percent < 0.001 { return String(format: "%.4f %%", percent) }
    let text = String(format: percent < 99.5 ? "%.3g %%" : "%.4g %%", percent)
    return text == "100 %" && share < 1 ? "99.99 %" : text
  }
}
