import Canvas
import Inspection
import ModelContext
import SlotStore
import Statistics
import Tensors

/// Draws the histogram of a tensor, and below it what is known of its values.
struct TensorHistogram {
  let tensor: PlacedTensor
  /// nil where none is known.
  let checksum: String?
  /// Of the slot that it lies in.
  let integrity: Integrity
  let profile: TensorProfile?
  let inspected: InspectedTensor
  let weights: WeightsPane

  /// The best that is known: until the newest is there the profile, of the same central values.
  private var statistics: WeightStatistics? {
    if let statistics = inspected.statistics { return statistics }
    guard let profile, inspected.zoom == nil, weights.range == .central else { return nil }
    return WeightStatistics(summary: profile.summary, histogram: profile.histogram, isSampled: false)
  }

  /// `linear · exact · 99.8 %`.
  func scale(_ glyphs: Glyphs) -> String {
    HistogramScaleText.text(
      weights, statistics, isCounting: inspected.isCounting, isZoomed: inspected.zoom != nil, glyphs: glyphs)
  }

  func draw(into canvas: inout Canvas, rect: Rect) {
    let glyphs = canvas.glyphs
    if let problem = inspected.problem {
      for (row, line) in WrappedText.lines(problem, width: rect.width).prefix(rect.height).enumerated() {
        canvas.put(line, x: rect.x, y: rect.y + row, style: .bad)
      }
      return
    }
    let facts = facts(width: rect.width, glyphs: glyphs)
    // Bars come before the last of the facts.
    let shown = Array(facts.prefix(max(1, min(facts.count, rect.height - 6))))
    let split = rect.splitBottom(shown.count)
    for (row, line) in shown.enumerated() where row < split.bottom.height {
      canvas.put(line, x: rect.x, y: split.bottom.y + row, maxWidth: rect.width)
    }
    guard let statistics else { return }
    HistogramPlot(statistics: statistics, isLog: weights.isLog).drawBars(into: &canvas, rect: split.rest)
  }

  private func facts(width: Int, glyphs: Glyphs) -> [[Span]] {
    guard let summary = statistics?.summary ?? profile?.summary else { return [identity(width, glyphs)] }
    let groups = [
      middle(summary, glyphs), SummaryText.counts(summary, glyphs: glyphs), ends(summary, glyphs),
    ]
    return groups.flatMap { SummaryText.flow($0, width: width) } + [identity(width, glyphs)]
  }

  private func middle(_ summary: Summary, _ glyphs: Glyphs) -> [[Span]] {
    var parts: [[Span]] = []
    if let mean = summary.mean { parts.append(SummaryText.part("mean", Format.number(mean))) }
    if let std = summary.std { parts.append(SummaryText.part("std", Format.number(std), .strong)) }
    if let median = quantile(TensorProfile.medianIndex) { parts.append(SummaryText.part("median", median)) }
    return parts
  }

  private func ends(_ summary: Summary, _ glyphs: Glyphs) -> [[Span]] {
    var parts: [[Span]] = []
    if let low = quantile(0) { parts.append(SummaryText.part("1 %", low)) }
    if let high = quantile((profile?.quantiles?.values.count ?? 1) - 1) {
      parts.append(SummaryText.part("99 %", high))
    }
    if let min = summary.min { parts.append(SummaryText.part("min", Format.number(min))) }
    if let max = summary.max { parts.append(SummaryText.part("max", Format.number(max))) }
    return parts
  }

  /// One of the profile's quantiles; `~` before one that is a sample's.
  private func quantile(_ index: Int) -> String? {
    guard let quantiles = profile?.quantiles, quantiles.values.indices.contains(index) else { return nil }
    return (quantiles.isExact ? "" : "~") + Format.number(quantiles.values[index])
  }

  /// `md5 5b2e…70c1 ✓ verified`.
  private func identity(_ width: Int, _ glyphs: Glyphs) -> [Span] {
    guard let checksum else { return [Span("md5 ", .dim), Span("not known", .dim)] }
    let state = [Span("  \(integrity.sign(glyphs)) ", integrity.style), Span(integrity.rawValue, .dim)]
    let room = width - 4 - state.reduce(0) { $0 + TextWidth.of($1.text) }
    let shown = VisibleText.middleCut(
      checksum, width: room >= 32 ? 32 : min(13, max(7, room)), ellipsis: glyphs.ellipsis)
    return [Span("md5 ", .dim), Span(shown)] + state
  }
}

/// What is known of a group of tensors.
struct GroupFacts {
  let list: TensorList
  let node: Int

  func draw(into canvas: inout Canvas, rect: Rect) {
    let group = list.tree.nodes[node]
    func line(_ label: String, _ value: String) -> [Span] {
      [Span(VisibleText.padded(label, width: 12), .dim), Span(value)]
    }
    var lines = [
      line("tensors", Format.grouped(group.tensorCount)),
      line("parameters", Format.grouped(group.parameters)),
      line("size", Format.bytes(group.byteCount)),
    ]
    if group.holdsBlocks { lines.insert(line("blocks", Format.grouped(group.children.count)), at: 0) }
    for (row, line) in lines.prefix(rect.height).enumerated() {
      canvas.put(line, x: rect.x, y: rect.y + row, maxWidth: rect.width)
    }
  }
}
