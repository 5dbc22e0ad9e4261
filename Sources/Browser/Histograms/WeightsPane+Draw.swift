import Canvas
import Inspection
import Statistics

/// A histogram with axis and summary, as a pane shows it.
struct HistogramPlot {
  let statistics: WeightStatistics
  let isLog: Bool
  /// What is to be known of the values, in a few words.
  var note: String?

  /// Draws into all of `rect`: bars, axis, summary.
  func draw(into canvas: inout Canvas, rect: Rect) {
    let parts = SummaryText.parts(statistics.summary, note: note, glyphs: canvas.glyphs)
    var lines = SummaryText.flow(parts, width: rect.width)
    // Bars come before the last of the numbers.
    lines = Array(lines.prefix(max(1, min(lines.count, rect.height - 5))))
    let split = rect.splitBottom(lines.count)
    for (row, line) in lines.enumerated() where row < split.bottom.height {
      canvas.put(line, x: rect.x, y: split.bottom.y + row, maxWidth: rect.width)
    }
    drawBars(into: &canvas, rect: split.rest)
  }

  /// Bars and axis alone.
  func drawBars(into canvas: inout Canvas, rect: Rect) {
    guard let chart = HistogramChart([statistics], isLog: isLog) else {
      canvas.put(SummaryText.nothing(statistics.summary), x: rect.x, y: rect.y, style: .dim)
      return
    }
    if rect.height >= 3 { chart.draw(into: &canvas, rect: rect) }
  }
}

/// A summary in words and numbers.
enum SummaryText {
  static func parts(_ summary: Summary, note: String? = nil, glyphs: Glyphs) -> [[Span]] {
    var parts: [[Span]] = []
    if let mean = summary.mean { parts.append(part("mean", Format.number(mean))) }
    if let std = summary.std { parts.append(part("std", Format.number(std), .strong)) }
    if let note { parts.append([Span(note, .warning)]) }
    parts += counts(summary, glyphs: glyphs)
    if let min = summary.min { parts.append(part("min", Format.number(min))) }
    if let max = summary.max { parts.append(part("max", Format.number(max))) }
    return parts
  }

  /// Why there is no histogram.
  static func nothing(_ summary: Summary) -> String { summary.count == 0 ? "no values" : "no finite values" }

  /// What is no number, and what is zero.
  static func counts(_ summary: Summary, glyphs: Glyphs) -> [[Span]] {
    let infinite = summary.posInf + summary.negInf
    return [
      part("NaN", Format.grouped(summary.nan), summary.nan > 0 ? .bad : .plain),
      part("\(glyphs.plusMinus)Inf", Format.grouped(infinite), infinite > 0 ? .bad : .plain),
      part("zeros", Format.grouped(summary.zeros)),
    ]
  }

  static func part(_ label: String, _ value: String, _ style: Style = .plain) -> [Span] {
    [Span(label + " ", .dim), Span(value, style)]
  }

  /// The parts in lines, two columns apart, none of them broken.
  static func flow(_ parts: [[Span]], width: Int) -> [[Span]] {
    var lines: [[Span]] = []
    var used = 0
    for part in parts {
      let length = part.reduce(0) { $0 + TextWidth.of($1.text) }
      if lines.isEmpty || used + 2 + length > width {
        lines.append(part)
        used = length
      } else {
        lines[lines.count - 1] += [Span("  ")] + part
        used += 2 + length
      }
    }
    return lines
  }
}
