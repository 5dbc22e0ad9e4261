import SlotStore
import Tensors

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
  /// What asks for it.
  var command: Command {
    switch self {
    case .history: .history
    case .garbage: .gc
    case .purge: .purge
    case .clear: .clear
    case .info: .info
    }
  }

  /// Which slots it is about; empty where it is about the store.
  var slotIDs: [Int] {
    switch self {
    case .history(let slot): [slot]
    case .purge(let slots): slots
    case .garbage, .clear, .info: []
    }
  }

  /// What its progress counts.
  var unit: TaskRequest.Unit {
    switch self {
    case .purge, .clear: .slots
    case .history, .garbage, .info: .entries
    }
  }

  /// Of what shows or asks what was found, and of the dialog before it.
  var title: String {
    switch self {
    case .history(let slot): "History of slot \(slot)"
    case .garbage: "Collect garbage"
    case .purge: "Purge"
    case .clear: "Clear"
    case .info: "Store"
    }
  }

  /// What is being done meanwhile.
  var text: String {
    switch self {
    case .history(let slot): "Reading what is kept of slot \(slot)"
    case .garbage: "Counting what can be dropped"
    case .purge(let slots): "Counting what is kept of \(SlotsText.text(slots))"
    case .clear: "Counting the slots"
    case .info: "Adding up the store"
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
  func survey(_ request: SurveyRequest, _ progress: WorkProgress) -> TaskEnd {
    do {
      return TaskEnd(.done, .surveyed(try survey(request, progress)))
    } catch is CancellationError {
      return TaskEnd(.cancelled)
    } catch { return TaskEnd(.failed(text(error))) }
  }

  private func survey(_ request: SurveyRequest, _ progress: WorkProgress) throws -> Survey {
    switch request {
    case .history(let slot):
      let current = try store.details(of: slot).flatMap { RevisionState(current: $0) }
      return .history(current: current, earlier: try store.revisions(of: slot, progress: progress))
    case .garbage: return .garbage(try garbage(progress))
    case .purge(let slots): return .purge(try store.purgeable(slots, progress: progress))
    case .clear: return .clear(try store.slotIDs(progress: progress))
    case .info: return .info(try store.stats(), try garbage(progress))
    }
  }

  private func garbage(_ progress: WorkProgress) throws -> GarbageTotals {
    let found = try store.garbage(progress: progress)
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
