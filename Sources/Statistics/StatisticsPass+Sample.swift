import CKernels
import Tensors

extension StatisticsPass {
  /// Runs of neighbours that a sample is made of, and values in each: few enough to read within milliseconds.
  static let sampleRuns = 1024
  static let sampleRunLength = 256
  static let sampleLimit = sampleRuns * sampleRunLength

  /// Summary and histogram of a sample, within a few milliseconds whatever the size.
  ///
  /// All segments, one after the other, are taken as one sequence of n values. The sample is 1,024 runs of
  /// 256 neighbours, run k from value ⌊k n / 1024⌋: always the same. Where there are no more values than
  /// that, it is `statistics` of all of them. A range `all` is that of the sample.
  ///
  /// - Throws: `StatisticsError`, what the source throws.
  public func sampledStatistics(
    bins: Int, range: HistogramRange, quantiles probabilities: [Double] = []
  ) throws -> WeightStatistics {
    try Self.check(bins: bins, range: range)
    try Quantiles.check(probabilities)
    if try elementCount() <= Self.sampleLimit {
      return try statistics(bins: bins, range: range, quantiles: probabilities)
    }
    let values = try sample()
    var summary = SlotscopeSummary.empty
    slotscope_statistics(SLOTSCOPE_FLOAT64, values, values.count, &summary, nil, nil)
    let finite = values.filter { $0.isFinite }
    let chosen: HistogramBins? =
      switch range {
      case .all: nil
      case .central(let fraction): Self.bins(bins, central: fraction, of: finite)
      case .fixed(let bounds): Self.bins(bins, bounds)
      }
    guard let binning = chosen ?? Self.bins(bins, spanning: summary) else {
      return WeightStatistics(summary: Summary(summary), histogram: nil, isSampled: true)
    }
    let ranks = finite.isEmpty ? [] : Quantiles.ranks(of: probabilities, count: finite.count)
    let quantiles =
      ranks.isEmpty
      ? nil
      : Quantiles(
        probabilities, count: finite.count, valuesOfRanks: valuesOfRanks(ranks, among: finite), isExact: false
      )
    return WeightStatistics(
      summary: Summary(summary),
      histogram: Histogram(bins: binning, counts: Self.counts(values, binning), all: summary),
      isSampled: true,
      quantiles: quantiles)
  }

  /// The values of the sample, in order.
  func sample() throws -> [Double] {
    let count = try elementCount()
    let limit = Self.sampleLimit
    let runs = count <= limit ? 1 : Self.sampleRuns
    let length = count <= limit ? count : Self.sampleRunLength
    let (quotient, remainder) = count.quotientAndRemainder(dividingBy: runs)
    // A run may begin and end within a block, and no element takes more than 16 bytes.
    let decoded = UnsafeMutableBufferPointer<Double>.allocate(capacity: length + 2 * 256)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: decoded.count * 16, alignment: 16)
    defer {
      decoded.deallocate()
      buffer.deallocate()
    }
    var walk = SegmentWalk(segments: segments)
    return try Array(unsafeUninitializedCapacity: runs * length) { values, filled in
      guard let start = values.baseAddress else { return }
      for run in 0..<runs {
        // ⌊run × count / runs⌋, without the product.
        let first = run * quotient + run * remainder / runs
        try walk.pieces(from: first, count: length) { segment, elements in
          let first = elements.lowerBound / segment.dtype.elementsPerBlock
          let last = (elements.upperBound - 1) / segment.dtype.elementsPerBlock
          let size = segment.dtype.bytesPerBlock
          let part = UnsafeMutableRawBufferPointer(rebasing: buffer[0..<(last - first + 1) * size])
          try source.read(at: segment.byteOffset + first * size, into: part)
          segment.dtype.decode(UnsafeRawBufferPointer(part), into: decoded)
          let lead = elements.lowerBound - first * segment.dtype.elementsPerBlock
          (start + filled).update(from: decoded.baseAddress! + lead, count: elements.count)
          filled += elements.count
        }
      }
    }
  }

  /// Elements of all segments, which are checked.
  func elementCount() throws(StatisticsError) -> Int {
    var count = 0
    for segment in segments {
      _ = try segment.byteCount(within: source.byteCount)
      count += segment.elementCount
    }
    return count
  }

  private static func counts(_ values: [Double], _ bins: HistogramBins) -> [UInt64] {
    var tables = [UInt32](repeating: 0, count: slotscope_tables_size(bins.raw.count))
    var counts = [UInt64](repeating: 0, count: bins.slotCount)
    withUnsafePointer(to: bins.raw) {
      slotscope_statistics(SLOTSCOPE_FLOAT64, values, values.count, nil, $0, &tables)
      slotscope_tables_flush($0, &tables, &counts)
    }
    return counts
  }
}

/// Segments as one sequence of elements, gone through from the front.
private struct SegmentWalk {
  let segments: [TensorSegment]
  private var index = 0
  /// Elements before the segment at `index`.
  private var before = 0

  init(segments: [TensorSegment]) {
    self.segments = segments
  }

  /// Calls `body` with the pieces, each within a segment, of `count` elements from `first`, which never goes
  /// back.
  mutating func pieces(
    from first: Int, count: Int, _ body: (_ segment: TensorSegment, _ elements: Range<Int>) throws -> Void
  ) rethrows {
    var next = first
    let end = first + count
    while next < end {
      let segment = segments[index]
      let within = next - before
      if within >= segment.elementCount {
        before += segment.elementCount
        index += 1
        continue
      }
      let elements = min(end - next, segment.elementCount - within)
      try body(segment, within..<within + elements)
      next += elements
    }
  }
}
