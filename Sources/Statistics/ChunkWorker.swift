import CKernels
import Tensors

/// What one thread needs to work on chunks, and what it has counted so far.
///
/// `@unchecked Sendable` is safe: a worker is used by one thread at a time, first by the one that owns its
/// number in `concurrentPerform`, and after that has returned by the caller.
final class ChunkWorker: @unchecked Sendable {
  private let source: any ByteSource
  private let lender: (any LendingByteSource)?
  private let makesSummary: Bool
  private let bins: HistogramBins?
  private var buffer: UnsafeMutableRawBufferPointer?
  private var tables: UnsafeMutableBufferPointer<UInt32>?
  private var countsInTables = 0
  /// Below, the bins, above; empty without bins.
  private(set) var counts: [UInt64]
  /// How often each bit pattern occurred, of dtypes that are counted so.
  private(set) var patterns: [DType: [UInt64]] = [:]

  init(source: any ByteSource, makesSummary: Bool, bins: HistogramBins?) {
    self.source = source
    self.lender = source as? any LendingByteSource
    self.makesSummary = makesSummary
    self.bins = bins
    counts = Array(repeating: 0, count: bins?.slotCount ?? 0)
  }

  deinit {
    buffer?.deallocate()
    tables?.deallocate()
  }

  /// Works on a chunk; `summary` is where its own summary goes, unless its patterns are counted.
  func work(on chunk: ChunkPlan.Chunk, summary: UnsafeMutablePointer<SlotscopeSummary>) throws {
    try withBytes(of: chunk) { bytes in
      guard let start = bytes.baseAddress else { return }
      if let patternCount = chunk.dtype.patternCount {
        slotscope_count_patterns(
          chunk.dtype.kernel, start, chunk.elementCount,
          &patterns[chunk.dtype, default: Array(repeating: 0, count: patternCount)])
      } else {
        count(chunk, at: start, summary: makesSummary ? summary : nil)
      }
    }
  }

  private func count(
    _ chunk: ChunkPlan.Chunk, at start: UnsafeRawPointer, summary: UnsafeMutablePointer<SlotscopeSummary>?
  ) {
    guard let bins else {
      slotscope_statistics(chunk.dtype.kernel, start, chunk.elementCount, summary, nil, nil)
      return
    }
    // A counter has 32 bits.
    if countsInTables > Int(UInt32.max) - chunk.elementCount { flush() }
    countsInTables += chunk.elementCount
    withUnsafePointer(to: bins.raw) {
      slotscope_statistics(
        chunk.dtype.kernel, start, chunk.elementCount, summary, $0, allocatedTables(bins).baseAddress)
    }
  }

  /// Brings what is in the tables into `counts`.
  func flush() {
    guard let bins, let tables else { return }
    withUnsafePointer(to: bins.raw) { slotscope_tables_flush($0, tables.baseAddress, &counts) }
    countsInTables = 0
  }

  private func allocatedTables(_ bins: HistogramBins) -> UnsafeMutableBufferPointer<UInt32> {
    if let tables { return tables }
    let made = UnsafeMutableBufferPointer<UInt32>.allocate(capacity: slotscope_tables_size(bins.raw.count))
    made.initialize(repeating: 0)
    tables = made
    return made
  }

  private func withBytes(of chunk: ChunkPlan.Chunk, _ body: (UnsafeRawBufferPointer) -> Void) throws {
    if let lender {
      try lender.withBytes(at: chunk.byteOffset, count: chunk.byteCount, body)
      return
    }
    let memory =
      buffer ?? UnsafeMutableRawBufferPointer.allocate(byteCount: ChunkPlan.chunkBytes, alignment: 4096)
    buffer = memory
    let part = UnsafeMutableRawBufferPointer(rebasing: memory[0..<chunk.byteCount])
    try source.read(at: chunk.byteOffset, into: part)
    body(UnsafeRawBufferPointer(part))
  }
}
