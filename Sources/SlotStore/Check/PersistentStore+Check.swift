import Foundation
import ModelContext
import Npy
import StrictJSON
import Tensors

extension PersistentStore {
  /// Compares the index with the files, by their names, sizes and headers. No weights are read: that is `verify`.
  ///
  /// Writers may go on meanwhile; where the first look finds something, a second one under the write lock decides,
  /// if this program may write and any writer has ever been here.
  ///
  /// - Parameter progress: told of rows and files looked at; their number is known once the index itself has been
  ///   found to be whole. Cancelling it ends the work within moments.
  /// - Throws: `StoreError`, where index or folders can't be read at all; `CancellationError`.
  public func check(progress: WorkProgress = WorkProgress()) throws -> CheckReport {
    let first = try examine(progress)
    // Whoever writes has made the lock before anything else: where there is none, there is nobody to wait for.
    if first.findings.isEmpty || !isWritable || !files.exists(WeightFiles.lockName) { return first }
    let lock = try Self.lock(files, options)
    defer { withExtendedLifetime(lock) {} }
    return try examine(progress)
  }

  /// - Parameter repairs: whether what is found will be put right, which is then expected as soon as it is found.
  func examine(_ progress: WorkProgress, repairs: Bool = false) throws -> CheckReport {
    var examination = Examination(store: self, progress: progress, repairs: repairs)
    try examination.run()
    return examination.report
  }
}

/// One walk over index and folders.
private struct Examination {
  let store: PersistentStore
  let progress: WorkProgress
  let repairs: Bool
  private var findings: [Finding] = []
  /// How many repairs the progress has been told of.
  private var expected = 0
  private var slots = 0
  private var keptRevisions = 0
  private var fileCount = 0
  /// Files that `todo` wants to be gone.
  private var unfinished: Set<String> = []

  init(store: PersistentStore, progress: WorkProgress, repairs: Bool) {
    self.store = store
    self.progress = progress
    self.repairs = repairs
  }

  private var files: WeightFiles { store.files }
  private var index: SlotIndex { store.index }

  var report: CheckReport {
    CheckReport(slots: slots, keptRevisions: keptRevisions, files: fileCount, findings: findings)
  }

  mutating func run() throws {
    defer { expectRepairs() }
    findings += try index.faults(progress: progress).map { Finding(.indexDamaged, path: "index.db", $0) }
    // Nothing that a damaged index says of files is certain.
    if !findings.isEmpty { return }
    let slotFiles = try files.entries("slots")
    let revisionFiles = try files.entries(RevisionName.folder)
    progress.expect(more: try index.checkedCount(progress) + slotFiles.count + revisionFiles.count)
    try index.eachSlot { row in
      checkSlot(row)
      try lookedAt()
    }
    for row in try index.earlierRevisions(progress.checkCancellation) {
      checkKept(row)
      try lookedAt()
    }
    for (slot, revision) in try index.revisionsWithoutHistory(progress) {
      findings.append(
        Finding(
          .missingHistory, slot: slot, revision: revision, "the current revision has no row in the history"))
    }
    for (slot, last) in try index.countersBehind(progress) {
      findings.append(
        Finding(
          .counterBehind, slot: slot, revision: last, "the counter of revisions is lower than their numbers"))
    }
    try checkTodo()
    try checkSlotFolder(slotFiles)
    try checkRevisionFolder(revisionFiles)
    for name in try files.staleStaged() {
      findings.append(Finding(.staleStagedFile, path: "wal/" + name, "left by a process that has ended"))
    }
  }

  private mutating func lookedAt() throws {
    expectRepairs()
    progress.advance(by: 1)
    try progress.checkCancellation()
  }

  private mutating func expectRepairs() {
    guard repairs else { return }
    progress.expect(more: findings.count - expected)
    expected = findings.count
  }

  // MARK: rows

  private mutating func checkSlot(_ row: SlotRow) {
    slots += 1
    checkJSON(row)
    if row.isForeign { return checkForeign(row) }
    guard checkName(row) else { return }
    checkFile(
      row, missing: .missingFile, wayOut: "`slotscope history \(row.slotID)` shows what can be restored")
    checkLink(row)
  }

  private mutating func checkKept(_ row: SlotRow) {
    keptRevisions += 1
    guard checkName(row) else { return }
    checkFile(row, missing: .missingKeptFile, wayOut: "this revision can't be restored")
  }

