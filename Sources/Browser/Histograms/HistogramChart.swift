import Canvas
import Inspection
import Statistics

/// One histogram, or two over each other on a range that has room for both: bars or dots, and axes.
struct HistogramChart: Sendable {
  /// The one in front first; two at most.
  let series: [WeightStatistics]
  /// What the bars span: where the histograms span something else, they are brought onto it.
  let range: ClosedRange<Double>
  /// How many values there are, in the smaller of them.
  let values: Int
  let isLog: Bool
  var isDotted = false
  /// Whether it has axes with round values, on both sides; else the ends of the range alone.
  var isLarge = false
  /// Whether what there is stands for the one behind, and the one in front is still to come.
  var isFrontMissing = false
  /// Whether it is to be told apart from another, which may still be to come.
  var isCompared: Bool
  /// Whether bars show shares: what is compared has other numbers of values.
  var showsShares: Bool
  /// A value whose bar is pointed at.
  var cursor: Double?

  /// nil where there is nothing to draw.
  init?(_ series: [WeightStatistics], range: ClosedRange<Double>? = nil, values: Int? = nil, isLog: Bool) {
    let histograms = series.compactMap(\.histogram)
    guard let low = histograms.map(\.lowerBound).min(), let high = histograms.map(\.upperBound).max(),
      low <= high
    else { return nil }
    self.series = series
    self.range = range ?? low...high
    self.values = values ?? series.map(\.summary.finite).min() ?? 0
    self.isLog = isLog
    isCompared = series.count > 1
    showsShares = Set(series.map(\.summary.finite)).count > 1
  }

  func geometry(in rect: Rect) -> HistogramGeometry {
    Self.geometry(
      in: rect, values: values, isDotted: isDotted, isLarge: isLarge, showsShares: showsShares)
  }

  static func geometry(in rect: Rect, values: Int, isDotted: Bool, isLarge: Bool, showsShares: Bool)
    -> HistogramGeometry
  {
    // `250K ┤`, `0.0001 % ┤`.
    let sideWidth = !isLarge ? 0 : showsShares ? 10 : 6
    return HistogramGeometry(in: rect, values: values, isDotted: isDotted, sideWidth: sideWidth)
  }

  /// The counts of each bar.
  func counts(_ statistics: WeightStatistics, bars: Int) -> [Double] {
    guard let histogram = statistics.histogram else { return [Double](repeating: 0, count: bars) }
    return HistogramBars.counts(
      histogram, from: range.lowerBound, to: range.upperBound, columns: bars)
  }

  /// What is drawn of them: counts, or shares of all values.
  private func amounts(bars: Int) -> [[Double]] {
    series.map { statistics in
      let all = showsShares ? Double(max(1, statistics.summary.finite)) : 1
      return counts(statistics, bars: bars).map { $0 / all }
    }
  }

  /// The highest bar of the one in front.
  func mode(bars: Int) -> Int {
    guard let front = series.first else { return 0 }
    let counts = counts(front, bars: bars)
    return counts.indices.max { counts[$0] < counts[$1] } ?? 0
  }

  // MARK: Drawing

  func draw(into canvas: inout Canvas, rect: Rect) {
    let geometry = geometry(in: rect)
    guard geometry.count > 0, !geometry.plot.isEmpty else { return }
    let amounts = amounts(bars: geometry.count)
    let top = amounts.joined().max() ?? 0
    // Logarithms are taken of what the larger one counts, so that one value of it still shows.
    let scale = showsShares ? Double(max(1, series.map(\.summary.finite).max() ?? 1)) : 1
    let heights = amounts.map {
      HistogramBars.heights($0.map { $0 * scale }, isLog: isLog, top: top * scale)
    }
    let front = isFrontMissing ? [] : heights.first ?? []
    let back = isFrontMissing ? heights.first ?? [] : heights.count > 1 ? heights[1] : []
    if isDotted {
      func units(_ heights: [Double]) -> [Double] {
        heights.flatMap { Array(repeating: $0, count: geometry.unitsPerBar) }
      }
      canvas.dots(heights: units(front), behind: units(back), in: geometry.plot)
    } else if isCompared {
      canvas.bars(heights: front, behind: back, in: geometry.plot)
    } else {
      canvas.bars(heights: front, in: geometry.plot)
    }
    drawSide(geometry, top: top, scale: scale, into: &canvas)
    drawAxis(geometry, into: &canvas)
    drawCursor(geometry, into: &canvas)
  }

  private func drawSide(
    _ geometry: HistogramGeometry, top: Double, scale: Double, into canvas: inout Canvas
  ) {
    let rows = geometry.plot.height
    let text = showsShares ? CountText.percent : CountText.short
    canvas.sideAxis(
      isLog
        ? AxisTicks.decades(to: top, scale: scale, rows: rows, text: text)
        : AxisTicks.amounts(to: top, leastStep: showsShares ? 0 : 1, rows: rows, text: text),
      in: geometry.side)
  }

  /// The ends and zero, or round values; what lies outside is counted at the ends.
  private func drawAxis(_ geometry: HistogramGeometry, into canvas: inout Canvas) {
    let axis = geometry.axis
    let (low, high) = (range.lowerBound, range.upperBound)
    var labels: [AxisLabel]
    if isLarge {
      labels = AxisTicks.labels(from: low, to: high, width: axis.width)
    } else {
      labels = [AxisLabel(Format.number(low), at: 0), AxisLabel(Format.number(high), at: 1)]
      if low < 0, high > 0 { labels.append(AxisLabel("0", at: -low / (high - low))) }
    }
    canvas.axis(labels, hasTicks: isLarge, in: axis)
    if !geometry.side.isEmpty {
      // The corner is that of both axes.
      canvas.put(canvas.glyphs.axisLeft, x: axis.x - 1, y: axis.y, style: .border)
      if labels.first?.position != 0 {
        canvas.put(canvas.glyphs.horizontal, x: axis.x, y: axis.y, style: .border)
      }
    }
    guard series.count == 1, !isFrontMissing, let histogram = series[0].histogram else { return }
    var used = 0
    if histogram.below > 0 {
      let text = "\(canvas.glyphs.previous) \(Format.grouped(histogram.below)) "
      if TextWidth.of(text) < axis.width / 2 { used = canvas.put(text, x: axis.x, y: axis.y, style: .dim) }
    }
    if histogram.above > 0 {
      let text = " \(Format.grouped(histogram.above)) \(canvas.glyphs.next)"
      if TextWidth.of(text) + used < axis.width {
        canvas.putRight(text, end: axis.maxX, y: axis.y, style: .dim)
      }
    }
  }

  /// The bar at the cursor stands out, a line leads up from it, and a sign points at it from below: without colours the
  /// last two say which it is. Parts of two that have colours of their own keep them.
  private func drawCursor(_ geometry: HistogramGeometry, into canvas: inout Canvas) {
    guard let cursor else { return }
    let columns = geometry.columns(of: BarScale(range: range, count: geometry.count).bar(of: cursor))
    let middle = (columns.lowerBound + columns.upperBound - 1) / 2
    let plot = geometry.plot
    for y in plot.y..<plot.maxY where canvas[middle, y].text == " " {
      canvas.put(canvas.glyphs.guide, x: middle, y: y, style: .border)
    }
    let bar = Rect(x: columns.lowerBound, y: plot.y, width: columns.count, height: plot.height)
    canvas.restyle(bar) { $0.role == .accent ? .strong : $0 }
    canvas.put(canvas.glyphs.pointer, x: middle, y: geometry.axis.y, style: .focusedTitle)
  }
}
