import Builds
import Interchange
import SlotStore
import Tensors

extension StoreWork {
  /// Carries a task out on the thread that calls.
  func carryOut(_ request: TaskRequest, _ progress: TaskProgress) -> TaskEnd {
    if let reason = goneReason { return TaskEnd(.failed(reason)) }
    switch request {
    case .verify(let order): return verify(order, progress)
    case .delete(let slots): return delete(slots, progress)
    case .restore(let changes): return restore(changes, progress)
    case .purge(let slots): return purge(slots, progress)
    case .collectGarbage: return collectGarbage(progress.work)
    case .check: return check(progress.work) { work, _ in try store.check(progress: work) }
    case .repair: return check(progress.work) { try store.repair(progress: $0, report: $1) }
    case .export(let order): return export(order, progress)
    case .survey(let request): return survey(request, progress.work)
    }
  }

  private func collectGarbage(_ progress: WorkProgress) -> TaskEnd {
    var revisions = 0
    var files = 0
    var bytes = 0
    var dropped: TaskResult { .collected(revisions: revisions, files: files, bytes: bytes) }
    var droppedBefore: TaskResult? { revisions + files > 0 ? dropped : nil }
    do {
      try store.collectGarbage(progress: progress) { batch in
        revisions += batch.revisions.count
        files += batch.orphans.count
        bytes += batch.byteCount
      }
      return TaskEnd(.done, dropped)
    } catch is CancellationError {
      return TaskEnd(.cancelled, droppedBefore)
    } catch { return TaskEnd(.failed(text(error)), droppedBefore) }
  }

  /// A check, or a repair.
  private func check(
    _ progress: WorkProgress, _ body: (WorkProgress, (Finding) -> Void) throws -> CheckReport
  ) -> TaskEnd {
    var repaired: [Finding] = []
    var stopped: TaskResult {
      .stopped(StoppedCheck(completed: progress.completed, total: progress.total, repaired: repaired))
    }
    do {
      return TaskEnd(.done, .checked(try body(progress) { repaired.append($0) }))
    } catch is CancellationError {
      return TaskEnd(.cancelled, stopped)
    } catch { return TaskEnd(.failed(text(error)), stopped) }
  }

  private func verify(_ order: VerifyOrder, _ progress: TaskProgress) -> TaskEnd {
    var found = VerifiedSlots()
    do {
      if let slot = order.onlySlot {
        // Alone it is an error where the slot is gone.
        found.add(try store.verify(slot, quick: order.isQuick, progress: progress.work))
      } else {
        let slots = try order.slots ?? store.slotIDs()
        progress.begin(slots: slots.count)
        try store.verify(slots, quick: order.isQuick, progress: progress.work) {
          found.add($0)
          progress.finishedSlot()
        }
      }
      return TaskEnd(.done, .verified(found))
    } catch is CancellationError {
      return TaskEnd(.cancelled, .verified(found))
    } catch { return TaskEnd(.failed(text(error)), .verified(found)) }
  }

  private func delete(_ slots: [Int], _ progress: TaskProgress) -> TaskEnd {
    var changed = ChangedSlots()
    let manner = each(slots, &changed, progress) { slot in
      UndoStep.Change(slotID: slot, revision: try store.deleteContext(slot))
    }
    return TaskEnd(manner, .deleted(changed))
  }

  private func restore(_ changes: [UndoStep.Change], _ progress: TaskProgress) -> TaskEnd {
    var changed = ChangedSlots()
    let revisions = Dictionary(changes.map { ($0.slotID, $0.revision) }) { _, last in last }
    let manner = each(changes.map(\.slotID), &changed, progress) { slot in
      let before = try store.summary(of: slot)?.revision
      try store.restoreContext(slot, revision: revisions[slot] ?? nil)
      return UndoStep.Change(slotID: slot, revision: before)
    }
    return TaskEnd(manner, .restored(changed))
  }

  private func purge(_ slots: [Int], _ progress: TaskProgress) -> TaskEnd {
    var changed = ChangedSlots()
    let manner = each(slots, &changed, progress) { slot in
      try store.deleteContext(slot, purging: true)
      return UndoStep.Change(slotID: slot)
    }
    return TaskEnd(manner, .purged(changed))
  }

  /// One slot after the other. A slot that is gone meanwhile is passed over; one that has nothing to go back to is told
  /// of and passed over; anything else would be the same with the next.
  private func each(
    _ slots: [Int], _ changed: inout ChangedSlots, _ progress: TaskProgress,
    _ body: (Int) throws -> UndoStep.Change
  ) -> TaskEnd.Manner {
    progress.begin(slots: slots.count)
    progress.work.begin(total: slots.count)
    for slot in slots {
      if progress.work.isCancelled { return .cancelled }
      do {
        changed.done.append(try body(slot))
      } catch StoreError.noSlot {
        // Somebody else was quicker.
      } catch let error as StoreError {
        changed.problems.append(ChangedSlots.Problem(slotID: slot, text: text(error)))
        guard case .nothingToRestore = error else { return .failed(text(error)) }
      } catch {
        changed.problems.append(ChangedSlots.Problem(slotID: slot, text: text(error)))
        return .failed(text(error))
      }
      progress.work.advance(by: 1)
      progress.finishedSlot()
    }
    return changed.problems.first.map { .failed($0.text) } ?? .done
  }

  private func export(_ order: ExportOrder, _ progress: TaskProgress) -> TaskEnd {
    guard let format = ExportFormat(path: order.path) else {
      let known = ExportFormat.allCases.map { "." + $0.rawValue }.joined(separator: ", ")
      return TaskEnd(.failed("\(order.path): give the file one of the extensions \(known)"))
    }
    do {
      let path = HomeFolder.expanded(order.path)
      let export = try SlotExport(
        of: order.slotID, in: store, tensor: order.tensor, to: path, as: format)
      try export.write(to: path, overwriting: order.overwrites, progress: progress.work)
      return TaskEnd(.done, .exported(bytes: export.byteCount))
    } catch is CancellationError {
      return TaskEnd(.cancelled)
    } catch InterchangeError.alreadyExists {
      return TaskEnd(.failed("\(order.path): there is such a file already"), .fileExists)
    } catch { return TaskEnd(.failed(text(error))) }
  }
}
