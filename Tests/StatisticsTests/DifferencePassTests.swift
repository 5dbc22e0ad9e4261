import Foundation
import Statistics
import Synchronization
import Tensors
import Testing

struct DifferencePassTests {
  private func compare<A: BitwiseCopyable, B: BitwiseCopyable>(
    _ a: [A], _ aType: DType, _ b: [B], _ bType: DType, count: Int? = nil, threads: Int = 2
  ) throws -> ValueDifference {
    let count = count ?? a.count
    let pair = SegmentPair(
      a: TensorSegment(dtype: aType, byteOffset: 0, elementCount: count),
      b: TensorSegment(dtype: bType, byteOffset: 0, elementCount: count))
    return try all([pair], ByteRegion(a), ByteRegion(b), threads: threads)[0]
  }

  private func all(_ pairs: [SegmentPair], _ a: any ByteSource, _ b: any ByteSource, threads: Int = 2) throws
    -> [ValueDifference]
  {
    let made = Mutex([Int: ValueDifference]())
    try DifferencePass(pairs: pairs, a: a, b: b, threads: threads).run { pair, difference in
      made.withLock { made in
        #expect(made[pair] == nil, "pair \(pair) is reported once")
        made[pair] = difference
      }
    }
    return try made.withLock { made in try pairs.indices.map { try #require(made[$0]) } }
  }

  @Test("largest and mean step, relative distance and cosine are as their formulas say")
  func formulas() throws {
    let made = try compare([1, 2, 3, 4] as [Float], .float32, [1, 2, 5, 0] as [Float], .float32)
    #expect(
      made
        == ValueDifference(
          finite: 4, differing: 2, maxAbs: 4, maxIndex: 3, meanAbs: 1.5,
          relativeL2: 20.0.squareRoot() / 30.0.squareRoot(),
          cosine: 20.0 / 30.0.squareRoot() / 30.0.squareRoot()))
  }

  @Test("equal bytes are equal, and -0 equals 0 without equal bytes")
  func equal() throws {
    let values: [Float] = [0, -1, .nan, .infinity]
    let same = try compare(values, .float32, values, .float32)
    #expect(same.bytesAreSame)
    #expect(same.allDiffering == 0)
    #expect(same.notFinite == 2)
    let signed = try compare([0.0], .float64, [-0.0], .float64)
    #expect(!signed.bytesAreSame)
    #expect(signed.differing == 0)
    #expect(signed.maxIndex == nil)
    #expect(signed.relativeL2 == nil)
  }

  @Test("pairs with NaN or infinity are counted apart")
  func notFinite() throws {
    let inf = Float.infinity
    let a: [Float] = [1, .nan, .nan, inf, inf, -inf, 2, 7]
    let b: [Float] = [1, .nan, 3, inf, -inf, 0, inf, 9]
    let made = try compare(a, .float32, b, .float32)
    #expect(
      made
        == ValueDifference(
          finite: 2, differing: 1, notFinite: 6, notFiniteDiffering: 4, maxAbs: 2, maxIndex: 7, meanAbs: 1,
          relativeL2: 2 / 50.0.squareRoot(), cosine: 64 / 50.0.squareRoot() / 82.0.squareRoot()))
    let none = try compare([Float.nan], .float32, [1 as Float], .float32)
    #expect(none.maxAbs == nil && none.meanAbs == nil && none.relativeL2 == nil && none.cosine == nil)
    #expect(none.notFiniteDiffering == 1)
  }

  @Test("any dtype is compared with any other, by value")
  func dtypes() throws {
    let halves: [UInt16] = [0x3C00, 0xC000, 0x0001]  // 1, -2, 2^-24 in float16
    let made = try compare(halves, .float16, [1, -2.5, 0x1p-24], .float64)
    #expect(made.differing == 1)
    #expect(made.maxAbs == 0.5)
    #expect(made.maxIndex == 1)
    #expect(!made.bytesAreSame)
    let packed: [UInt8] = [0x21, 0x43]  // 0.5, 1, 1.5, 2 in float4
    let unpacked = try compare(packed, .float4E2M1FN, [0.5, 1, 1.5, 3] as [Float], .float32, count: 4)
    #expect(unpacked.differing == 1)
    #expect(unpacked.maxIndex == 3)
    let integers = try compare([-3, 4] as [Int8], .int8, [253, 4] as [UInt8], .uint8)
    #expect(integers.maxAbs == 256)
  }

