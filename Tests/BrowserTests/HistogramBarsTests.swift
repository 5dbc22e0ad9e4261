import Statistics
import Testing

@testable import Browser

@Suite("Bars of a histogram")
struct HistogramBarsTests {
  private let histogram = Histogram(
    lowerBound: -1, upperBound: 1, counts: (0..<1024).map { $0 % 7 == 0 ? 3 : 100 }, below: 4, above: 5)

  @Test("no value is lost or counted twice, whatever the columns", arguments: [1, 2, 7, 58, 130, 1024, 3000])
  func sum(_ columns: Int) {
    let bars = HistogramBars.counts(histogram, columns: columns)
    #expect(bars.count == columns)
    let total = histogram.counts.reduce(0, +)
    #expect(abs(bars.reduce(0, +) - Double(total)) < 1e-6 * Double(total))
  }

  @Test("with as many columns as bins they are the counts")
  func same() {
    let bars = HistogramBars.counts(histogram, columns: 1024)
    for (bar, count) in zip(bars, histogram.counts) { #expect(abs(bar - Double(count)) < 1e-6) }
  }

  @Test("over a wider range the bars keep their places")
  func wider() {
    let bars = HistogramBars.counts(histogram, from: -2, to: 2, columns: 40)
    #expect(bars[..<10].allSatisfy { $0 == 0 })
    #expect(bars[30...].allSatisfy { $0 == 0 })
    #expect(bars[10..<30].allSatisfy { $0 > 0 })
  }

  @Test("a range without width, or not finite, draws nothing and fails nothing")
  func degenerate() {
    #expect(HistogramBars.counts(histogram, from: 0, to: 0, columns: 4) == [0, 0, 0, 0])
    #expect(HistogramBars.counts(histogram, from: .nan, to: 1, columns: 2) == [0, 0])
    #expect(HistogramBars.counts(histogram, from: -.infinity, to: .infinity, columns: 2) == [0, 0])
    #expect(HistogramBars.counts(histogram, columns: 0).isEmpty)
  }

  @Test("a logarithmic scale raises small counts and leaves the ends")
  func log() {
    let linear = HistogramBars.heights([0, 1, 1000], isLog: false)
    let log = HistogramBars.heights([0, 1, 1000], isLog: true)
    #expect(linear == [0, 0.001, 1])
    #expect(log[0] == 0 && log[2] == 1 && log[1] > 0.1)
    #expect(HistogramBars.heights([0, 0], isLog: true) == [0, 0])
  }

  @Test("few values get broad bars, many values one column each")
  func width() {
    #expect(HistogramBars.barWidth(values: 100, columns: 90) == 5)
    #expect(HistogramBars.barWidth(values: 1_000_000, columns: 90) == 1)
    #expect(HistogramBars.barWidth(values: 0, columns: 3) == 1)
  }
}
