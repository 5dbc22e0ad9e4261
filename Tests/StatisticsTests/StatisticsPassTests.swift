import Synchronization
import Tensors
import Testing

@testable import Statistics

@Suite struct StatisticsPassTests {
  /// Several chunks of several dtypes, at odd offsets, with an empty segment.
  private func mixed() -> (segments: [TensorSegment], bytes: [UInt8], values: [Double]) {
    var bytes: [UInt8] = [99]
    var segments: [TensorSegment] = []
    func append<T: BitwiseCopyable>(_ dtype: DType, _ values: [T]) {
      segments.append(TensorSegment(dtype: dtype, byteOffset: bytes.count, elementCount: values.count))
      values.withUnsafeBytes { bytes += $0 }
      bytes.append(99)
    }
    let floats = normals(300_000).map { Float($0) }
    append(.float32, floats)
    append(.int8, [1, -2, 3] as [Int8])
    append(.float16, [0.25, .nan, 8] as [Float16])
    append(.float32, [Float]())
    append(.float64, [1e-3, -.infinity, 5])
    append(.int64, [7, -7] as [Int64])
    return (segments, bytes, floats.map { Double($0) } + [1, -2, 3, 0.25, 8, 1e-3, 5, 7, -7])
  }

  @Test("segments of several dtypes, at any alignment, are one set of values")
  func severalSegments() throws {
    let (segments, bytes, values) = mixed()
    let made = try StatisticsPass(segments: segments, source: ByteRegion(bytes)).statistics(
      bins: 50, range: .all)
    #expect(made.summary.count == values.count + 2)
    #expect(made.summary.nan == 1)
    #expect(made.summary.negInf == 1)
    let mean = values.reduce(0, +) / Double(values.count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    #expect(((made.summary.mean ?? 9) - mean).magnitude < 1e-14)
    #expect(((made.summary.std ?? 9) - variance.squareRoot()).magnitude < 1e-12)
    #expect(made.summary.max == 8)
    #expect(made.histogram?.counts.reduce(0, +) == values.count)
  }

  @Test("the result is the same for any number of threads, and however the bytes are read")
  func threads() throws {
    let (segments, bytes, _) = mixed()
    let reference = try StatisticsPass(segments: segments, source: ByteRegion(bytes), threads: 1)
      .statistics(bins: 64, range: .central(0.998))
    for threads in [2, 3, 7] {
      let pass = StatisticsPass(segments: segments, source: CopiedBytes(bytes: bytes), threads: threads)
      #expect(try pass.statistics(bins: 64, range: .central(0.998)) == reference)
    }
  }

  @Test("progress ends at all bytes, twice where two passes are needed")
  func progress() throws {
    let (segments, bytes, _) = mixed()
    let pass = StatisticsPass(segments: segments, source: ByteRegion(bytes))
    let size = 300_000 * 4 + 3 + 6 + 24 + 16
    let progress = WorkProgress()
    _ = try pass.summary(progress: progress)
    #expect(progress.total == size)
    #expect(progress.completed == size)
    _ = try pass.statistics(bins: 4, range: .all, progress: progress)
    #expect(progress.total == size + size - 9)
    #expect(progress.completed == progress.total)
    _ = try pass.statistics(bins: 4, range: .fixed(0...1), progress: progress)
    #expect(progress.total == size)
    #expect(progress.completed == size)
  }

  @Test("a cancelled pass stops before the next chunk", arguments: [1, 2])
  func cancelled(_ threads: Int) throws {
    let progress = WorkProgress()
    let source = CountingSource(byteCount: 64 << 20) { _ in progress.cancel() }
    let segment = TensorSegment(dtype: .float32, byteOffset: 0, elementCount: 16 << 20)
    let pass = StatisticsPass(segments: [segment], source: source, threads: threads)
    #expect(throws: CancellationError.self) { try pass.summary(progress: progress) }
    #expect(source.reads <= threads)
  }

  @Test("what the source throws is passed on", arguments: [1, 2])
  func failing(_ threads: Int) throws {
    let source = CountingSource(byteCount: 64 << 20) { number in if number == 2 { throw Torn() } }
    let segment = TensorSegment(dtype: .uint8, byteOffset: 0, elementCount: 64 << 20)
    let pass = StatisticsPass(segments: [segment], source: source, threads: threads)
    #expect(throws: Torn.self) { try pass.summary() }
    #expect(source.reads <= 2 + threads)
  }

  @Test("a segment that does not lie in the source is refused before anything is read")
  func outOfRange() throws {
    for (offset, count) in [(0, 26), (-4, 1), (101, 0), (97, 1), (0, -1), (0, Int.max), (Int.max, 1)] {
      let source = CountingSource(byteCount: 100) { _ in }
      let segment = TensorSegment(dtype: .float32, byteOffset: offset, elementCount: count)
      let pass = StatisticsPass(segments: [segment], source: source)
      let expected = StatisticsError.segmentOutOfRange(segment, available: 100)
      #expect(throws: expected) { try pass.summary() }
      #expect(throws: expected) { try pass.statistics(bins: 3, range: .central(0.9)) }
      #expect(throws: expected) { try pass.sampledStatistics(bins: 3, range: .all) }
      #expect(source.reads == 0)
    }
  }

  @Test("a sample of few values is all of them")
  func smallSample() throws {
    let (segments, bytes, _) = mixed()
    let few = Array(segments.dropFirst())
    let pass = StatisticsPass(segments: few, source: ByteRegion(bytes))
    let sampled = try pass.sampledStatistics(bins: 5, range: .all)
    #expect(!sampled.isSampled)
    #expect(sampled == (try pass.statistics(bins: 5, range: .all)))
  }

  @Test("a sample is small, spread over all segments, and says that it is one")
  func sample() throws {
    // Thirds of a million values: 0, 1 and 2, as three dtypes.
    let count = 333_000
    var bytes = [UInt8](repeating: 0, count: count)
    [Int16](repeating: 1, count: count).withUnsafeBytes { bytes += $0 }
    [Float](repeating: 2, count: count).withUnsafeBytes { bytes += $0 }
    let segments = [
      TensorSegment(dtype: .uint8, byteOffset: 0, elementCount: count),
      TensorSegment(dtype: .int16, byteOffset: count, elementCount: count),
      TensorSegment(dtype: .float32, byteOffset: 3 * count, elementCount: count),
    ]
    let made = try StatisticsPass(segments: segments, source: CopiedBytes(bytes: bytes))
      .sampledStatistics(bins: 3, range: .all)
    #expect(made.isSampled)
    #expect(made.summary.count == 262_144)
    let counts = try #require(made.histogram?.counts)
    #expect(counts.allSatisfy { ($0 - 87_381).magnitude <= 256 })
  }

  @Test("statistics survive JSON")
  func coding() throws {
    let made = try pass(.float32, [Float(1), 2, .nan]).statistics(bins: 2, range: .all)
    #expect(try decodedAgain(made) == made)
  }

  @Test(
    "quantised values have the statistics of the floats that they are",
    arguments: DType.allCases.filter(\.isQuantised))
  func quantised(_ dtype: DType) throws {
    // More than a block of the kernels, and not a multiple of it.
    let blocks = 40_000 / dtype.elementsPerBlock
    var bytes = (0..<blocks * dtype.bytesPerBlock).map {
      UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13)
    }
    // One block in three has scales of all bits set: not a number, but in MXFP4.
    for block in stride(from: 0, to: blocks, by: 3) {
      for place in 0..<dtype.bytesPerBlock { bytes[block * dtype.bytesPerBlock + place] = 0xff }
    }
    var floats = [Float](repeating: 0, count: blocks * dtype.elementsPerBlock)
    bytes.withUnsafeBytes { bytes in
      floats.withUnsafeMutableBufferPointer { dtype.dequantise(bytes, into: $0) }
    }
    let plain = TensorSegment(dtype: .float32, byteOffset: 0, elementCount: floats.count)
    let packed = TensorSegment(dtype: dtype, byteOffset: 0, elementCount: floats.count)
    for range in [HistogramRange.all, .fixed(-1...1), .fixed(0...1e-300)] {
      let expected = try StatisticsPass(segments: [plain], source: ByteRegion(floats))
        .statistics(bins: 20, range: range)
      let made = try StatisticsPass(segments: [packed], source: ByteRegion(bytes))
        .statistics(bins: 20, range: range)
      #expect(made == expected)
    }
    #expect(Set(floats.map(\.bitPattern)).count > 20)
  }
}

private struct Torn: Error {}

/// Zeros, and a count of the reads.
private final class CountingSource: ByteSource {
  let byteCount: Int
  private let count = Atomic<Int>(0)
  private let onRead: @Sendable (Int) throws -> Void

  var reads: Int { count.load(ordering: .sequentiallyConsistent) }

  init(byteCount: Int, onRead: @escaping @Sendable (Int) throws -> Void) {
    self.byteCount = byteCount
    self.onRead = onRead
  }

  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
    let number = count.wrappingAdd(1, ordering: .sequentiallyConsistent).newValue
    try onRead(number)
    buffer.initializeMemory(as: UInt8.self, repeating: 0)
  }
}
