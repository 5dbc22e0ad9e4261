import ModelContext
import Tensors

extension PersistentStore {
  /// Loads a slot's context. The weights are mapped, not read: that costs the same for any size.
  ///
  /// A context that was loaded before is served from the cache while the index still holds that revision.
  ///
  /// - Parameter verifying: reads all weights and compares their checksum first.
  /// - Throws: `StoreError`: no such slot; its file is missing, torn or not what the index says; with
  ///   `verifying`, `.checksumMismatch`.
  public func loadContext(_ slot: Int, verifying: Bool = false) throws -> Context {
    if verifying {
      let opened = try openWeights(slot)
      let actual = try Checksum.md5(of: opened.checkedData)
      guard actual == opened.row.checksum else {
        throw StoreError.checksumMismatch(
          slot: slot, path: opened.file.path, expected: opened.row.checksum ?? "none", actual: actual)
      }
      return try context(opened)
    }
    // Read before the row, so that a commit that comes between makes the entry stale at once.
    let version = try index.version()
    if let context = try cached(slot, version: version) { return context }
    let opened = try openWeights(slot)
    let context = try context(opened)
    if !opened.row.isForeign {
      cache.insert(context, for: slot, revision: RevisionStamp(opened.row), version: version)
    }
    return context
  }

  private func cached(_ slot: Int, version: Int) throws -> Context? {
    guard let entry = cache.entry(for: slot) else { return nil }
    if entry.version == version { return entry.context }
    guard let revision = entry.revision, let row = try index.lightRow(slot), RevisionStamp(row) == revision
    else {
      cache.remove(slot)
      return nil
    }
    cache.confirm(slot, revision: revision, version: version)
    return entry.context
  }

  private func context(_ opened: OpenedWeights) throws -> Context {
    Context(
      weights: try opened.weights(), config: Config(jsonText: opened.row.configJSON ?? "") ?? [:],
      metadata: [String: String](jsonText: opened.row.metadataJSON ?? "") ?? [:],
      recipe: opened.row.recipeJSON.flatMap(Recipe.init(jsonText:)))
  }

  public func exists(_ slot: Int) throws -> Bool { try index.exists(slot) }

  /// - Throws: `StoreError.noSlot`.
  public func metadata(of slot: Int) throws -> [String: String] {
    guard let text = try index.metadata(of: slot) else { throw StoreError.noSlot(slot) }
    return [String: String](jsonText: text) ?? [:]
  }
}

/// What identifies a revision among all that a slot ever had.
struct RevisionStamp: Sendable, Hashable {
  let revision: Int?
  let file: String?
  let checksum: String?

  init(_ row: SlotRow) {
    revision = row.revision
    file = row.weightFile
    checksum = row.checksum
  }
}