  private mutating func checkForeign(_ row: SlotRow) {
    switch files.entry(slot: row.slotID) {
    case .revision(let name) where !files.exists(name.path):
      findings.append(Finding(.missingFile, row, path: name.path, "the link leads to no file"))
    case .none:
      findings.append(Finding(.missingFile, row, "another program wrote the row; the file is not there"))
    case .elsewhere(let target):
      findings.append(
        Finding(.linkElsewhere, row, "leads out of the store, to \(target); it is never followed"))
    case .other(let kind):
      findings.append(Finding(.unreadableFile, row, "is \(kind), not a file"))
    default:
      checkFile(row, missing: .missingFile, wayOut: "")
    }
  }

  /// Whether the row names a file of ours at all.
  private mutating func checkName(_ row: SlotRow) -> Bool {
    if case .revision = row.file { return true }
    findings.append(
      Finding(
        .weightFileElsewhere, row, path: row.weightFile,
        "the row names what is no file in revisions/; it is never followed"))
    return false
  }

  private mutating func checkFile(_ row: SlotRow, missing: Finding.Kind, wayOut: String) {
    let path = store.revisionFile(of: row)?.path ?? row.file.path
    do throws(WeightFault) {
      try OpenedWeights.examine(row, files.path(path))
    } catch {
      let text = wayOut.isEmpty || error.kind != .missingFile ? error.text : "\(error.text); \(wayOut)"
      findings.append(Finding(error.kind == .missingFile ? missing : error.kind, row, path: path, text))
    }
  }

  private mutating func checkLink(_ row: SlotRow) {
    guard case .revision(let name) = row.file else { return }
    let path = slotPath(row.slotID)
    switch files.entry(slot: row.slotID) {
    case .revision(name): break
    case .none: findings.append(Finding(.linkMissing, row, path: path, "should lead to \(name.path)"))
    case .revision(let other):
      findings.append(Finding(.linkStale, row, path: path, "leads to \(other.path) and not to \(name.path)"))
    case .elsewhere(let target):
      findings.append(Finding(.linkElsewhere, row, path: path, "leads out of the store, to \(target)"))
    case .file where files.isCopy(slot: row.slotID, of: name): break
    case .file:
      findings.append(
        Finding(
          .halfDoneWrite, row, path: path,
          "another program has put a file here and not written its row; the slot holds revision \(name.revision)"
        ))
    case .other(let kind): findings.append(Finding(.strayFile, row, path: path, "is \(kind), not a file"))
    }
  }

  private mutating func checkJSON(_ row: SlotRow) {
    for column in row.unreadableColumns {
      findings.append(
        Finding(.badJSON, row, path: column.rawValue, "not \(column.expectation)"))
    }
  }

  // MARK: folders

  private mutating func checkSlotFolder(_ names: [String]) throws {
    for name in names {
      fileCount += 1
      try lookedAt()
      let path = "slots/" + name
      guard let slot = slotNumber(file: name) else {
        findings.append(Finding(.strayFile, path: path, "no file of a slot has such a name"))
        continue
      }
      if try index.exists(slot) || unfinished.contains(path) { continue }
      switch files.entry(slot: slot) {
      case .revision(let name):
        findings.append(
          Finding(.linkStale, slot: slot, path: path, "leads to \(name.path); the slot is empty"))
      case .elsewhere(let target):
        findings.append(
          Finding(.linkElsewhere, slot: slot, path: path, "leads out of the store, to \(target)"))
      case .file: findings.append(Finding(.orphanedFile, slot: slot, path: path, "no row names it"))
      case .other(let kind):
        findings.append(Finding(.strayFile, slot: slot, path: path, "is \(kind), not a file"))
      case .none: break
      }
    }
  }

  private mutating func checkRevisionFolder(_ names: [String]) throws {
    fileCount += names.count
    for name in names where RevisionName(file: name) == nil {
      findings.append(
        Finding(.strayFile, path: RevisionName.folder + "/" + name, "no revision has such a name"))
    }
    let unnamed = try index.unnamed(among: names.compactMap(RevisionName.init(file:)))
    progress.advance(by: names.count)
    for name in unnamed where !unfinished.contains(name.path) {
      try progress.checkCancellation()
      findings.append(
        Finding(.orphanedFile, slot: name.slotID, revision: name.revision, path: name.path, "no row names it")
      )
    }
  }

  private mutating func checkTodo() throws {
    for todo in try index.unfinished() {
      let path: String
      switch todo.kind {
      // Whether links are right has been looked at.
      case .link: continue
      case .remove(let name):
        if try index.names(name) { continue }
        path = name.path
      case .purge(let slot):
        if try index.exists(slot) { continue }
        path = slotPath(slot)
      }
      if files.exists(path) {
        unfinished.insert(path)
        findings.append(Finding(.unfinishedWork, path: path, "should have been removed"))
      }
    }
  }
}
