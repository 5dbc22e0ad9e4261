import Canvas
import Inspection
import Statistics

extension HistogramScreen {
  package func draw(into canvas: inout Canvas, _ surroundings: Surroundings) -> CursorPosition? {
    let layout = HistogramScreenLayout(self, surroundings)
    let glyphs = canvas.glyphs
    ScreenHeader.draw(
      subject.slotName, facts: headerFacts(layout.header.width, glyphs), surroundings, into: &canvas,
      row: layout.header)
    if layout.mode == .wide {
      canvas.box(
        layout.frame, title: subject.title, facts: scaleText(glyphs), focused: !surroundings.isCovered)
    } else {
      let scale = scaleText(glyphs)
      canvas.putRight(scale, end: layout.title.maxX, y: layout.title.y, style: .dim)
      canvas.putCut(
        subject.title, x: layout.title.x, y: layout.title.y,
        width: layout.title.width - TextWidth.of(scale) - 2, style: .focusedTitle)
    }
    drawPlot(into: &canvas, layout)
    for (row, line) in summaryLines(width: layout.summary.width, glyphs).prefix(layout.summary.height)
      .enumerated()
    {
      canvas.put(line, x: layout.summary.x, y: layout.summary.y + row, maxWidth: layout.summary.width)
    }
    return nil
  }

  private func scaleText(_ glyphs: Glyphs) -> String {
    HistogramScaleText.text(
      weights, shown.first { $0.statistics.isSampled }?.statistics ?? shown.first?.statistics,
      isCounting: isCounting, fraction: fraction, isZoomed: window.zoom != nil, glyphs: glyphs)
  }

  private func headerFacts(_ width: Int, _ glyphs: Glyphs) -> [Span] {
    let separator = Span(" \(glyphs.separator) ", .dim)
    let bytes = Span(Format.bytes(subject.source.byteCount))
    let sign = Span(subject.integrity.sign(glyphs), subject.integrity.style)
    if width < 60 { return [bytes, Span("  "), sign] }
    var facts = [
      Span(width < 80 ? Format.count(subject.values) : NumberText.counted(subject.values, "value")),
      separator,
      bytes,
    ]
    if width < 80 { return facts + [Span("  "), sign] }
    let state = Span(subject.integrity.text, subject.integrity.isDamage ? .bad : .plain)
    // The sign of what was merely written looks like the separator before it.
    facts += subject.integrity == .written ? [separator, state] : [separator, sign, Span(" "), state]
    return facts
  }

  private func drawPlot(into canvas: inout Canvas, _ layout: HistogramScreenLayout) {
    let plot = layout.plot
    if let problem {
      for (row, line) in WrappedText.lines(problem, width: plot.width).prefix(plot.height).enumerated() {
        canvas.put(line, x: plot.x, y: plot.y + row, style: .bad)
      }
      return
    }
    guard var chart = chart() else {
      let nothing = shown.first.map { SummaryText.nothing($0.statistics.summary) } ?? ""
      canvas.put(isCounting ? "counting" : nothing, x: plot.x, y: plot.y, style: .dim, maxWidth: plot.width)
      return
    }
    let bars = geometry(layout).count
    guard bars > 0 else { return }
    let place = readPlace(chart, bars: bars)
    chart.cursor = place
    chart.draw(into: &canvas, rect: plot)
    let reading = HistogramReading(chart, bars: bars, at: place)
    let lines = readingLines(reading, layout.reading, canvas.glyphs)
    for (row, line) in lines.prefix(layout.reading.height).enumerated() {
      canvas.put(line, x: layout.reading.x, y: layout.reading.y + row, maxWidth: layout.reading.width)
    }
  }

  /// The value whose bar is read.
  func readPlace(_ chart: HistogramChart, bars: Int) -> Double {
    let scale = BarScale(range: chart.range, count: bars)
    return scale.middle(of: cursor.map { scale.bar(of: $0) } ?? chart.mode(bars: bars))
  }

