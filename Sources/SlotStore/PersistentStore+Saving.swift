import ModelContext
import Tensors

/// What a save did.
public struct SavedRevision: Sendable, Hashable {
  public let slotID: Int
  public let revision: Int
  public let checksum: String
  public let sizeBytes: Int
  /// The revision that was replaced; nil where the slot was empty.
  public let replaced: SlotSummary?
  /// Whether weights, config and metadata are what they were.
  public let isUnchanged: Bool
}

/// Where a save goes.
public enum SaveTarget: Sendable, Hashable {
  case slot(Int)
  /// That slot, if it still is empty when the save is committed.
  case emptySlot(Int)
  /// The highest slot number in use + 1.
  case nextFree

  /// nil where it is not known yet.
  var slot: Int? {
    switch self {
    case .slot(let slot), .emptySlot(let slot): slot
    case .nextFree: nil
    }
  }
}

extension PersistentStore {
  /// Saves a context; what the slot held before is kept as an earlier revision.
  ///
  /// When this returns, the context is on disk; when it throws, the slot holds what it held.
  ///
  /// - Throws: `StoreError`.
  @discardableResult
  public func saveContext(_ context: Context, in slot: Int) throws -> SavedRevision {
    let saved = try save(context.plan, in: .slot(slot))
    cache.remove(slot)
    return saved
  }

  /// Saves what a plan makes, chunk by chunk: memory stays bounded whatever the size. The checksum of a plan's source
  /// file is computed on the way and goes into its recipe.
  ///
  /// - Parameters:
  ///   - progress: told of bytes; cancelling it drops the save before it is committed.
  /// - Throws: `StoreError`, what the plan's source throws, or `CancellationError`.
  @discardableResult
  public func save(
    _ plan: ContextPlan, in target: SaveTarget, progress: WorkProgress? = nil
  ) throws -> SavedRevision {
    switch target {
    case .slot(let slot) where slot < 0, .emptySlot(let slot) where slot < 0:
      throw StoreError.negativeSlot(slot)
    default: break
    }
    try checkWritable()
    try prepare()
    let staged = try files.stage(plan, for: target.slot, progress: progress)
    var row = SlotRow(slotID: 0, plan: plan, checksum: staged.checksum)
    row.digestsJSON = staged.digests.text(checksum: staged.checksum)
    if let md5 = staged.sourceChecksum { row.recipeJSON = plan.recipe?.with(sourceMD5: md5).jsonText }
    try progress?.checkCancellation()
    return try withWriteLock {
      switch target {
      case .slot(let slot): row.slotID = slot
      case .emptySlot(let slot):
        if try index.writerRow(slot) != nil { throw StoreError.slotTaken(slot) }
        row.slotID = slot
      case .nextFree: row.slotID = try nextFreeSlot()
      }
      return try commit(row, staged: staged.file)
    }
  }

  /// Steps 3 to 5 of the protocol.
  private func commit(_ content: SlotRow, staged: StagedFile) throws -> SavedRevision {
    let slot = content.slotID
    var published: RevisionName?
    while true {
      let state = try index.state(slot)
      let adopted = try adopt(state.row, lastRevision: state.lastRevision)
      let revision = (adopted?.revision ?? state.lastRevision) + 1
      let name = published ?? RevisionName(slotID: slot, revision: revision)
      if published == nil {
        try files.publish(staged, as: name)
        published = name
      }
      try files.syncFolder(RevisionName.folder)
      let now = Timestamp.precise()
      var row = content
      row.createdAt = state.row?.createdAt ?? Timestamp.plain()
      row.updatedAt = now
      row.revision = revision
      row.weightFile = name.path
      let unchanged = state.row.map { !$0.isForeign && $0.hasSameContent(as: row) } ?? false
      // Weights that are the same have the same statistics.
      if unchanged { row.summaryJSON = state.row?.summaryJSON }
      let change = SlotChange(
        slot: slot, expected: state.row, new: row, adopted: adopted, replaced: unchanged ? state.row : nil,
        done: settledTodo)
      guard try put(change) else { continue }
      return SavedRevision(
        slotID: slot, revision: revision, checksum: row.checksum ?? "", sizeBytes: row.sizeBytes,
        replaced: state.row.map { summary($0) }, isUnchanged: unchanged)
    }
  }

  /// One transaction, and then the work with files that it leaves.
  ///
  /// - Returns: false where a foreign program changed the row meanwhile; nothing was changed then.
  func put(_ change: SlotChange) throws -> Bool {
    do {
      guard try index.commit(change) else {
        // What was adopted is no longer what the slot holds, and no commit has named it. Where it can't be removed,
        // `check` finds it; what is wrong with the folder, the next attempt says.
        if case .revision(let name) = change.adopted?.file { _ = try? files.remove(name.path) }
        return false
      }
    } catch {
      throw StoreError.commitUnknown(path: index.path, why: Self.reason(error))
    }
    // The change is done; what fails from here on stays in `todo`.
    do {
      if let failed = try settleTodo() { warn(change.slot, failed) }
    } catch {
      warn(change.slot, error)
    }
    return true
  }

  private func warn(_ slot: Int, _ error: any Error) {
    options.onWarning?("slot \(slot): done, but its file in slots/ could not be brought up to date: \(error)")
  }

  static func reason(_ error: StoreError) -> String {
    if case .index(_, let why) = error { return why }
    return error.description
  }

  /// Keeps what a foreign program put into a slot as a revision of its own, before it is replaced.
  ///
  /// - Returns: its history row, which describes the file and not what the foreign row says of it.
  func adopt(_ row: SlotRow?, lastRevision: Int) throws -> SlotRow? {
    guard let row, row.isForeign else { return nil }
    let name = RevisionName(slotID: row.slotID, revision: lastRevision + 1)
    guard try files.adopt(slot: row.slotID, as: name) else { return nil }
    try files.syncFolder(RevisionName.folder)
    if let described = try files.describe(name.path, as: row) { return described }
    // Whatever it is, it is kept, under the words of the foreign row.
    var kept = row
    kept.revision = name.revision
    kept.weightFile = name.path
    kept.verifiedAt = nil
    kept.verifiedStamp = nil
    return kept
  }
}
