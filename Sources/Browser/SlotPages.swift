import SlotStore
import Tensors

/// Reads pages of the slot list from a store. Methods block.
struct SlotPages: Sendable {
  let store: PersistentStore
  let finder: SlotFinder

  init(store: PersistentStore) {
    self.store = store
    finder = SlotFinder(store: store)
  }

  /// - Parameter news: hears of the first rows, and how far the search is, while all are looked for.
  /// - Throws: what the store throws, `CancellationError`.
  func page(for request: PageRequest, progress: WorkProgress, news: (FindingNews) -> Void) throws -> SlotPage
  {
    let query = try request.query.storeQuery
    if try finder.isNeeded(for: query) { return try found(request, query, progress, news) }
    let total = try request.knownTotal ?? finder.total(ofType: query.modelType)
    let half = request.limit / 2
    if let wanted = request.locate,
      let found = try store.surroundings(
        of: wanted, in: query, total: total, before: half, after: request.limit - half)
    {
      return SlotPage(
        total: max(total, found.first + found.slots.count), offset: found.first, rows: found.slots,
        located: found.row)
    }
    let range = Self.window(around: request.center, limit: request.limit, total: total)
    let rows = try rows(query, range, total: total)
    return SlotPage(total: total, offset: range.lowerBound, rows: rows)
  }

  /// The slots that a list shows, in its order, up to a limit.
  ///
  /// - Throws: what the store throws.
  func slotIDs(for query: ListQuery, limit: Int) throws -> [Int] {
    var query = try query.storeQuery
    query.limit = limit
    return try store.listSlots(query).map(\.slotID)
  }

  private static func window(around row: Int, limit: Int, total: Int) -> Range<Int> {
    let start = min(max(0, row - limit / 2), max(0, total - limit))
    return start..<min(total, start + limit)
  }

  /// The index skips rows one by one, so that the second half is read from its end.
  private func rows(_ query: SlotQuery, _ range: Range<Int>, total: Int) throws -> [SlotSummary] {
    var query = query
    query.limit = range.count
    query.offset = range.lowerBound
    let behind = total - range.upperBound
    guard behind < range.lowerBound, !range.isEmpty else { return try store.listSlots(query) }
    query.reversed.toggle()
    query.offset = behind
    return try store.listSlots(query).reversed()
  }

  private func found(
    _ request: PageRequest, _ query: SlotQuery, _ progress: WorkProgress, _ news: (FindingNews) -> Void
  ) throws -> SlotPage {
    let slotIDs = try finder.slotIDs(
      query, isUnchanged: request.knownTotal != nil, firstPage: request.limit, progress: progress
    ) { found in
      news(FindingNews(page: firstPage(found.slotIDs, request, query), fraction: found.fraction))
    }
    let located = request.locate.flatMap { slotIDs.firstIndex(of: $0) }
    let range = Self.window(around: located ?? request.center, limit: request.limit, total: slotIDs.count)
    return SlotPage(
      total: slotIDs.count, offset: range.lowerBound, rows: try store.summaries(of: slotIDs[range]),
      located: located)
  }

  /// Nil where the list will begin elsewhere: at a slot that is to stay selected and has not been reached.
  private func firstPage(_ slotIDs: [Int], _ request: PageRequest, _ query: SlotQuery) -> SlotPage? {
    let first = slotIDs.prefix(request.limit)
    if first.isEmpty { return nil }
    let located = request.locate.flatMap { first.firstIndex(of: $0) }
    if let wanted = request.locate, located == nil,
      (try? store.whereabouts(of: wanted, in: query)) == .inList
    {
      return nil
    }
    return (try? store.summaries(of: first)).map {
      SlotPage(total: $0.count, offset: 0, rows: $0, located: located)
    }
  }
}

/// What is known of a list while its slots are still looked for.
package struct FindingNews: Sendable, Equatable {
  /// Its first rows; nil where there are none to show yet.
  package var page: SlotPage?
  /// How much has been looked at, where that takes long.
  package var fraction: Double?
}
