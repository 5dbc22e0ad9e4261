import Foundation
import ModelContext
import Npy
import Synchronization
import Tensors

extension PersistentStore {
  /// Slots with their integrity, without weights.
  public func listSlots(_ query: SlotQuery) throws -> [SlotSummary] {
    summaries(try index.has(query) ? index.list(query) : index.rows(page(query, of: find(query))))
  }

  func summaries(_ rows: [SlotRow]) -> [SlotSummary] {
    if rows.count < Self.rowsWorthAThread { return rows.map(summary) }
    // Many looks at the file system: on all cores.
    let parts = ProcessInfo.processInfo.activeProcessorCount * 4
    let summaries = Mutex([[SlotSummary]](repeating: [], count: parts))
    DispatchQueue.concurrentPerform(iterations: parts) { part in
      let made = rows[rows.count * part / parts..<rows.count * (part + 1) / parts].map(summary)
      summaries.withLock { $0[part] = made }
    }
    return summaries.withLock { Array($0.joined()) }
  }

  private static let rowsWorthAThread = 2000

  private func page(_ query: SlotQuery, of slotIDs: [Int]) -> ArraySlice<Int> {
    slotIDs.dropFirst(query.offset).prefix(query.limit ?? Int.max)
  }

  /// Slots in an order, a page at a time.
  ///
  /// - Parameters:
  ///   - search: words and terms, as ``SlotSearch`` has them.
  ///   - after: only what comes after this place; cheaper than `offset` in a large store.
  /// - Throws: `SearchProblem` where `search` is none.
  public func listSlots(
    modelType: String? = nil, search: String? = nil, order: SlotOrder = .updated, reversed: Bool = false,
    limit: Int? = nil, offset: Int = 0, after: SlotCursor? = nil
  ) throws -> [SlotSummary] {
    try listSlots(
      SlotQuery(
        modelType: modelType, search: search.map { try SlotSearch($0) }, order: order, reversed: reversed,
        limit: limit, offset: offset, after: after))
  }

  /// How many slots a list without limit would have.
  ///
  /// - Throws: `SearchProblem` where `search` is none.
  public func countSlots(modelType: String? = nil, search: String? = nil) throws -> Int {
    let query = SlotQuery(modelType: modelType, search: try search.map { try SlotSearch($0) }, order: .id)
    return try index.has(query) ? index.count(modelType: modelType) : find(query).count
  }

  /// Totals of the whole store.
  public func stats() throws -> StoreStats {
    let totals = try index.totals()
    return StoreStats(
      totalContexts: totals.reduce(0) { $0 + $1.count },
      totalSizeBytes: totals.reduce(0) { total, type in
        let (sum, overflow) = total.addingReportingOverflow(type.sizeBytes)
        return overflow ? Int.max : sum
      },
      byModelType: totals, directory: directory,
      schemaVersion: try index.setting("schema_version") ?? String(Schema.sharedVersion))
  }

  /// One row of a list; nil where there is no such slot.
  public func summary(of slot: Int) throws -> SlotSummary? { try index.lightRow(slot).map { summary($0) } }

  /// Everything of one slot but its weights; nil where there is no such slot.
  public func details(of slot: Int) throws -> SlotDetails? {
    guard let row = try index.row(slot) else { return nil }
    return SlotDetails(
      summary: summary(row), config: Config(jsonText: row.configJSON ?? "") ?? [:],
      metadata: [String: String](jsonText: row.metadataJSON ?? "") ?? [:], tensors: tensors(row),
      recipe: row.recipeJSON.flatMap(Recipe.init(jsonText:)),
      weightFile: files.path(revisionFile(of: row)?.path ?? row.file.path), verifiedAt: row.verifiedAt)
  }

  private func tensors(_ row: SlotRow) -> [PlacedTensor] {
    if let text = row.tensorsJSON,
      let table = TensorTable.tensors(text, checksum: row.checksum, byteCount: row.sizeBytes)
    {
      return table
    }
    guard
      let dtype = row.weightDType.flatMap(DType.init(numpyName:)), let shape = row.shape,
      let info = try? TensorInfo(name: "", dtype: dtype, shape: shape)
    else { return [] }
    return [PlacedTensor(info: info, offset: 0)]
  }

  /// The lowest number that is higher than all in use.
  public func nextFreeSlot() throws -> Int {
    let (next, overflow) = (try index.highestSlot() ?? -1).addingReportingOverflow(1)
    if overflow { throw StoreError.noFreeSlot(path: directory) }
    return next
  }

  /// The numbers of all slots, in order.
  ///
  /// - Parameter progress: told of slots; cancelling it ends the work within moments.
  /// - Throws: `StoreError`, `CancellationError`.
  public func slotIDs(progress: WorkProgress = WorkProgress()) throws -> [Int] {
    progress.begin(total: try index.count(modelType: nil))
    return try index.slotIDs {
      progress.advance(by: 1)
      try progress.checkCancellation()
    }
  }

  /// Bytes free on the store's device; nil where that is not known.
  public var freeBytes: Int? { files.freeBytes }

  func summary(_ row: SlotRow) -> SlotSummary { SlotSummary(row, integrity: integrity(row)) }
}
