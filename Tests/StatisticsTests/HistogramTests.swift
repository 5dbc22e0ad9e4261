import CKernels
import Tensors
import Testing

@testable import Statistics

@Suite struct HistogramTests {
  @Test("the counts of every dtype are numpy's", arguments: numpyExpectations)
  func numpy(_ expected: NumpyExpectation) throws {
    let segment = TensorSegment(dtype: expected.dtype, byteOffset: 0, elementCount: TestData.count)
    let pass = StatisticsPass(segments: [segment], source: ByteRegion(expected.data.bytes(expected.dtype)))
    let all = try #require(try pass.statistics(bins: 11, range: .all).histogram)
    #expect(all.counts == expected.all)
    #expect(all.below == 0)
    #expect(all.above == 0)
    let part = try #require(try pass.statistics(bins: 7, range: .fixed(expected.range)).histogram)
    #expect(part.counts == expected.inRange)
    #expect(part.below == expected.below)
    #expect(part.above == expected.above)
  }

  /// The definition, which numpy's formula comes to where edges are well apart.
  private func counts(_ values: [Double], _ edges: [Double]) -> [Int] {
    var counts = Array(repeating: 0, count: edges.count - 1)
    for value in values where value >= edges[0] && value <= edges[edges.count - 1] {
      let above = edges.firstIndex { $0 > value } ?? edges.count - 1
      counts[above - 1] += 1
    }
    return counts
  }

  @Test(
    "values on edges and one ulp beside them are in the right bin, in float and in double",
    arguments: [1, 2, 3, 10, 64, 126, 127, 500], [(-0.1, 0.1), (0.0, 1.0), (1000.0, 1000.5), (-3e-39, 2e-39)])
  func edges(_ bins: Int, _ bounds: (Double, Double)) throws {
    let edges = Histogram(
      lowerBound: bounds.0, upperBound: bounds.1, counts: Array(repeating: 0, count: bins)
    ).edges
    let doubles =
      edges.flatMap { [$0.nextDown, $0, $0.nextUp] } + normals(100, mean: bounds.0, std: bounds.1)
    let inDouble = try pass(.float64, doubles).statistics(bins: bins, range: .fixed(bounds.0...bounds.1))
    #expect(inDouble.histogram?.counts == counts(doubles, edges))
    let floats = doubles.flatMap { [Float($0).nextDown, Float($0), Float($0).nextUp] }
    let inFloat = try pass(.float32, floats).statistics(bins: bins, range: .fixed(bounds.0...bounds.1))
    #expect(inFloat.histogram?.counts == counts(floats.map { Double($0) }, edges))
  }

  @Test("edges are numpy.linspace")
  func linspace() {
    let histogram = Histogram(lowerBound: -0.1, upperBound: 0.7, counts: Array(repeating: 0, count: 6))
    // numpy.linspace(-0.1, 0.7, 7).tolist()
    #expect(
      histogram.edges == [
        -0.1, 0.033333333333333326, 0.16666666666666666, 0.30000000000000004, 0.43333333333333335,
        0.5666666666666667, 0.7,
      ])
    #expect(Histogram(lowerBound: 0, upperBound: 1, counts: []).edges.isEmpty)
  }

  @Test("equal values are in the middle of a range of one")
  func equal() throws {
    let histogram = try #require(
      try pass(.float32, [Float](repeating: 3, count: 50)).statistics(bins: 4, range: .all).histogram)
    #expect(histogram.lowerBound == 2.5)
    #expect(histogram.upperBound == 3.5)
    #expect(histogram.counts == [0, 0, 50, 0])
  }

  @Test("values too close, or too large, for their bins are all counted")
  func narrow() throws {
    for values in [
      [1.0, 1.0.nextUp], [1e300, 1e300], [-Double.greatestFiniteMagnitude, .greatestFiniteMagnitude],
    ] {
      let histogram = try #require(try pass(.float64, values).statistics(bins: 64, range: .all).histogram)
      #expect(histogram.counts.reduce(0, +) == 2)
      #expect(zip(histogram.edges, histogram.edges.dropFirst()).allSatisfy { $0 < $1 })
      #expect(histogram.below + histogram.above == 0)
    }
  }

  @Test("NaN and infinities are neither in a bin nor outside")
  func notFinite() throws {
    let values: [Float] = [.nan, .infinity, -.infinity, -2, 0.5, 2, 3]
    let made = try pass(.float32, values).statistics(bins: 3, range: .fixed(0...1))
    #expect(made.histogram == Histogram(lowerBound: 0, upperBound: 1, counts: [0, 1, 0], below: 1, above: 2))
    #expect(made.summary.nan == 1)
  }

  @Test("without a finite value only a fixed range has a histogram")
  func nothing() throws {
    let pass = pass(.float32, [Float.nan, .infinity])
    #expect(try pass.statistics(bins: 3, range: .all).histogram == nil)
    #expect(try pass.statistics(bins: 3, range: .central(0.5)).histogram == nil)
    #expect(
      try pass.statistics(bins: 3, range: .fixed(0...1)).histogram
        == Histogram(lowerBound: 0, upperBound: 1, counts: [0, 0, 0]))
  }

  @Test("the central range leaves the same share out at either end")
  func central() throws {
    let values = (0...1000).map { Float(($0 * 3) % 1001) }
    let histogram = try #require(
      try pass(.float32, values).statistics(bins: 8, range: .central(0.9)).histogram)
    #expect(histogram.lowerBound == 50)
    #expect(histogram.upperBound == 950)
    #expect(histogram.below == 50)
    #expect(histogram.above == 50)
    #expect(histogram.counts.reduce(0, +) == 901)
  }

  @Test("where most values are equal the central range is all")
  func mostlyZero() throws {
    let values = [Float](repeating: 0, count: 5000) + [-1, 3]
    let histogram = try #require(
      try pass(.float32, values).statistics(bins: 4, range: .central(0.9)).histogram)
    #expect(histogram == Histogram(lowerBound: -1, upperBound: 3, counts: [1, 5000, 0, 1]))
  }

  @Test("what no histogram can be made of is refused")
  func refused() {
    let pass = pass(.float32, [Float(1)])
    for bins in [0, -1, 65_535] {
      #expect(throws: StatisticsError.binCount(bins)) { try pass.statistics(bins: bins, range: .all) }
      #expect(throws: StatisticsError.binCount(bins)) { try pass.sampledStatistics(bins: bins, range: .all) }
    }
    #expect(throws: StatisticsError.rangeNotFinite(lower: 0, upper: .infinity)) {
      try pass.statistics(bins: 4, range: .fixed(0...Double.infinity))
    }
    for fraction in [0, -1, 1.5] {
      #expect(throws: StatisticsError.centralFraction(fraction)) {
        try pass.statistics(bins: 4, range: .central(fraction))
      }
    }
  }

  @Test("the largest number of bins works")
  func manyBins() throws {
    let values = (0..<65_534).map { Double($0) + 0.5 }
    let histogram = try pass(.float64, values).statistics(bins: 65_534, range: .fixed(0...65_534)).histogram
    #expect(histogram?.counts == Array(repeating: 1, count: 65_534))
  }
}
