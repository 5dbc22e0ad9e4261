import CKernels
import Tensors

/// What a pass over chunks has found.
struct Tally {
  /// Of the values that were not counted by patterns.
  var summary = SlotscopeSummary.empty
  /// Below, the bins, above, likewise.
  var counts: [UInt64] = []
  /// What a selection has counted and gathered.
  private(set) var digits: [UInt64] = []
  private(set) var gathered: [Double] = []
  /// The values that were counted by patterns, dtype by dtype in a fixed order.
  private(set) var counted: [CountedValues] = []

  init() {}

  init(_ counted: CountedValues) { self.counted = [counted] }

  /// Takes what workers have counted. Their order does not matter: counts are whole numbers.
  init(_ workers: [ChunkWorker]) {
    var patterns: [DType: [UInt64]] = [:]
    for worker in workers {
      worker.flush()
      Self.add(worker.counts, to: &counts)
      Self.add(worker.digits, to: &digits)
      for (dtype, counted) in worker.patterns { Self.add(counted, to: &patterns[dtype, default: []]) }
      gathered += worker.gathered
      worker.clear()
    }
    counted = DType.allCases.compactMap { dtype in patterns[dtype].map { CountedValues(dtype, patterns: $0) }
    }
  }

  /// The summary with the counted values.
  var completeSummary: SlotscopeSummary {
    var all = summary
    for part in counted { part.add(to: &all) }
    return all
  }

  /// The counts with the counted values.
  func completeCounts(_ bins: HistogramBins) -> [UInt64] {
    var all = counts.isEmpty ? Array(repeating: 0, count: bins.slotCount) : counts
    for part in counted { part.add(to: &all, bins) }
    return all
  }

  /// Whether all values were counted.
  var isCounted: Bool { summary.finite + summary.nan == 0 && !counted.isEmpty }

  /// The counted values that are finite, in order.
  var finiteCounted: ArraySlice<SlotscopeCounted> { .merged(counted.map(\.finite)) }

  private static func add(_ counts: [UInt64], to sum: inout [UInt64]) {
    if sum.isEmpty {
      sum = counts
    } else if counts.count == sum.count {
      slotscope_add_counts(&sum, counts, counts.count)
    }
  }
}
