import SlotStore

/// What must be looked up before there is anything to show or to ask.
package enum SurveyRequest: Sendable, Equatable {
  /// What is kept of a slot.
  case history(slot: Int)
  /// What `gc` would drop.
  case garbage
  /// What purging some slots would free.
  case purge([Int])
  /// Which slots there are, to be deleted.
  case clear
  case info
}

extension SurveyRequest {
  /// What is being done meanwhile.
  var text: String {
    switch self {
    case .history(let slot): "reading what is kept of slot \(slot)"
    case .garbage: "counting what can be dropped"
    case .purge(let slots): "counting what is kept of \(SlotsText.text(slots))"
    case .clear: "counting the slots"
    case .info: "adding up the store"
    }
  }
}

package enum Survey: Sendable {
  case history(current: RevisionState?, earlier: [RevisionState])
  case garbage(GarbageTotals)
  case purge(Purgeable)
  case clear([Int])
  case info(StoreStats, GarbageTotals)
}

package struct GarbageTotals: Sendable, Equatable {
  package var revisions: Int
  package var orphans: Int
  package var byteCount: Int
  /// Files that `gc` leaves alone: their rows are lost.
  package var unplaced: Int

  package init(revisions: Int, orphans: Int, byteCount: Int, unplaced: Int) {
    self.revisions = revisions
    self.orphans = orphans
    self.byteCount = byteCount
    self.unplaced = unplaced
  }
}

extension StoreWork {
  func survey(_ request: SurveyRequest) -> Outcome<Survey> {
    do {
      switch request {
      case .history(let slot):
        let current = try store.details(of: slot).flatMap { RevisionState(current: $0) }
        return .success(.history(current: current, earlier: try store.revisions(of: slot)))
      case .garbage: return .success(.garbage(try garbage()))
      case .purge(let slots):
        var total = Purgeable()
        for slot in slots {
          let one = try store.purgeable(slot)
          total.revisions += one.revisions
          total.byteCount += one.byteCount
        }
        return .success(.purge(total))
      case .clear: return .success(.clear(try store.slotIDs()))
      case .info: return .success(.info(try store.stats(), try garbage()))
      }
    } catch { return .failure(text(error)) }
  }

  private func garbage() throws -> GarbageTotals {
    let found = try store.garbage()
    return GarbageTotals(
      revisions: found.revisions.count, orphans: found.orphans.count, byteCount: found.byteCount,
      unplaced: found.unplaced.count)
  }
}

extension RevisionState {
  /// Of a slot as it is; nil where another program wrote it.
  fileprivate init?(current details: SlotDetails) {
    guard let kept = KeptRevision(details.summary) else { return nil }
    self.init(kept: kept, integrity: details.summary.integrity)
  }
}
