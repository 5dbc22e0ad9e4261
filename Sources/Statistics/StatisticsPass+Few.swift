import CKernels
import Tensors

extension StatisticsPass {
  /// Statistics of so few values that they are looked at in memory; nil where they are more.
  ///
  /// The results are those of the passes that more values take.
  func fewStatistics(
    _ plan: ChunkPlan, _ bins: Int, _ range: HistogramRange, _ probabilities: [Double],
    _ progress: WorkProgress?
  ) throws -> WeightStatistics? {
    if segments.count == 1, segments[0].dtype.patternCount != nil {
      return try fewCounted(plan, bins, range, probabilities, progress)
    }
    let isCounted = segments.contains { $0.dtype.patternCount != nil }
    if isCounted || plan.byteCount == 0 { return nil }
    if try elementCount() > Self.sampleLimit { return nil }
    return try fewWide(plan, bins, range, probabilities, progress)
  }

  private func fewCounted(
    _ plan: ChunkPlan, _ bins: Int, _ range: HistogramRange, _ probabilities: [Double],
    _ progress: WorkProgress?
  ) throws -> WeightStatistics? {
    let segment = segments[0]
    guard segment.elementCount <= SLOTSCOPE_MAX_FEW else { return nil }
    progress?.begin(total: plan.byteCount)
    try progress?.checkCancellation()
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: plan.byteCount, alignment: 16)
    defer { bytes.deallocate() }
    try source.read(at: segment.byteOffset, into: bytes)
    let counted = CountedValues(segment.dtype, few: UnsafeRawBufferPointer(bytes))
    let tally = Tally(counted)
    let summary = tally.completeSummary
    var selection = RankSelection(probabilities, wide: [])
    selection.begin(digits: [], counted: counted.finite)
    let found = try knownBins(bins, range) ?? Self.bins(bins, range, tally, summary)
    progress?.advance(by: plan.byteCount)
    return Self.result(summary, found, tally, probabilities.isEmpty ? nil : selection.quantiles)
  }

  private func fewWide(
    _ plan: ChunkPlan, _ bins: Int, _ range: HistogramRange, _ probabilities: [Double],
    _ progress: WorkProgress?
  ) throws -> WeightStatistics {
    progress?.begin(total: plan.byteCount)
    let finite = try sample().filter { $0.isFinite }
    try progress?.checkCancellation()
    let ranks = finite.isEmpty ? [] : Quantiles.ranks(of: probabilities, count: finite.count)
    var central: [Int] = []
    if case .central(let fraction) = range { central = Self.centralRanks(fraction, count: finite.count) }
    // One search for all.
    let all = finite.isEmpty ? [] : Set(ranks + central).sorted()
    let value = Dictionary(uniqueKeysWithValues: zip(all, valuesOfRanks(all, among: finite)))
    let quantiles =
      ranks.isEmpty
      ? nil : Quantiles(probabilities, count: finite.count, valuesOfRanks: ranks.compactMap { value[$0] })
    let found = Self.bins(bins, range, finite, central: central.compactMap { value[$0] })
    let tally = try tally(plan, PassWork(makesSummary: true, bins: found), progress: progress)
    return Self.result(tally.completeSummary, found, tally, quantiles)
  }

  /// - Parameters:
  ///   - finite: all finite values.
  ///   - central: the values between which the central ones lie.
  private static func bins(
    _ count: Int, _ range: HistogramRange, _ finite: [Double], central: [Double]
  ) -> HistogramBins? {
    if case .fixed(let bounds) = range { return bins(count, bounds) }
    if let bins = bins(count, between: central) { return bins }
    guard let least = finite.min(), let greatest = finite.max() else { return nil }
    return .automatic(count: count, lower: least + 0.0, upper: greatest + 0.0)
  }
}