  @Test("complex numbers are compared as such, not by their magnitudes")
  func complex() throws {
    let a: [Float] = [3, 4, 1, 0]  // 3 + 4i, 1
    let b: [Float] = [3, -4, 1, 0]
    let made = try compare(a, .complex64, b, .complex64, count: 2)
    #expect(made.count == 2)
    #expect(made.differing == 1)
    #expect(made.maxAbs == 8)
    #expect(made.meanAbs == 4)
    #expect(made.cosine == -6 / 26.0.squareRoot() / 26.0.squareRoot())
    let real = try compare(a, .complex64, [3, 1] as [Float], .float32, count: 2)
    #expect(real.maxAbs == 4)
    let broken = try compare(
      [1, .nan, 2, 2] as [Double], .complex128, [1, 1, 2, 2] as [Double], .complex128, count: 2)
    #expect(broken.notFinite == 1 && broken.notFiniteDiffering == 1 && broken.finite == 1)
  }

  @Test("values whose squares fit no double are compared all the same")
  func huge() throws {
    let largest = Double.greatestFiniteMagnitude
    let made = try compare([3e200, 4e200, 0], .float64, [3e200, 4e200, 5e200], .float64)
    #expect(made.maxAbs == 5e200)
    #expect(abs(try #require(made.meanAbs) / (5e200 / 3) - 1) < 1e-15)
    #expect(abs(try #require(made.relativeL2) - 1) < 1e-15)
    #expect(abs(try #require(made.cosine) - 0.5.squareRoot()) < 1e-15)
    let extreme = try compare([largest, -largest], .float64, [-largest, largest], .float64)
    #expect(extreme.maxAbs == .infinity)
    #expect(extreme.relativeL2 == 2)
    #expect(extreme.cosine == -1)
    // Small values before large ones, which change what the sums are counted in.
    let mixed = try compare(
      [Double](repeating: 1, count: 2000) + [1e200], .float64,
      [Double](repeating: 2, count: 2000) + [1e200], .float64)
    #expect(mixed.meanAbs.map { abs($0 - 2000 / 2001) < 1e-15 } == true)
  }

  @Test("the results do not depend on threads, nor on where the bytes come from, and are those of plain sums")
  func threads() throws {
    let count = 1_500_007
    let a = normals(count).map { Float($0) }
    let b = normals(count, mean: 0.01).map { -Float($0) }
    let one = try compare(a, .float32, b, .float32, threads: 1)
    #expect(try compare(a, .float32, b, .float32, threads: 7) == one)
    let pair = SegmentPair(
      a: TensorSegment(dtype: .float32, byteOffset: 3, elementCount: count),
      b: TensorSegment(dtype: .float32, byteOffset: 0, elementCount: count))
    let shifted = a.withUnsafeBytes { CopiedBytes(bytes: [0, 0, 0] + $0) }
    let copied = b.withUnsafeBytes { CopiedBytes(bytes: Array($0)) }
    #expect(try all([pair], shifted, copied, threads: 3) == [one])
    let steps = zip(a, b).map { Double($1) - Double($0) }
    let norm = a.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    let largest = try #require(steps.map(abs).max())
    #expect(one.maxAbs == largest)
    #expect(one.maxIndex == steps.firstIndex { abs($0) == largest })
    #expect(abs(try #require(one.meanAbs) - steps.reduce(0) { $0 + abs($1) } / Double(count)) < 1e-12)
    #expect(abs(try #require(one.relativeL2) - steps.reduce(0) { $0 + $1 * $1 }.squareRoot() / norm) < 1e-12)
    #expect(one.differing == steps.count { $0 != 0 })
  }

  @Test("of many pairs, empty ones among them, each is reported once")
  func manyPairs() throws {
    let a = (0..<1000).map(Double.init)
    let b = a.map { $0 + ($0 == 700 ? 1 : 0) }
    let pairs = (0..<100).flatMap { number in
      [10, 0].map { count in
        let segment = TensorSegment(dtype: .float64, byteOffset: number * 80, elementCount: count)
        return SegmentPair(a: segment, b: segment)
      }
    }
    let made = try all(pairs, ByteRegion(a), ByteRegion(b), threads: 4)
    #expect(made.indices.filter { made[$0].differing > 0 } == [140])
    #expect(made[1].count == 0)
    #expect(made[1].bytesAreSame)
  }

  @Test("a segment that reaches beyond its source is refused, and a cancelled comparison ends")
  func refusals() throws {
    let segment = TensorSegment(dtype: .float64, byteOffset: 8, elementCount: 2)
    let pair = SegmentPair(a: TensorSegment(dtype: .float64, byteOffset: 0, elementCount: 2), b: segment)
    let values = ByteRegion([1.0, 2.0])
    #expect(throws: StatisticsError.segmentOutOfRange(segment, available: 16)) {
      try all([pair], values, values)
    }
    let progress = WorkProgress()
    progress.cancel()
    let whole = SegmentPair(a: pair.a, b: pair.a)
    #expect(throws: CancellationError.self) {
      try DifferencePass(pairs: [whole], a: values, b: values).run(progress: progress) { _, _ in
        Issue.record("a cancelled comparison has no result")
      }
    }
  }
}
