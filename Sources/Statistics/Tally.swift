import CKernels
import Tensors

/// What a pass over chunks has found.
struct Tally {
  /// Of the values that were not counted by patterns.
  var summary = SlotscopeSummary.empty
  /// Below, the bins, above, likewise.
  var counts: [UInt64] = []
  var patterns: [DType: [UInt64]] = [:]

  /// Takes what a worker has counted. The order does not matter: counts are whole numbers.
  mutating func add(_ worker: ChunkWorker) {
    worker.flush()
    Self.add(worker.counts, to: &counts)
    for (dtype, counted) in worker.patterns { Self.add(counted, to: &patterns[dtype, default: []]) }
  }

  /// The summary with the counted patterns, dtype by dtype in a fixed order.
  var completeSummary: SlotscopeSummary {
    var all = summary
    for (dtype, counted) in orderedPatterns {
      slotscope_patterns_statistics(dtype.kernel, counted, &all, nil, nil)
    }
    return all
  }

  /// The counts with the counted patterns.
  func completeCounts(_ bins: HistogramBins) -> [UInt64] {
    var all = counts.isEmpty ? Array(repeating: 0, count: bins.slotCount) : counts
    for (dtype, counted) in orderedPatterns {
      withUnsafePointer(to: bins.raw) {
        slotscope_patterns_statistics(dtype.kernel, counted, nil, $0, &all)
      }
    }
    return all
  }

  private var orderedPatterns: [(DType, [UInt64])] {
    DType.allCases.compactMap { dtype in patterns[dtype].map { (dtype, $0) } }
  }

  private static func add(_ counts: [UInt64], to sum: inout [UInt64]) {
    if sum.isEmpty {
      sum = counts
    } else {
      for index in counts.indices { sum[index] += counts[index] }
    }
  }
}
