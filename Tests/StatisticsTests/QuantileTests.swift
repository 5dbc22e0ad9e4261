import Tensors
import Testing

@testable import Statistics

@Suite struct QuantileTests {
  private let probabilities = Quantiles.standardProbabilities

  /// numpy's definition, of sorted values.
  private func expected(_ values: [Double], _ probabilities: [Double]) -> [Double] {
    let sorted = values.filter { $0.isFinite }.sorted()
    return probabilities.map { probability in
      let place = Double(sorted.count - 1) * probability
      let low = sorted[Int(place)]
      let high = sorted[min(Int(place) + 1, sorted.count - 1)]
      let share = place - place.rounded(.down)
      return share >= 0.5 ? high - (high - low) * (1 - share) : low + (high - low) * share
    }
  }

  @Test("the quantiles of every dtype are numpy's", arguments: numpyExpectations)
  func numpy(_ expected: NumpyExpectation) throws {
    let segment = TensorSegment(dtype: expected.dtype, byteOffset: 0, elementCount: TestData.count)
    let pass = StatisticsPass(segments: [segment], source: ByteRegion(expected.data.bytes(expected.dtype)))
    let found = try #require(try pass.quantiles())
    #expect(found.probabilities == probabilities)
    #expect(found.values == expected.quantiles)
    #expect(found.isExact)
    // The same beside the summary and the histogram, which take a way of their own for few values.
    for range in [HistogramRange.all, .central(0.998), .fixed(0...1)] {
      let beside = try pass.statistics(bins: 5, range: range, quantiles: probabilities)
      #expect(beside.quantiles == found)
      #expect(beside.summary == (try pass.summary()))
    }
  }

  @Test("floats in several chunks: the bits that tell are counted, or gathered", arguments: [1, 3])
  func floats(_ threads: Int) throws {
    for values in [
      normals(700_000), normals(700_000, mean: 1000, std: 1e-3),
      normals(700_000).map { ($0 * 4).rounded() / 4 },
    ] {
      var floats = values.map { Float($0) }
      floats[17] = .nan
      floats[100_000] = .infinity
      floats[500_000] = -.infinity
      let pass = pass(.float32, floats, threads: threads)
      let wanted = expected(floats.map { Double($0) }, probabilities)
      #expect(try pass.quantiles()?.values == wanted)
      let beside = try pass.statistics(bins: 64, range: .all, quantiles: probabilities)
      #expect(beside.quantiles?.values == wanted)
      #expect(beside == (try pass.statistics(bins: 64, range: .all, quantiles: probabilities)))
      #expect(beside.histogram == (try pass.statistics(bins: 64, range: .all)).histogram)
    }
  }

  @Test("doubles and integers of 64 bits, many of which are equal")
  func doubles() throws {
    let spread = normals(300_000, mean: -5, std: 1e-9)
    #expect(try pass(.float64, spread).quantiles()?.values == expected(spread, probabilities))
    // All 64 bits tell: far too many share the first 48 to be gathered.
    let close = (0..<600_000).map { 1 + Double(($0 * 7919) % 600_000) * 0x1p-52 }
    #expect(try pass(.float64, close).quantiles()?.values == expected(close, probabilities))
    let integers = normals(300_000, std: 1e18).map { Int64($0) } + Array(repeating: 0, count: 300_000)
    let wanted = expected(integers.map { Double($0) }, probabilities)
    #expect(try pass(.int64, integers).quantiles()?.values == wanted)
  }

  @Test("values of several dtypes are one set, whether counted by patterns or not")
  func mixed() throws {
    let floats = normals(300_000).map { Float($0) }
    let halves = normals(50_000, mean: 0.5).map { Float16($0) }
    let bytes = (0..<20_000).map { Int8(truncatingIfNeeded: $0 * 31 % 9 - 4) }
    var data: [UInt8] = []
    var segments: [TensorSegment] = []
    func append<T: BitwiseCopyable>(_ dtype: DType, _ values: [T]) {
      segments.append(TensorSegment(dtype: dtype, byteOffset: data.count, elementCount: values.count))
      values.withUnsafeBytes { data += $0 }
    }
    append(.float16, halves)
    append(.float32, floats)
    append(.int8, bytes)
    var values = floats.map { Double($0) } + halves.map { Double($0) } + bytes.map { Double($0) }
    let inFloat = StatisticsPass(segments: segments, source: ByteRegion(data))
    #expect(try inFloat.quantiles()?.values == expected(values, probabilities))
    let integers = normals(1000, std: 3).map { Int32($0) }
    append(.int32, integers)
    values += integers.map { Double($0) }
    let inDouble = StatisticsPass(segments: segments, source: ByteRegion(data))
    #expect(try inDouble.quantiles()?.values == expected(values, probabilities))
    let beside = try inDouble.statistics(bins: 9, range: .central(0.9), quantiles: [0, 0.5, 1])
    #expect(beside.quantiles?.values == expected(values, [0, 0.5, 1]))
  }

