import Foundation
import Tensors

extension PersistentStore {
  /// The numbers of all slots of a list, in its order; `limit` and `offset` are not looked at.
  ///
  /// - Throws: `StoreError`, `CancellationError`.
  func find(_ query: SlotQuery, progress: WorkProgress? = nil) throws -> [Int] {
    let search = try query.search ?? SlotSearch("")
    let matcher = RowMatcher(search)
    let matches =
      search.isEmpty
      ? nil : try index.matches(matcher, progress: progress).slotIDs(ofType: query.modelType)
    let found =
      query.order == .state
      ? try byState(matches ?? slotIDs(ofType: query.modelType), query, progress)
      : try index.sorted(matches, query, progress: progress)
    return try confirmed(found, matcher.costlyTerms, progress: progress)
  }

  /// By a look at every file.
  func byState(
    _ slotIDs: [Int], _ query: SlotQuery, _ progress: WorkProgress?,
    each: (_ fraction: Double) -> Void = { _ in }
  ) throws -> [Int] {
    var places: [(severity: Int, slotID: Int)] = []
    for start in stride(from: 0, to: slotIDs.count, by: Self.confirmedAtOnce) {
      try progress?.checkCancellation()
      let part = slotIDs[start..<min(slotIDs.count, start + Self.confirmedAtOnce)]
      places += summaries(try index.rows(part)).map { ($0.integrity.severity, $0.slotID) }
      each(Double(places.count) / Double(slotIDs.count))
    }
    places.sort { query.descends ? $0 > $1 : $0 < $1 }
    if let after = query.after, case .integer(let severity) = after.key {
      let place = (severity, after.slotID)
      places.removeFirst(places.firstIndex { query.descends ? $0 < place : $0 > place } ?? places.count)
    }
    return places.map(\.slotID)
  }

  /// Where a slot is, as a list would show it.
  package func whereabouts(of slotID: Int, in query: SlotQuery) throws -> SlotWhereabouts {
    guard let slot = try summary(of: slotID) else {
      return .missing(nearest: try index.nearestSlot(to: slotID))
    }
    if let type = query.modelType, slot.modelType != type { return .elsewhere }
    let matcher = RowMatcher(try query.search ?? SlotSearch(""))
    guard try index.matches(slotID, matcher) else { return .elsewhere }
    return try confirmed([slotID], matcher.costlyTerms).isEmpty ? .elsewhere : .inList
  }

  /// Those that pass the terms that want statistics, or a look at their files.
  ///
  /// - Parameter each: hears after each part what is confirmed and how many were looked at.
  func confirmed(
    _ slotIDs: [Int], _ terms: [SearchTerm], progress: WorkProgress?,
    each: (_ confirmed: [Int], _ looked: Int) -> Void = { _, _ in }
  ) throws -> [Int] {
    if terms.isEmpty { return slotIDs }
    var confirmed: [Int] = []
    for start in stride(from: 0, to: slotIDs.count, by: Self.confirmedAtOnce) {
      try progress?.checkCancellation()
      let end = min(slotIDs.count, start + Self.confirmedAtOnce)
      confirmed += try self.confirmed(slotIDs[start..<end], terms)
      if end < slotIDs.count { each(confirmed, end) }
    }
    return confirmed
  }

  /// Some milliseconds' worth.
  private static let confirmedAtOnce = 4096

  private func confirmed(_ slotIDs: ArraySlice<Int>, _ terms: [SearchTerm]) throws -> [Int] {
    var slotIDs = Array(slotIDs)
    for term in terms {
      switch term.test {
      case .state(let states):
        slotIDs = summaries(try index.rows(slotIDs)).filter {
          states.contains($0.integrity) != term.isNegated
        }
        .map(\.slotID)
      case .nan(let wanted):
        let known = try index.nanKnowledge(slotIDs)
        slotIDs = zip(slotIDs, known).compactMap { wanted.contains($1) != term.isNegated ? $0 : nil }
      default: break
      }
    }
    return slotIDs
  }
}

extension PersistentStore {
  /// Ascending.
  func slotIDs(ofType type: String?) throws -> [Int] {
    type == nil
      ? try index.slotIDs()
      : try index.sorted(nil, SlotQuery(modelType: type, order: .id), progress: nil)
  }

  /// Rows of a list, by their numbers; those that are gone are left out.
  package func summaries(of slotIDs: some Sequence<Int>) throws -> [SlotSummary] {
    summaries(try index.rows(slotIDs))
  }

  /// Where a slot stands in a list that the index has, and the rows around it; nil where it is not in it.
  ///
  /// - Parameter total: slots of the list.
  package func surroundings(
    of slotID: Int, in query: SlotQuery, total: Int, before: Int, after: Int
  ) throws -> (row: Int, first: Int, slots: [SlotSummary])? {
    guard let place = try index.place(of: slotID, query, total: total), let slot = try summary(of: slotID)
    else {
      return nil
    }
    var behind = query
    behind.after = place.cursor
    behind.limit = after
    var ahead = behind
    ahead.reversed.toggle()
    ahead.limit = min(before, place.row)
    let above = try listSlots(ahead)
    return (place.row, place.row - above.count, above.reversed() + [slot] + (try listSlots(behind)))
  }
}

/// Where a slot is to be found.
package enum SlotWhereabouts: Sendable, Equatable {
  case inList
  /// In the store, and not in the list.
  case elsewhere
  /// Nowhere; the number that is nearest, where there is any.
  case missing(nearest: Int?)
}
