import Tensors

extension PersistentStore {
  /// Empties a slot. What it held stays as an earlier revision that `restoreContext` brings back.
  ///
  /// - Parameter purging: nothing stays: all revisions of the slot go with their files, also of a slot that was
  ///   deleted before. The one thing here that can't be undone.
  /// - Returns: the revision that brings back what the slot held; nil where nothing does.
  /// - Throws: `StoreError.noSlot`, and what writing to the store throws.
  @discardableResult
  public func deleteContext(_ slot: Int, purging: Bool = false) throws -> Int? {
    defer { cache.remove(slot) }
    return try withWriteLock {
      while true {
        let state = try index.state(slot)
        if state.row == nil, !purging || state.history.isEmpty { throw StoreError.noSlot(slot) }
        let adopted = try purging ? nil : adopt(state.row, lastRevision: state.lastRevision)
        let change = SlotChange(
          slot: slot, expected: state.row, adopted: adopted, purges: purging, done: settledTodo)
        if try put(change) { return purging ? nil : adopted?.revision ?? state.row?.revision }
      }
    }
  }

  /// Brings an earlier revision back, as a new revision over the same file: nothing is copied, and it can itself be
  /// undone.
  ///
  /// - Parameter revision: nil for what was replaced or deleted last.
  /// - Returns: the number of the new revision.
  /// - Throws: `StoreError.nothingToRestore`.
  @discardableResult
  public func restoreContext(_ slot: Int, revision: Int? = nil) throws -> Int {
    defer { cache.remove(slot) }
    return try withWriteLock {
      while true {
        let state = try index.state(slot)
        let earlier = state.history.filter { $0.revision != state.row?.revision }
        let wanted = revision.map { number in earlier.last { $0.revision == number } } ?? earlier.last
        guard var row = wanted else {
          throw StoreError.nothingToRestore(slot: slot, revision: revision)
        }
        // A revision that can't be read is none to go back to.
        _ = try OpenedWeights(row: row, file: openFile(row).get())
        let adopted = try adopt(state.row, lastRevision: state.lastRevision)
        let number = (adopted?.revision ?? state.lastRevision) + 1
        row.revision = number
        row.updatedAt = Timestamp.precise()
        row.createdAt = state.row?.createdAt ?? row.createdAt
        let change = SlotChange(
          slot: slot, expected: state.row, new: row, adopted: adopted, done: settledTodo)
        if try put(change) { return number }
      }
    }
  }

  /// The kept revisions of a slot that can be restored, newest first.
  public func history(of slot: Int) throws -> [KeptRevision] {
    let current = try index.lightRow(slot)
    return try index.keptRevisions(of: slot).filter {
      $0.revision != current?.revision || current?.isForeign == true
    }
    .reversed().compactMap(KeptRevision.init)
  }

  /// Deletes every slot. What they held stays as earlier revisions.
  ///
  /// - Parameter progress: told of slots; cancelling it ends the work between two of them.
  /// - Throws: what deleting a slot throws, `CancellationError`; what has been deleted by then stays so.
  public func clear(progress: WorkProgress = WorkProgress()) throws {
    let slots = try index.slotIDs()
    progress.begin(total: slots.count)
    for slot in slots {
      try progress.checkCancellation()
      // Somebody else may be quicker.
      do { try deleteContext(slot) } catch StoreError.noSlot {}
      progress.advance(by: 1)
    }
  }
}

/// A revision that a save, restore or delete replaced.
public struct KeptRevision: Sendable, Hashable {
  public let slotID: Int
  public let revision: Int
  public let name: String
  public let modelType: String
  public let sizeBytes: Int
  public let checksum: String
  public let updatedAt: String

  /// Of what a slot holds; nil where another program wrote it.
  package init?(_ slot: SlotSummary) {
    guard let revision = slot.revision else { return nil }
    slotID = slot.slotID
    self.revision = revision
    name = slot.name
    modelType = slot.modelType
    sizeBytes = slot.sizeBytes
    checksum = slot.checksum
    updatedAt = slot.updatedAt
  }

  init?(_ row: SlotRow) {
    guard let revision = row.revision else { return nil }
    slotID = row.slotID
    self.revision = revision
    name = row.name ?? ""
    modelType = row.modelType ?? "Unknown"
    sizeBytes = row.sizeBytes
    checksum = row.checksum ?? ""
    updatedAt = row.updatedAt ?? ""
  }
}
