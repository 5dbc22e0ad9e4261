import Statistics
import Testing

@testable import Browser

@Suite("Values at axes")
struct AxisTicksTests {
  private func below(_ low: Double, _ high: Double, _ width: Int) -> [String] {
    AxisTicks.labels(from: low, to: high, width: width).map(\.text)
  }

  @Test("values below are round, as many as fit")
  func round() {
    #expect(below(-0.12, 0.12, 60) == ["-0.1", "-0.05", "0", "0.05", "0.1"])
    #expect(below(-0.12, 0.12, 30) == ["-0.1", "-0.05", "0", "0.05", "0.1"])
    #expect(below(0, 50_000, 50) == ["0", "10000", "20000", "30000", "40000", "50000"])
    #expect(below(0.3, 0.9, 40) == ["0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9"])
  }

  @Test("neighbours are told apart, however narrow the range")
  func narrow() {
    let texts = below(0.012345, 0.0123453, 60)
    #expect(texts.count >= 3 && Set(texts).count == texts.count)
    #expect(texts.allSatisfy { $0.hasPrefix("0.012345") })
  }

  @Test("each stands where its value is")
  func places() {
    for label in AxisTicks.labels(from: -3, to: 7, width: 80) {
      #expect(abs(label.position - ((Double(label.text) ?? .nan) + 3) / 10) < 1e-12)
    }
  }

  @Test("where not even two fit, and of ranges that no step divides, there are the ends")
  func ends() {
    #expect(below(-0.12, 0.12, 5) == ["-0.12", "0.12"])
    #expect(below(1, 1, 40) == ["1", "1"])
    #expect(below(-1.7e308, 1.7e308, 40) == ["-1.7e+308", "1.7e+308"])
    #expect(below(1e16, 1e16 + 2, 40).count == 2)
  }

  @Test("counts have whole steps and units, shares per cent")
  func amounts() {
    func counts(_ top: Double) -> [String] {
      AxisTicks.amounts(to: top, leastStep: 1, rows: 12, text: CountText.short).map(\.text)
    }
    #expect(counts(2) == ["0", "1", "2"])
    #expect(counts(950) == ["0", "500"])
    #expect(counts(2_300_000) == ["0", "1M", "2M"])
    #expect(
      AxisTicks.amounts(to: 0.042, leastStep: 0, rows: 12, text: CountText.percent).map(\.text)
        == ["0", "2 %", "4 %"])
  }

  @Test("logarithms have powers of ten, at the heights that bars have")
  func decades() {
    let labels = AxisTicks.decades(to: 12_000, scale: 1, rows: 20, text: CountText.short)
    #expect(labels.map(\.text) == ["0", "10K", "1K", "100", "10", "1"])
    let heights = HistogramBars.heights([100, 12_000], isLog: true)
    #expect(abs(labels[3].position - heights[0]) < 1e-12)
    #expect(
      AxisTicks.decades(to: 12_000, scale: 1, rows: 6, text: CountText.short).map(\.text) == [
        "0", "10K", "100", "1",
      ])
    #expect(
      AxisTicks.decades(to: 0.3, scale: 2000, rows: 20, text: CountText.percent).map(\.text)
        == ["0", "10 %", "1 %", "0.1 %"])
    #expect(AxisTicks.decades(to: 0, scale: 1, rows: 20, text: CountText.short).isEmpty)
  }

  @Test(
    "counts in few columns",
    arguments: [(0, "0"), (950, "950"), (2000, "2K"), (1_500_000, "1.5M"), (999_600, "1M"), (7e12, "7T")])
  func short(count: Double, text: String) {
    #expect(CountText.short(count) == text)
  }

  @Test(
    "nearly all is not all, and little is not nothing",
    arguments: [
      (0, "0 %"), (1e-9, "<0.0001 %"), (0.000_005, "0.0005 %"), (0.123_456, "12.3 %"), (0.999_7, "99.97 %"),
      (0.999_999_9, "99.99 %"), (1, "100 %"),
    ])
  func percent(share: Double, text: String) {
    #expect(CountText.percent(share) == text)
  }

  @Test("bars hold whole bins, whatever the width", arguments: [1, 7, 52, 130, 259])
  func bins(_ width: Int) {
    for isDotted in [false, true] {
      for values in [10, 1000, 100_000_000] {
        let geometry = HistogramGeometry(
          in: .init(x: 3, y: 2, width: width, height: 9), values: values, isDotted: isDotted, sideWidth: 6)
        let bins = geometry.bins(atLeast: 1024)
        #expect(bins >= 1024 && bins.isMultiple(of: geometry.count))
        // Every column has the bar that it is in.
        for bar in 0..<geometry.count {
          let columns = geometry.columns(of: bar)
          #expect(
            !columns.isEmpty && columns.lowerBound >= geometry.plot.x
              && columns.upperBound <= geometry.plot.maxX)
          if !isDotted { #expect(columns.allSatisfy { geometry.bar(atColumn: $0) == bar }) }
        }
      }
    }
  }

  @Test("a value lies in the bar that spans it")
  func scale() {
    let scale = BarScale(range: -0.3...0.9, count: 97)
    for bar in 0..<97 {
      #expect(scale.bar(of: scale.middle(of: bar)) == bar)
      #expect(scale.range(of: bar).contains(scale.middle(of: bar)))
    }
    #expect(scale.bar(of: -7) == 0 && scale.bar(of: 7) == 96 && scale.bar(of: .nan) == 0)
    #expect(scale.range(of: 96).upperBound == 0.9)
  }
}
