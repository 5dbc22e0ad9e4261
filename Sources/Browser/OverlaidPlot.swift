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

  /// Logarithms are taken of shares in millionths.
  private static let scale = 1e6

  /// Draws into all of `rect`: bars, axis, legend.
  func draw(into canvas: inout Canvas, rect: Rect) {
    guard let shown = after?.histogram ?? before?.histogram else { return }
    let low = min(shown.lowerBound, before?.histogram?.lowerBound ?? shown.lowerBound)
    let high = max(shown.upperBound, before?.histogram?.upperBound ?? shown.upperBound)
    let values = max(after?.summary.finite ?? 0, before?.summary.finite ?? 0)
    let barWidth = HistogramBars.barWidth(values: values, columns: rect.width)
    let bars = rect.width / barWidth
    let split = rect.splitBottom(1)
    let plot = split.rest.splitLeft(bars * barWidth).left.splitBottom(2)
    func columns(_ statistics: WeightStatistics?) -> [Double] {
      guard let statistics, let histogram = statistics.histogram else { return [] }
      let counts = HistogramBars.counts(histogram, from: low, to: high, columns: bars)
      // A sample, or another number of values: both are drawn as shares.
      let all = Double(max(1, statistics.summary.finite))
      return counts.map { $0 / all }
    }
    let now = columns(after)
    let old = columns(before)
    let top = max(now.max() ?? 0, old.max() ?? 0)
    func heights(_ shares: [Double]) -> [Double] {
      isLog
        ? HistogramBars.heights(shares.map { $0 * Self.scale }, isLog: true, top: top * Self.scale)
        : HistogramBars.heights(shares, isLog: false, top: top)
    }
    canvas.bars(heights: heights(now), earlier: heights(old), in: plot.rest)
    var labels = [AxisLabel(Format.number(low), at: 0), AxisLabel(Format.number(high), at: 1)]
    if low < 0, high > 0 { labels.append(AxisLabel("0", at: -low / (high - low))) }
    canvas.axis(labels, in: plot.bottom)
    drawLegend(into: &canvas, rect: split.bottom)
  }

  private func drawLegend(into canvas: inout Canvas, rect: Rect) {
    var spans: [Span] = []
    if after != nil {
      spans += [Span(canvas.glyphs.shades[4], .accent), Span(" \(names.after)   ")]
    } else if !waiting.isEmpty {
      spans += [Span("\(waiting)   ", .dim)]
    }
    if let before {
      spans += [
        Span(canvas.glyphs.earlier, .dim),
        Span(" \(names.before)\(before.isSampled ? " (a sample)" : "")   "),
      ]
    }
    spans.append(Span(isLog ? "log" : "linear", .dim))
    canvas.put(spans, x: rect.x, y: rect.y, maxWidth: rect.width)
  }
}
