/// Something in a store that is not as it should be.
public struct Finding: Sendable, Hashable {
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    // The index as a whole.
    case indexMissing = "index-missing"
    case indexDamaged = "index-damaged"
    // Rows and the files that they name.
    case missingFile = "missing-file"
    case missingKeptFile = "missing-kept-file"
    case weightFileElsewhere = "weight-file-elsewhere"
    case wrongSize = "wrong-size"
    case wrongHeader = "wrong-header"
    case wrongDType = "wrong-dtype"
    case wrongShape = "wrong-shape"
    case unreadableFile = "unreadable-file"
    // Rows alone.
    case badJSON = "bad-json"
    case missingHistory = "missing-history"
    case counterBehind = "counter-behind"
    // `slots/`.
    case linkMissing = "link-missing"
    case linkStale = "link-stale"
    case linkElsewhere = "link-elsewhere"
    case halfDoneWrite = "half-done-write"
    // Files that nothing names.
    case orphanedFile = "orphaned-file"
    case strayFile = "stray-file"
    case staleStagedFile = "stale-staged-file"
    case unfinishedWork = "unfinished-work"
  }

  public let kind: Kind
  public var slotID: Int?
  public var revision: Int?
  /// Relative to the store.
  public var path: String?
  /// What was found, and for what can't be repaired the way out.
  public let detail: String
  /// What repairing did; nil where nothing was done.
  public internal(set) var repair: String?

  init(_ kind: Kind, slot: Int? = nil, revision: Int? = nil, path: String? = nil, _ detail: String) {
    self.kind = kind
    slotID = slot
    self.revision = revision
    self.path = path
    self.detail = detail
  }

  init(_ kind: Kind, _ row: SlotRow, path: String? = nil, _ detail: String) {
    self.init(kind, slot: row.slotID, revision: row.revision, path: path ?? row.file.path, detail)
  }
}

/// What a check looked at and found.
public struct CheckReport: Sendable, Hashable {
  public let slots: Int
  public let keptRevisions: Int
  public let files: Int
  public let findings: [Finding]

  /// Whether nothing is left to be done.
  public var isSound: Bool { findings.allSatisfy { $0.repair != nil } }
}
