import CKernels
import Tensors

/// The values of one dtype that occur, in order, and how often each does.
struct CountedValues {
  /// Infinities too.
  private(set) var entries: [SlotscopeCounted]
  private(set) var nan: UInt64 = 0

  /// - Parameter patterns: how often each bit pattern occurs.
  init(_ dtype: DType, patterns: [UInt64]) {
    var nan: UInt64 = 0
    entries = Array(unsafeUninitializedCapacity: patterns.count) { entries, count in
      count = slotscope_counted_of_patterns(dtype.kernel, patterns, entries.baseAddress, &nan)
    }
    self.nan = nan
  }

  /// - Precondition: at most `SLOTSCOPE_MAX_FEW` elements, as whole blocks.
  init(_ dtype: DType, few bytes: UnsafeRawBufferPointer) {
    var nan: UInt64 = 0
    let elements = bytes.count / dtype.bytesPerBlock * dtype.elementsPerBlock
    entries = Array(unsafeUninitializedCapacity: max(256, elements)) { entries, count in
      guard let start = bytes.baseAddress, elements > 0 else { return }
      count = slotscope_counted_of_few(dtype.kernel, start, elements, entries.baseAddress, &nan)
    }
    self.nan = nan
  }

  /// Adds what is known of the values to a summary.
  func add(to summary: inout SlotscopeSummary) {
    slotscope_counted_statistics(entries, entries.count, &summary, nil, nil)
    summary.nan += nan
  }

  /// Adds the values to counts: below, the bins, above; NaN among those below.
  func add(to counts: inout [UInt64], _ bins: HistogramBins) {
    withUnsafePointer(to: bins.raw) {
      slotscope_counted_statistics(entries, entries.count, nil, $0, &counts)
    }
    counts[0] += nan
  }

  var finite: ArraySlice<SlotscopeCounted> {
    let first = entries.firstIndex { $0.value.isFinite } ?? entries.endIndex
    let last = entries.lastIndex { $0.value.isFinite }.map { $0 + 1 } ?? first
    return entries[first..<last]
  }
}

extension ArraySlice<SlotscopeCounted> {
  /// The values of ascending ranks; a rank beyond the last value is the last value's.
  func values(ofRanks ranks: [Int]) -> [Double] {
    var index = startIndex
    var passed: UInt64 = 0
    return ranks.map { rank in
      while index + 1 < endIndex, passed + self[index].count <= UInt64(rank) {
        passed += self[index].count
        index += 1
      }
      return self[index].value + 0.0
    }
  }

  /// Values of several dtypes in one order.
  static func merged(_ parts: [ArraySlice<SlotscopeCounted>]) -> ArraySlice<SlotscopeCounted> {
    if parts.count == 1 { return parts[0] }
    return parts.flatMap { $0 }.sorted { $0.value < $1.value }[...]
  }
}
