import Foundation
import Synchronization
import Tensors

/// Finds the slots of a list that the index alone does not have, and keeps what it found last, so that its pages, its
/// counts by type and the places in it cost no second look.
package final class SlotFinder: Sendable {
  /// What is known while the rest is still looked for.
  package struct News: Sendable {
    /// The first slots of the list, in its order.
    package var slotIDs: [Int]
    /// How much has been looked at, where that takes long.
    package var fraction: Double?
  }

  private struct Found: Sendable {
    /// Without model type where something is searched for.
    var query: SlotQuery
    var version: Int
    var time: ContinuousClock.Instant
    /// Nil where nothing is searched for.
    var matches: SlotMatches?
    var slotIDs: [Int]
  }

  private let store: PersistentStore
  private let found = Mutex<Found?>(nil)
  /// Of the list last asked for: those of its model type.
  private let answer = Mutex<(query: SlotQuery, time: ContinuousClock.Instant, slotIDs: [Int])?>(nil)
  /// Slots of the model types that were asked for, of one version of the store.
  private let totals = Mutex<(version: Int, counts: [String?: Int])>((0, [:]))
  private let stats = Mutex<(version: Int, stats: StoreStats)?>(nil)
  /// One search at a time: who wants the same waits for it.
  private let turn = NSLock()

  /// What depends on the clock or on files is looked at again after so long.
  private static let patience = Duration.seconds(2)
  /// The first page is looked for so long before all is.
  private static let firstLook = Duration.milliseconds(20)

  package init(store: PersistentStore) { self.store = store }

  /// Whether a list is for the index alone.
  package func isNeeded(for query: SlotQuery) throws -> Bool { try !store.index.has(query) }

  /// All slots of a list, in its order.
  ///
  /// - Parameters:
  ///   - isUnchanged: what was found before still holds, whatever has become of the store.
  ///   - firstPage: how many slots are wanted at once, before all are found; 0: none.
  /// - Throws: `StoreError`, `CancellationError`.
  package func slotIDs(
    _ query: SlotQuery, isUnchanged: Bool, firstPage: Int, progress: WorkProgress, news: (News) -> Void
  ) throws -> [Int] {
    turn.lock()
    defer { turn.unlock() }
    try progress.checkCancellation()
    let wide = Self.wide(query)
    let known = try known(wide, isUnchanged: isUnchanged)
    if let known, let answer = answer.withLock({ $0 }), answer.query == query, answer.time == known.time {
      return answer.slotIDs
    }
    if known == nil, firstPage > 0, let first = try first(query, firstPage, progress) {
      news(News(slotIDs: first))
    }
    let all = try known ?? find(wide, progress, news)
    var slotIDs = all.slotIDs
    if let type = query.modelType, let matches = all.matches {
      let typed = SlotSet(matches.slotIDs(ofType: type))
      slotIDs = slotIDs.filter(typed.contains)
    }
    answer.withLock { $0 = (query, all.time, slotIDs) }
    return slotIDs
  }

  /// How many slots of each model type match.
  ///
  /// - Throws: `StoreError`, `CancellationError`.
  package func counts(_ search: SlotSearch, progress: WorkProgress) throws -> [String: Int] {
    turn.lock()
    defer { turn.unlock() }
    try progress.checkCancellation()
    let version = try store.index.version()
    if let known = found.withLock({ $0 }), known.query.search == search, let matches = known.matches,
      holds(known, version)
    {
      return matches.counts
    }
    return try find(SlotQuery(search: search, order: .id), progress) { _ in }.matches?.counts ?? [:]
  }

  /// How many slots a list has in which nothing is searched for; each is counted once as long as the store stays as it is.
  package func total(ofType type: String?) throws -> Int {
    let version = try store.index.version()
    if let known = totals.withLock({ $0.version == version ? $0.counts[type] : nil }) { return known }
    let count = try store.countSlots(modelType: type)
    totals.withLock {
      if $0.version != version { $0 = (version, [:]) }
      $0.counts[type] = count
    }
    return count
  }

  /// Totals of the whole store, counted once as long as it stays as it is.
  package func storeStats() throws -> StoreStats {
    let version = try store.index.version()
    if let known = stats.withLock({ $0?.version == version ? $0?.stats : nil }) { return known }
    let counted = try store.stats()
    stats.withLock { $0 = (version, counted) }
    return counted
  }

  private static func wide(_ query: SlotQuery) -> SlotQuery {
    var wide = query
    if !(query.search?.isEmpty ?? true) { wide.modelType = nil }
    return wide
  }

  private func known(_ query: SlotQuery, isUnchanged: Bool) throws -> Found? {
    guard let known = found.withLock({ $0 }), known.query == query else { return nil }
    return try isUnchanged || holds(known, store.index.version()) ? known : nil
  }

  private func holds(_ known: Found, _ version: Int) -> Bool {
    let isSteady = known.query.order != .state && known.query.search?.isSteady ?? true
    return known.version == version && (isSteady || known.time.duration(to: .now) < Self.patience)
  }

  /// The first page of a list in an order that the index has, where that is found soon.
  private func first(_ query: SlotQuery, _ count: Int, _ progress: WorkProgress) throws -> [Int]? {
    guard let search = query.search, !search.isEmpty, try store.index.has(query.order) else { return nil }
    let matcher = RowMatcher(search)
    guard matcher.costlyTerms.isEmpty else { return nil }
    let first = try store.index.firstMatches(
      query, matcher, limit: count, deadline: .now + Self.firstLook, progress: progress)
    return first.count == count ? first : nil
  }

  private func find(_ query: SlotQuery, _ progress: WorkProgress, _ news: (News) -> Void) throws -> Found {
    let search = try query.search ?? SlotSearch("")
    let matcher = RowMatcher(search)
    let version = try store.index.version()
    var matches = try matches(search, matcher, version, progress)
    var slotIDs =
      try query.order == .state
      ? store.byState(matches?.slotIDs ?? store.slotIDs(ofType: query.modelType), query, progress) {
        fraction in
        news(News(slotIDs: [], fraction: fraction))
      } : store.index.sorted(matches?.slotIDs, query, progress: progress)
    if !matcher.costlyTerms.isEmpty {
      let count = slotIDs.count
      slotIDs = try store.confirmed(slotIDs, matcher.costlyTerms, progress: progress) { confirmed, looked in
        news(News(slotIDs: confirmed, fraction: Double(looked) / Double(count)))
      }
      matches = matches?.filtered(by: SlotSet(slotIDs))
    }
    let new = Found(query: query, version: version, time: .now, matches: matches, slotIDs: slotIDs)
    found.withLock { $0 = new }
    return new
  }

  /// By the terms that a scan can tell. Another order of the same slots needs no other scan.
  private func matches(
    _ search: SlotSearch, _ matcher: RowMatcher, _ version: Int, _ progress: WorkProgress
  ) throws -> SlotMatches? {
    if search.isEmpty { return nil }
    if matcher.costlyTerms.isEmpty, let known = found.withLock({ $0 }), known.query.search == search,
      holds(known, version), let matches = known.matches
    {
      return matches
    }
    return try store.index.matches(matcher, progress: progress)
  }
}
