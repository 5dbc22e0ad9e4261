import Foundation
import Tensors

extension SlotQuery {
  /// Whether the index alone has its list: nothing is searched for.
  var isIndexed: Bool { search?.isEmpty ?? true }
}

extension PersistentStore {
  /// The numbers of all slots of a list, in its order; `limit` and `offset` are not looked at.
  ///
  /// - Throws: `StoreError`, `CancellationError`.
  func find(_ query: SlotQuery, progress: WorkProgress? = nil) throws -> [Int] {
    let matcher = RowMatcher(try query.search ?? SlotSearch(""))
    let matches = try index.matches(matcher, progress: progress)
    let found = try index.sorted(matches.slotIDs(ofType: query.modelType), query, progress: progress)
    return try confirmed(found, matcher.costlyTerms, progress: progress)
  }

  /// Those that pass the terms that want statistics, or a look at their files.
  private func confirmed(_ slotIDs: [Int], _ terms: [SearchTerm], progress: WorkProgress?) throws -> [Int] {
    if terms.isEmpty { return slotIDs }
    var confirmed: [Int] = []
    for start in stride(from: 0, to: slotIDs.count, by: Self.confirmedAtOnce) {
      try progress?.checkCancellation()
      confirmed += try self.confirmed(
        slotIDs[start..<min(slotIDs.count, start + Self.confirmedAtOnce)], terms)
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