  @Test(
    "quantised values have the quantiles of the floats that they are, few and many",
    arguments: DType.allCases.filter(\.isQuantised))
  func quantised(_ dtype: DType) throws {
    for elements in [20_480, 262_400] {
      let blocks = elements / dtype.elementsPerBlock
      var bytes = (0..<blocks * dtype.bytesPerBlock).map {
        UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13)
      }
      for place in 0..<dtype.bytesPerBlock { bytes[place] = 0xff }
      var floats = [Float](repeating: 0, count: elements)
      bytes.withUnsafeBytes { bytes in
        floats.withUnsafeMutableBufferPointer { dtype.dequantise(bytes, into: $0) }
      }
      let packed = TensorSegment(dtype: dtype, byteOffset: 0, elementCount: elements)
      let pass = StatisticsPass(segments: [packed], source: ByteRegion(bytes))
      let wanted = expected(floats.map { Double($0) }, probabilities)
      #expect(try pass.quantiles()?.values == wanted)
      let beside = try pass.statistics(bins: 4, range: .central(0.9), quantiles: probabilities)
      #expect(beside.quantiles?.values == wanted)
    }
  }

  @Test("values of 16 bits, few and many, are counted alike", arguments: [fewCount, fewCount + 1])
  func halves(_ count: Int) throws {
    var values = normals(count).map { Float16($0) }
    values[3] = .nan
    values[4] = -.infinity
    let made = try pass(.float16, values).statistics(bins: 8, range: .central(0.9), quantiles: probabilities)
    #expect(made.quantiles?.values == expected(values.map { Double($0) }, probabilities))
    let sorted = values.filter { $0.isFinite }.sorted()
    let rank = Int((0.05 * Double(sorted.count - 1)).rounded())
    #expect(made.histogram?.lowerBound == Double(sorted[rank]))
    #expect(made.histogram?.upperBound == Double(sorted[sorted.count - 1 - rank]))
    #expect(made.summary == (try pass(.float16, values).summary()))
  }

  @Test("one value is every quantile; where nothing is finite there is none")
  func edges() throws {
    #expect(try pass(.float32, [Float(-0.0)]).quantiles([0, 0.5, 1])?.values == [0, 0, 0])
    #expect(try pass(.float32, [Float(-0.0)]).quantiles([0])?.values.first?.sign == .plus)
    for dtype in [DType.float16, .float32, .float64] {
      #expect(try encoded(dtype, [.nan, .infinity]).quantiles() == nil)
      #expect(try encoded(dtype, [.nan]).statistics(bins: 2, range: .all, quantiles: [0.5]).quantiles == nil)
      #expect(try encoded(dtype, []).quantiles() == nil)
    }
  }

  @Test("few values, and probabilities that are close, in every way of looking", arguments: [1, 2, 3, 4, 5, 7, 24, 25, 26, 30])
  func few(_ count: Int) throws {
    let values = normals(count).map { ($0 * 8).rounded() / 4 }
    let close = [0, 0, 0.01, 0.5, 0.500001, 0.51, 0.999, 1]
    for probabilities in [probabilities, close] {
      let wanted = expected(values, probabilities)
      for dtype in [DType.float16, .bfloat16, .float32, .float64] {
        let pass = encoded(dtype, values)
        #expect(try pass.quantiles(probabilities)?.values == wanted)
        let made = try pass.statistics(bins: 3, range: .central(0.5), quantiles: probabilities)
        #expect(made.quantiles?.values == wanted)
      }
    }
  }

  @Test("between the largest doubles of either sign a quantile is finite")
  func huge() throws {
    let huge = Double.greatestFiniteMagnitude
    #expect(try pass(.float64, [-huge, huge]).quantiles([0, 0.5, 1])?.values == [-huge, 0, huge])
  }

  @Test("probabilities that make no sense are refused")
  func refused() {
    for probabilities in [[-0.1], [1.5], [.nan], [0.5, 0.1], Array(repeating: 0.5, count: 33)] {
      #expect(throws: StatisticsError.self) { try pass(.float32, [Float(1)]).quantiles(probabilities) }
      #expect(throws: StatisticsError.self) {
        try pass(.float32, [Float(1)]).statistics(bins: 2, range: .all, quantiles: probabilities)
      }
    }
  }

  @Test("quantiles of a sample say so")
  func sampled() throws {
    let values = (0..<1_000_000).map { Float($0) }
    let made = try pass(.float32, values)
      .sampledStatistics(bins: 4, range: .all, quantiles: probabilities)
    let quantiles = try #require(made.quantiles)
    #expect(!quantiles.isExact)
    for (probability, value) in zip(probabilities, quantiles.values) {
      #expect((value - probability * 1e6).magnitude < 3000)
    }
    #expect(
      try pass(.float32, [Float(1), 2]).sampledStatistics(bins: 4, range: .all, quantiles: [0.5]).quantiles?
        .isExact == true)
  }

  @Test("values that change between two passes give some value, and no fault")
  func changing() throws {
    for dtype in [DType.float32, .float64] {
      let source = ChangingBytes(byteCount: 64 << 10)
      let count = source.byteCount / dtype.bytesPerBlock
      let segment = TensorSegment(dtype: dtype, byteOffset: 0, elementCount: count)
      let pass = StatisticsPass(segments: [segment], source: source, threads: 1)
      #expect(try pass.quantiles()?.values.count == probabilities.count)
    }
  }
}

/// Other values at every read.
private struct ChangingBytes: ByteSource {
  let byteCount: Int

  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) {
    for index in buffer.indices { buffer[index] = UInt8.random(in: 0...63) }
  }
}
