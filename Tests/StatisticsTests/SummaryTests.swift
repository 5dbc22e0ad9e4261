import Tensors
import Testing

@testable import Statistics

@Suite struct SummaryTests {
  @Test("the summary of every dtype is numpy's", arguments: numpyExpectations)
  func numpy(_ expected: NumpyExpectation) throws {
    let bytes = expected.data.bytes(expected.dtype)
    let segment = TensorSegment(dtype: expected.dtype, byteOffset: 0, elementCount: TestData.count)
    let summary = try StatisticsPass(segments: [segment], source: ByteRegion(bytes)).summary()
    #expect(summary.count == TestData.count)
    #expect(summary.nan == expected.nan)
    #expect(summary.posInf == expected.posInf)
    #expect(summary.negInf == expected.negInf)
    #expect(summary.finite == TestData.count - expected.nan - expected.posInf - expected.negInf)
    #expect(summary.zeros == expected.zeros)
    #expect(summary.min == expected.min)
    #expect(summary.max == expected.max)
    #expect(isClose(summary.mean, expected.mean), "\(String(describing: summary.mean)) \(expected.mean)")
    #expect(isClose(summary.std, expected.std), "\(String(describing: summary.std)) \(expected.std)")
  }

  @Test("no values have no extremes")
  func empty() throws {
    let summary = try pass(.float32, [Float]()).summary()
    #expect(
      summary
        == Summary(
          count: 0, finite: 0, nan: 0, posInf: 0, negInf: 0, zeros: 0, min: nil, max: nil, mean: nil, std: nil
        ))
  }

  @Test("NaN and infinities are counted apart", arguments: [DType.float16, .bfloat16, .float32, .float64])
  func notFinite(_ dtype: DType) throws {
    let values: [Double] = [.nan, .infinity, -.infinity, -.nan, .infinity]
    let summary = try encoded(dtype, values).summary()
    #expect(summary.nan == 2)
    #expect(summary.posInf == 2)
    #expect(summary.negInf == 1)
    #expect(summary.finite == 0)
    #expect(summary.mean == nil)
    #expect(summary.std == nil)
    #expect(summary.min == nil)
    let mixed = try encoded(dtype, values + [3, -1]).summary()
    #expect(mixed.finite == 2)
    #expect(mixed.mean == 1)
    #expect(mixed.std == 2)
    #expect(mixed.min == -1)
    #expect(mixed.max == 3)
  }

  @Test("-0 is a zero", arguments: [DType.float16, .bfloat16, .float32, .float64])
  func negativeZero(_ dtype: DType) throws {
    let summary = try encoded(dtype, [-0.0, 0, -0.0, 1]).summary()
    #expect(summary.zeros == 3)
    #expect(summary.min == 0)
    #expect(summary.min?.sign == .plus)
  }

  @Test("equal values have no deviation", arguments: [DType.float16, .bfloat16, .float32, .float64])
  func equal(_ dtype: DType) throws {
    let summary = try encoded(dtype, Array(repeating: 0.1, count: 10_001)).summary()
    #expect(summary.std == 0)
    #expect(summary.mean == summary.min)
    #expect(summary.mean == summary.max)
  }

  @Test("subnormal values keep their size")
  func subnormal() throws {
    let tiny = Float.leastNonzeroMagnitude
    let summary = try pass(.float32, [tiny, 3 * tiny, -tiny, tiny]).summary()
    #expect(summary.min == -Double(tiny))
    #expect(summary.max == 3 * Double(tiny))
    #expect(summary.mean == Double(tiny))
    #expect(isClose(summary.std, 2.0.squareRoot() * Double(tiny)))
    #expect(summary.zeros == 0)
  }

  @Test("values whose squares fit no double have a finite deviation")
  func huge() throws {
    let huge = Double.greatestFiniteMagnitude
    let summary = try pass(.float64, [huge, -huge, huge, -huge, 0, .nan]).summary()
    #expect(summary.mean == 0)
    #expect(isClose(summary.std, huge * 0.8.squareRoot()))
    #expect(summary.max == huge)
    #expect(summary.zeros == 1)
    let same = try pass(.float64, Array(repeating: huge, count: 5000)).summary()
    #expect(same.mean == huge)
    #expect(same.std == 0)
    let mixed = try pass(.float64, Array(repeating: 1e200, count: 3000) + Array(repeating: 1, count: 3000))
      .summary()
    #expect(isClose(mixed.mean, 5e199))
    #expect(isClose(mixed.std, 5e199))
  }

  @Test("a small deviation about a large mean is not lost")
  func cancellation() throws {
    // Exact: mean 2^30 + ½, deviation ½.
    let values = (0..<20_000).map { Double(1 << 30) + Double($0 % 2) }
    let summary = try pass(.float64, values).summary()
    #expect(summary.mean == Double(1 << 30) + 0.5)
    #expect(isClose(summary.std, 0.5))
    let ulps = (0..<20_000).map { 1 + Double($0 % 5) * 0x1p-52 }
    #expect(isClose(try pass(.float64, ulps).summary().std, 2.0.squareRoot() * 0x1p-52))
  }

  @Test("integers beyond 2^53 are rounded to doubles, as astype(float64) does")
  func largeIntegers() throws {
    let signed = try pass(.int64, [Int64.max, Int64.min]).summary()
    #expect(signed.max == 0x1p63)
    #expect(signed.min == -0x1p63)
    let unsigned = try pass(.uint64, [UInt64.max, (1 << 53) + 1]).summary()
    #expect(unsigned.max == 0x1p64)
    #expect(unsigned.min == 0x1p53)
  }

  @Test("any byte but 0 is true")
  func bool() throws {
    let summary = try pass(.bool, [0, 1, 2, 255, 0] as [UInt8]).summary()
    #expect(summary.zeros == 2)
    #expect(summary.max == 1)
    #expect(summary.mean == 0.6)
  }
}

/// A pass over values written in a float dtype.
func encoded(_ dtype: DType, _ values: [Double]) -> StatisticsPass {
  switch dtype {
  case .float16: pass(dtype, values.map { Float16($0) })
  case .bfloat16: pass(dtype, values.map { UInt16(Float($0).bitPattern >> 16) })
  case .float32: pass(dtype, values.map { Float($0) })
  default: pass(dtype, values)
  }
}
