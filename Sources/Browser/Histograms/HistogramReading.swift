import Canvas
import Foundation
import Inspection
import Statistics

/// What the bar at the cursor holds, in words.
struct HistogramReading {
  /// Of one histogram.
  struct Part: Equatable {
    /// Values in the bar.
    var count: Int
    /// What part of all finite values they are.
    var share: Double
    /// What part of them lies below the bar.
    var below: Double
    /// Whether they were counted; else they are a sample's, or estimated from other bins until they are counted.
    var isExact: Bool
  }

  let range: ClosedRange<Double>
  /// Whether bars are drawn as dots.
  let isDotted: Bool
  /// The width of a bar, by which the range is written.
  let step: Double
  /// The one in front first.
  let parts: [Part]

  init(_ chart: HistogramChart, bars: Int, at value: Double) {
    let scale = BarScale(range: chart.range, count: bars)
    let bar = scale.bar(of: value)
    range = scale.range(of: bar)
    step = scale.step
    isDotted = chart.isDotted
    parts = chart.series.map { statistics in
      let counts = chart.counts(statistics, bars: bars)
      let all = Double(max(1, statistics.summary.finite))
      let count = counts.indices.contains(bar) ? counts[bar] : 0
      guard let histogram = statistics.histogram else {
        return Part(count: 0, share: 0, below: 0, isExact: !statistics.isSampled)
      }
      let isWhole =
        histogram.lowerBound == chart.range.lowerBound && histogram.upperBound == chart.range.upperBound
      // Where the bins are of another range, what is below that of the bars is among them.
      let left = isWhole ? 0 : Self.count(histogram, below: chart.range.lowerBound)
      let below = Double(histogram.below) + left + counts.prefix(bar).reduce(0, +)
      return Part(
        count: Int(count.rounded()), share: count / all, below: min(1, below / all),
        isExact: isWhole && histogram.counts.count.isMultiple(of: bars) && !statistics.isSampled)
    }
  }

  private static func count(_ histogram: Histogram, below value: Double) -> Double {
    guard value > histogram.lowerBound else { return 0 }
    return HistogramBars.counts(
      histogram, from: histogram.lowerBound, to: min(value, histogram.upperBound), columns: 1)[0]
  }

  // MARK: Words

  private static func bound(_ value: Double, step: Double) -> String {
    // One digit more than tells neighbours apart.
    AxisTicks.text(value, step: step / 10)
  }

  private func bounds(_ between: String) -> String {
    Self.bound(range.lowerBound, step: step) + between + Self.bound(range.upperBound, step: step)
  }

  /// The range of the bar, with the sign that points at it.
  func rangeSpans(_ glyphs: Glyphs) -> [Span] {
    [Span(glyphs.pointer + " ", .focusedTitle), Span(bounds(" to "), .strong)]
  }

  /// `▲ 0.0124 to 0.0132   1,234,567 values   0.99 % of all   63.4 % below`, or less of it.
  func line(width: Int, glyphs: Glyphs) -> [Span] {
    guard let part = parts.first else { return [] }
    let pointer = Span(glyphs.pointer + " ", .focusedTitle)
    let share = CountText.percent(part.share)
    let below = CountText.percent(part.below)
    let long: [Span] = rangeSpans(glyphs) + [Span("   ")] + Self.words(part)
    let middle: [Span] =
      rangeSpans(glyphs) + [
        Span("  " + Self.count(part)), Span("  " + share), Span("  \(below) below", .dim),
      ]
    let short: [Span] = [
      pointer, Span(bounds(glyphs.isASCII ? ".." : glyphs.ellipsis), .strong),
      Span("  " + Self.approximately(part) + CountText.short(Double(part.count))),
      Span("  " + share), Span("  <" + below, .dim),
    ]
    let shortest: [Span] = [pointer, short[1], Span("  " + share)]
    return [long, middle, short, shortest].first { Self.width($0) <= width } ?? shortest
  }

  /// The range, and the share of each: `▲ 0.0124…0.0132  █ 0.99 %  ▒ 0.8 %`.
  func comparedLine(width: Int, glyphs: Glyphs) -> [Span] {
    func line(_ range: [Span]) -> [Span] {
      zip(parts, HistogramLegend.signs(glyphs, isDotted: isDotted)).reduce(range) { line, pair in
        line + [Span("  "), pair.1, Span(" " + Self.approximately(pair.0) + CountText.percent(pair.0.share))]
      }
    }
    let long = line(rangeSpans(glyphs))
    if Self.width(long) <= width { return long }
    return line([
      Span(glyphs.pointer + " ", .focusedTitle),
      Span(bounds(glyphs.isASCII ? ".." : glyphs.ellipsis), .strong),
    ])
  }

  /// `1,234,567 values   0.99 % of all   63.4 % below`.
  static func words(_ part: Part) -> [Span] { words([part])[0] }

  /// The same of several, each under the other.
  static func words(_ parts: [Part]) -> [[Span]] {
    func column(_ text: (Part) -> String) -> [String] {
      let texts = parts.map(text)
      let width = texts.map(TextWidth.of).max() ?? 0
      return texts.map { VisibleText.padded($0, width: width, alignRight: true) }
    }
    let counts = column(count)
    let shares = column { CountText.percent($0.share) }
    let below = column { CountText.percent($0.below) }
    return parts.indices.map { index in
      let noun = parts[index].count == 1 ? parts.count == 1 ? " value" : " value " : " values"
      return [
        Span(counts[index], .strong), Span(noun), Span("   \(shares[index]) of all"),
        Span("   \(below[index]) below", .dim),
      ]
    }
  }

  static func count(_ part: Part) -> String { approximately(part) + Format.grouped(part.count) }

  private static func approximately(_ part: Part) -> String { part.isExact ? "" : "~" }

  private static func width(_ spans: [Span]) -> Int { spans.reduce(0) { $0 + TextWidth.of($1.text) } }
}

/// What tells two histograms over each other apart.
enum HistogramLegend {
  /// The one in front first.
  static func signs(_ glyphs: Glyphs, isDotted: Bool = false) -> [Span] {
    let signs = [glyphs.sign(of: .front), glyphs.sign(of: .behind)]
    if !isDotted { return signs }
    return [Span(glyphs.dots, .accent), Span(glyphs.dottedLine, signs[1].style)]
  }

  /// `▓ both`; dots are a line over what is filled, and have no such part.
  static func both(_ glyphs: Glyphs, isDotted: Bool = false) -> [Span] {
    isDotted ? [] : [glyphs.sign(of: .both), Span(" both")]
  }
}
