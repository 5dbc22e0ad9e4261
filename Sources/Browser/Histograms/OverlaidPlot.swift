import Canvas
import Inspection
import Statistics

/// Two histograms over each other, on a range that has room for both, with axis and legend.
struct OverlaidPlot {
  let before: WeightStatistics?
  let after: WeightStatistics?
  /// What the legend calls them.
  let names: (before: String, after: String)
  /// What the legend says while the later one is not there.
  let waiting: String
  let isLog: Bool
  /// Whether it has axes with round values.
  var isLarge = false

  /// Draws into all of `rect`: bars, axis, legend.
  func draw(into canvas: inout Canvas, rect: Rect) {
    let split = rect.splitBottom(1)
    if var chart = HistogramChart([after, before].compactMap { $0 }, isLog: isLog) {
      chart.isCompared = true
      chart.isFrontMissing = after == nil
      chart.isLarge = isLarge
      chart.draw(into: &canvas, rect: split.rest)
    }
    drawLegend(into: &canvas, rect: split.bottom)
  }

  private func drawLegend(into canvas: inout Canvas, rect: Rect) {
    var spans: [Span] = []
    if after != nil {
      spans += [HistogramLegend.signs(canvas.glyphs)[0], Span(" \(names.after)   ")]
    } else if !waiting.isEmpty {
      spans += [Span("\(waiting)   ", .dim)]
    }
    if let before {
      spans += [
        HistogramLegend.signs(canvas.glyphs)[1],
        Span(" \(names.before)\(before.isSampled ? " (a sample)" : "")   "),
      ]
    }
    if before != nil, after != nil { spans += HistogramLegend.both(canvas.glyphs) + [Span("   ")] }
    spans.append(Span(isLog ? "log" : "linear", .dim))
    canvas.put(spans, x: rect.x, y: rect.y, maxWidth: rect.width)
  }
}
