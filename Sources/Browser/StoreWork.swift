import Builds
import Foundation
import Inspection
import SlotStore
import Statistics
import Tensors

/// What the browser asks of a store, as functions that block and never throw: a problem is part of the answer.
struct StoreWork: Sendable {
  let store: PersistentStore
  let pages: SlotPages
  let inspector: Inspector
  let inView = WeightsInView()
  let compared = ComparisonInView()

  /// Bins of a histogram: more than any screen has columns.
  static let bins = 1024
  /// Weights beyond this many bytes are sampled first.
  static let blink = 32 << 20

  init(store: PersistentStore, inspector: Inspector) {
    self.store = store
    self.inspector = inspector
    pages = SlotPages(store: store)
  }

  /// nil where it was cancelled.
  func page(for request: PageRequest, progress: WorkProgress, news: (FindingNews) -> Void) -> Outcome<
    SlotPage
  >? {
    do {
      return .success(try pages.page(for: request, progress: progress, news: news))
    } catch is CancellationError {
      return nil
    } catch { return .failure(text(error)) }
  }

  /// nil where it was cancelled.
  func totals(for request: TotalsRequest, progress: WorkProgress) -> Outcome<Totals>? {
    do {
      let stats = try pages.finder.storeStats()
      var types = stats.byModelType.map { Totals.TypeCount(modelType: $0.modelType, count: $0.count) }
      // By how many there are in all: a tab stays where it is while one searches.
      types.sort { ($1.count, $0.modelType) < ($0.count, $1.modelType) }
      if !request.search.isEmpty {
        let counts = try pages.finder.counts(SlotSearch(request.search), progress: progress)
        types = types.map { Totals.TypeCount(modelType: $0.modelType, count: counts[$0.modelType] ?? 0) }
      }
      return .success(
        Totals(contexts: stats.totalContexts, sizeBytes: stats.totalSizeBytes, types: types))
    } catch is CancellationError {
      return nil
    } catch { return .failure(text(error)) }
  }

  func whereabouts(of lookup: SlotLookup) -> Outcome<SlotWhereabouts> {
    outcome { try store.whereabouts(of: lookup.slotID, in: lookup.query.storeQuery) }
  }

  func details(of slotID: Int) -> Outcome<SlotDetails?> {
    outcome { try store.details(of: slotID) }
  }

  /// Sends a sample first where the weights are many, then the statistics of all of them.
  func statistics(
    for request: StatisticsRequest, progress: WorkProgress,
    send: (Outcome<WeightStatistics>, _ isFinal: Bool) -> Void
  ) {
    let range = request.range.range
    // A sample that can't be had is passed over: counting all says why.
    if request.sizeBytes > Self.blink,
      let sample = try? inspector.sampledStatistics(of: request.slotID, bins: Self.bins, range: range)
    {
      send(.success(sample), false)
    }
    do {
      send(
        .success(
          try inspector.weightStatistics(
            of: request.slotID, bins: Self.bins, range: range, progress: progress)), true)
    } catch is CancellationError {
      // Nobody waits for it any more.
    } catch {
      send(.failure(text(error)), true)
    }
  }

  /// Statistics of the replaced revision and of the current one, for a verdict; nil where there is nothing to draw,
  /// as for a revision that is gone or can't be read: the slot's own pane says why.
  func comparison(slotID: Int, revision: Int?, sizeBytes: Int, progress: WorkProgress)
    -> (before: WeightStatistics?, after: WeightStatistics?)
  {
    let kept = replaced(slotID: slotID, revision: revision)
    func statistics(_ revision: Int?) -> WeightStatistics? {
      try? inspector.weightStatistics(
        of: slotID, revision: revision, bins: Self.bins, range: HistogramChoice.central.range,
        progress: progress)
    }
    return (kept.flatMap { statistics($0) }, statistics(nil))
  }

  /// The revision that a build replaced: of what another program wrote, the one it was adopted as.
  private func replaced(slotID: Int, revision: Int?) -> Int? {
    revision ?? (try? store.history(of: slotID))?.first?.revision
  }

  /// What became of the tensors when a build replaced a revision; nil where it was cancelled.
  func tensorTotals(slotID: Int, revision: Int?, progress: WorkProgress) -> Outcome<DifferenceTotals>? {
    let kept = replaced(slotID: slotID, revision: revision)
    do {
      let before = kept.map { RevisionReference(slotID: slotID, revision: $0) }
      return .success(
        try inspector.comparison(
          of: before ?? inspector.previous(of: slotID), with: RevisionReference(slotID: slotID)
        ).run(progress: progress).totals)
    } catch is CancellationError {
      return nil
    } catch { return .failure(text(error)) }
  }

  /// nil where all went well, and where nothing may be written.
  func prepare() -> String? {
    guard store.isWritable else { return nil }
    do {
      try store.prepare()
      return nil
    } catch { return text(error) }
  }

  /// With the revision that brings back what the slot held; nil where nobody knows it.
  func delete(_ slotID: Int) -> Outcome<Int?> {
    outcome { try store.deleteContext(slotID) }
  }

  func restore(_ slotID: Int, revision: Int?) -> Outcome<Int> {
    outcome { try store.restoreContext(slotID, revision: revision) }
  }

  func slotIDs(for request: SlotIDsRequest) -> Outcome<[Int]> {
    outcome { try pages.slotIDs(for: request.query, limit: request.limit) }
  }

  /// Those of some slots that are not there any more.
  func gone(among slots: [Int], _ progress: WorkProgress) -> [Int] {
    // What can't be asked now is not known to be gone.
    slots.filter { !progress.isCancelled && (try? store.exists($0)) == false }
  }

  /// Why nothing can be written now; nil where it can, and where there is no store any more: that is for whoever
  /// tries to say.
  var readOnlyReason: String? {
    store.isWritable || goneReason != nil
      ? nil : "the store can only be read: no permission to write there"
  }

  /// Where the store has vanished since it was opened, what is missing.
  var goneReason: String? {
    let missing = [store.directory, store.directory + "/index.db"].first { (path: String) in
      access(path, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR)
    }
    guard let missing else { return nil }
    return "the store is gone: \(missing): no such \(missing == store.directory ? "folder" : "file")"
  }

  /// What went wrong; where the store has vanished, that and not what followed from it.
  func text(_ error: any Error) -> String { goneReason ?? String(describing: error) }

  private func outcome<Value>(_ body: () throws -> Value) -> Outcome<Value> {
    do { return .success(try body()) } catch { return .failure(text(error)) }
  }
}