  private func readingLines(_ reading: HistogramReading, _ rect: Rect, _ glyphs: Glyphs) -> [[Span]] {
    let problem = companionProblem.map {
      [[Span(VisibleText.tailCut($0, width: rect.width, ellipsis: glyphs.ellipsis), .warning)]]
    }
    guard isCompared else { return (problem ?? []) + [reading.line(width: rect.width, glyphs: glyphs)] }
    let signs = HistogramLegend.signs(glyphs, isDotted: weights.isDotted)
    let both = shown.count > 1 ? HistogramLegend.both(glyphs, isDotted: weights.isDotted) : []
    if rect.height < 3 {
      let legend = zip(shown, signs).flatMap { shown, sign -> [Span] in
        let name = VisibleText.middleCut(
          shown.subject.slotName, width: (rect.width - (weights.isDotted ? 7 : 13)) / 2,
          ellipsis: glyphs.ellipsis)
        return [sign, Span(" \(name)   ")]
      }
      return [legend + both, reading.comparedLine(width: rect.width, glyphs: glyphs)]
    }
    let nameWidth = min(
      shown.map { TextWidth.of(VisibleText.sanitize($0.subject.slotName, limit: 64)) }.max() ?? 0,
      max(8, rect.width - 52))
    let lines = zip(zip(shown, signs), HistogramReading.words(reading.parts)).map { shown, words -> [Span] in
      let name = VisibleText.padded(shown.0.subject.slotName, width: nameWidth, ellipsis: glyphs.ellipsis)
      return [shown.1, Span(" \(name)   ")] + words
    }
    return [reading.rangeSpans(glyphs) + [Span("   ")] + both] + lines
  }

  // MARK: Summary

  func summaryLines(width: Int, _ glyphs: Glyphs) -> [[Span]] {
    if isCompared {
      return zip(shown, HistogramLegend.signs(glyphs, isDotted: weights.isDotted)).map { shown, sign in
        let line = SummaryText.flow(
          SummaryText.parts(shown.statistics.summary, glyphs: glyphs), width: width - 2)
        return [sign, Span(" ")] + (line.first ?? [])
      }
    }
    guard let only = shown.first else { return [] }
    let groups = [
      middle(only.statistics.summary), SummaryText.counts(only.statistics.summary, glyphs: glyphs),
      ends(only.statistics.summary),
    ]
    return groups.flatMap { SummaryText.flow($0, width: width) }
  }

  private func middle(_ summary: Summary) -> [[Span]] {
    var parts: [[Span]] = []
    if let mean = summary.mean { parts.append(SummaryText.part("mean", Format.number(mean))) }
    if let std = summary.std { parts.append(SummaryText.part("std", Format.number(std), .strong)) }
    if let note = subject.note { parts.append([Span(note, .warning)]) }
    return parts + quantileParts([TensorProfile.medianIndex])
  }

  private func ends(_ summary: Summary) -> [[Span]] {
    var parts: [[Span]] = []
    if let min = summary.min { parts.append(SummaryText.part("min", Format.number(min))) }
    let count = quantiles(of: subject)?.values.count ?? 0
    parts += quantileParts((0..<count).filter { $0 != TensorProfile.medianIndex })
    if let max = summary.max { parts.append(SummaryText.part("max", Format.number(max))) }
    return parts
  }

  /// Some of the quantiles; `~` before those of a sample.
  private func quantileParts(_ indices: [Int]) -> [[Span]] {
    guard let quantiles = quantiles(of: subject) else { return [] }
    return indices.filter(quantiles.values.indices.contains).map { index in
      let share = quantiles.probabilities[index] * 100
      let label = index == TensorProfile.medianIndex ? "median" : "\(Format.number(share)) %"
      return SummaryText.part(label, (quantiles.isExact ? "" : "~") + Format.number(quantiles.values[index]))
    }
  }
}
