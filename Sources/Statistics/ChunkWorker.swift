import CKernels
import Tensors

/// What a pass over chunks is to find.
struct PassWork {
  var makesSummary = false
  var bins: HistogramBins?
  var step: SelectionStep?
}

/// What one thread needs to work on chunks, and what it has counted so far.
///
/// `@unchecked Sendable` is safe: a worker is used by one thread at a time, first by the one that owns its
/// number in `concurrentPerform`, and after that has returned by the caller.
final class ChunkWorker: @unchecked Sendable {
  private let source: any ByteSource
  private let lender: (any LendingByteSource)?
  private let work: PassWork
  private var buffer: UnsafeMutableRawBufferPointer?
  private var tables = Counters()
  private var digitTables = Counters()
  private var patternTables: [DType: Counters] = [:]
  private var gatherBuffer: UnsafeMutableBufferPointer<Double>?
  private var gatheredCount = 0
  /// Below, the bins, above; empty without bins.
  private(set) var counts: [UInt64]
  /// What a selection has counted; empty where nothing was to be counted.
  private(set) var digits: [UInt64] = []
  /// How often each bit pattern occurred, of dtypes that are counted so.
  private(set) var patterns: [DType: [UInt64]] = [:]

  init(source: any ByteSource, work: PassWork) {
    self.source = source
    self.lender = source as? any LendingByteSource
    self.work = work
    counts = Array(repeating: 0, count: work.bins?.slotCount ?? 0)
  }

  deinit {
    buffer?.deallocate()
    gatherBuffer?.deallocate()
  }

  /// Works on a chunk; `summary` is where its own summary goes, unless its patterns are counted.
  func work(on chunk: ChunkPlan.Chunk, summary: UnsafeMutablePointer<SlotscopeSummary>) throws {
    try withBytes(of: chunk) { bytes in
      guard let start = bytes.baseAddress else { return }
      if let patternCount = chunk.dtype.patternCount {
        countPatterns(chunk, at: start, patternCount)
        return
      }
      if work.makesSummary || work.bins != nil {
        count(chunk, at: start, summary: work.makesSummary ? summary : nil)
      }
      if let step = work.step { select(step, chunk, at: start) }
    }
  }

  private func countPatterns(_ chunk: ChunkPlan.Chunk, at start: UnsafeRawPointer, _ patternCount: Int) {
    let kernel = chunk.dtype.kernel
    var tables = patternTables[chunk.dtype] ?? Counters()
    if tables.isFull(adding: chunk.elementCount) { flushPatterns(chunk.dtype, &tables) }
    slotscope_count_patterns(
      kernel, start, chunk.elementCount, tables.start(size: slotscope_pattern_tables_size(kernel)))
    patternTables[chunk.dtype] = tables
  }

  private func flushPatterns(_ dtype: DType, _ tables: inout Counters) {
    tables.flush {
      slotscope_pattern_tables_flush(
        dtype.kernel, $0.baseAddress,
        &patterns[dtype, default: Array(repeating: 0, count: dtype.patternCount ?? 0)])
    }
  }

  private func count(
    _ chunk: ChunkPlan.Chunk, at start: UnsafeRawPointer, summary: UnsafeMutablePointer<SlotscopeSummary>?
  ) {
    guard let bins = work.bins else {
      slotscope_statistics(chunk.dtype.kernel, start, chunk.elementCount, summary, nil, nil)
      return
    }
    if tables.isFull(adding: chunk.elementCount) { flushBins() }
    withUnsafePointer(to: bins.raw) {
      slotscope_statistics(
        chunk.dtype.kernel, start, chunk.elementCount, summary, $0,
        tables.start(size: slotscope_tables_size(bins.raw.count)))
    }
  }

  private func flushBins() {
    guard let bins = work.bins else { return }
    tables.flush { tables in
      withUnsafePointer(to: bins.raw) { slotscope_tables_flush($0, tables.baseAddress, &counts) }
    }
  }

  private func select(_ step: SelectionStep, _ chunk: ChunkPlan.Chunk, at start: UnsafeRawPointer) {
    let kernel = chunk.dtype.kernel
    switch step.kind {
    case .count:
      if digitTables.isFull(adding: chunk.elementCount) { flushDigits() }
      let counters = digitTables.start(size: step.tablesSize)
      withUnsafePointer(to: step.raw) {
        slotscope_count_digits(kernel, start, chunk.elementCount, $0, counters)
      }
    case .gather(let limit):
      let room = gatherBuffer ?? .allocate(capacity: max(1, limit))
      gatherBuffer = room
      withUnsafePointer(to: step.raw) {
        gatheredCount = slotscope_gather(
          kernel, start, chunk.elementCount, $0, room.baseAddress, gatheredCount, room.count)
      }
    }
  }

  private func flushDigits() {
    guard let step = work.step else { return }
    digitTables.flush { tables in
      if digits.isEmpty { digits = Array(repeating: 0, count: step.digitCount) }
      withUnsafePointer(to: step.raw) { slotscope_digits_flush($0, tables.baseAddress, &digits) }
    }
  }

  /// Brings what is in the tables into `counts`, `digits` and `patterns`.
  func flush() {
    flushBins()
    flushDigits()
    for (dtype, var tables) in patternTables { flushPatterns(dtype, &tables) }
    patternTables = [:]
  }

  /// Forgets what it has counted and gathered, which is much.
  func clear() {
    digits = []
    digitTables = Counters()
    patterns = [:]
    gatherBuffer?.deallocate()
    gatherBuffer = nil
  }

  /// The values that a selection has gathered.
  var gathered: UnsafeMutableBufferPointer<Double>.SubSequence {
    gatherBuffer.map { $0[..<gatheredCount] } ?? UnsafeMutableBufferPointer(start: nil, count: 0)[...]
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

/// Counters of 32 bits, made when they are first wanted.
private struct Counters {
  private final class Memory {
    let counters: UnsafeMutableBufferPointer<UInt32>

    init(size: Int) {
      counters = .allocate(capacity: size)
      counters.initialize(repeating: 0)
    }

    deinit { counters.deallocate() }
  }

  private var memory: Memory?
  private var counted = 0

  /// Whether so many elements more might not fit a counter.
  mutating func isFull(adding count: Int) -> Bool {
    if counted > Int(UInt32.max) - count { return true }
    counted += count
    return false
  }

  mutating func start(size: Int) -> UnsafeMutablePointer<UInt32>? {
    let memory = memory ?? Memory(size: size)
    self.memory = memory
    return memory.counters.baseAddress
  }

  /// - Parameter body: takes the counts, and leaves zeros.
  mutating func flush(_ body: (UnsafeMutableBufferPointer<UInt32>) -> Void) {
    if let memory { body(memory.counters) }
    counted = 0
  }
}
