import Foundation
import ModelContext
import Npy
import Tensors

extension PersistentStore {
  /// Puts right what `check` finds, as far as that can be done without losing anything: what finds no place, a file
  /// or a text of the index, goes to `lost+found/`.
  ///
  /// - Parameters:
  ///   - progress: told of rows and files looked at, as by `check`, and of what was found as it is put right.
  ///     Cancelling it ends the work between two repairs, or while weights are read to find out whose they are.
  ///   - report: called for everything that has been put right, as soon as it has.
  /// - Returns: what was found, with what was done about it.
  /// - Throws: `StoreError`, `CancellationError`; what has been reported by then stays as it is.
  public func repair(
    progress: WorkProgress = WorkProgress(), report: (Finding) -> Void = { _ in }
  ) throws -> CheckReport {
    try checkWritable()
    try files.makeFolders()
    let lock = try Self.lock(files, options)
    defer { withExtendedLifetime(lock) {} }
    try SlotIndex.migrate(
      path: files.indexPath, timeout: options.lockTimeout, keepRevisions: options.keepRevisions,
      seam: files.seam)
    let found = try examine(progress, repairs: true)
    if found.findings.isEmpty { return found }
    var findings = found.findings
    defer { cache.removeAll() }
    try withoutActuallyEscaping(report) { report in
      try Repair(store: self, progress: progress, report: report).run(&findings)
    }
    return CheckReport(
      slots: found.slots, keptRevisions: found.keptRevisions, files: found.files, findings: findings)
  }
}

/// Works through what was found, in an order in which one repair does not undo another.
///
/// The write lock is held all the time.
private struct Repair {
  let store: PersistentStore
  let progress: WorkProgress
  let report: (Finding) -> Void
  private let visited = Visited()

  /// Which findings have been looked at: some are by two kinds of repair.
  private final class Visited {
    var positions: Set<Int> = []
  }

  init(store: PersistentStore, progress: WorkProgress, report: @escaping (Finding) -> Void) {
    self.store = store
    self.progress = progress
    self.report = report
  }

  private var files: WeightFiles { store.files }
  private var index: SlotIndex { store.index }

  func run(_ findings: inout [Finding]) throws {
    try each(&findings, [.indexDamaged]) { _ in
      // Of a table that is damaged itself no index can be made.
      do { try index.reindex() } catch { return nil }
      return try index.faults().isEmpty ? "its indexes were made anew" : nil
    }
    // The index as a whole first: nothing else is certain while it is not.
    if try !index.faults().isEmpty { return }
    try each(&findings, [.unfinishedWork, .staleStagedFile]) { finding in
      try files.sweepStaged()
      try store.settleTodo()
      return finding.path.map { !files.exists($0) } == true ? "removed" : nil
    }
    try each(&findings, [.badJSON]) { try keepText($0) }
    try each(&findings, [.weightFileElsewhere]) { try nameAgain($0) }
    try each(&findings, [.missingFile, .missingKeptFile]) { try findFile($0) }
    try each(&findings, [.wrongDType, .wrongShape, .wrongSize]) { try describeAgain($0) }
    try each(&findings, [.missingHistory]) { finding in
      try index.addHistory(of: finding.slotID!)
      return "added"
    }
    try each(&findings, [.missingKeptFile]) { try dropKept($0) }
    try each(&findings, [.orphanedFile, .strayFile]) { try place($0) }
    try each(&findings, [.linkMissing, .linkStale, .linkElsewhere, .halfDoneWrite, .strayFile]) {
      try linkAgain($0)
    }
    try each(&findings, [.counterBehind]) { finding in
      try index.raiseCounter(finding.slotID!, to: finding.revision!)
      return "raised"
    }
  }

  private func each(
    _ findings: inout [Finding], _ kinds: Set<Finding.Kind>, repair: (Finding) throws -> String?
  ) throws {
    for position in findings.indices where kinds.contains(findings[position].kind) {
      try progress.checkCancellation()
      if findings[position].repair == nil {
        findings[position].repair = try repair(findings[position])
        if findings[position].repair != nil { report(findings[position]) }
      }
      if visited.positions.insert(position).inserted { progress.advance(by: 1) }
    }
  }

  private func row(_ finding: Finding) throws -> SlotRow? {
    guard let slot = finding.slotID else { return nil }
    if let row = try index.row(slot), row.revision == finding.revision { return row }
    return try index.keptRevisions(of: slot).first { $0.revision == finding.revision }
  }

  // MARK: rows

  private func keepText(_ finding: Finding) throws -> String? {
    guard let row = try row(finding), let column = finding.path.flatMap(JSONColumn.init(rawValue:)) else {
      return nil
    }
    let kept = try files.setAside(
      text: column.text(row) ?? "", as: "\(slotDigits(row.slotID)).\(column.rawValue).txt")
    try index.clear(column, of: row)
    return "its text is in \(kept)"
  }

  /// The row names a wrong path: the one file with its slot, revision and checksum is the right one.
  private func nameAgain(_ finding: Finding) throws -> String? {
    guard let row = try row(finding) else { return nil }
    let name = try files.revisions().first { name in
      try name.slotID == row.slotID && name.revision == row.revision && holds(name.path, row)
    }
    guard let name else { return nil }
    try index.setFile(name, of: row)
    return "it names \(name.path) again"
  }

  /// A file that is named by nothing and holds just these weights is the missing one.
  private func findFile(_ finding: Finding) throws -> String? {
    guard let row = try row(finding), case .revision(let name) = row.file else { return nil }
    guard let found = try homeless().first(where: { try holds($0, row) }) else { return nil }
    try files.move(found, to: name.path)
    try files.syncFolder(RevisionName.folder)
    return "found as \(found), and moved back"
  }

  private func homeless() throws -> [String] {
    let unnamed = try index.unnamed(among: files.revisions()).map(\.path)
    let strays = try [RevisionName.folder, WeightFiles.lostFolder].flatMap { folder in
      try files.entries(folder).filter { RevisionName(file: $0) == nil || folder != RevisionName.folder }
        .map { folder + "/" + $0 }
    }
    return unnamed + strays
  }

  /// The row of a file as it is. Its bytes are counted as nothing: how many will be read nobody knows before.
  private func describe(_ path: String, as row: SlotRow) throws -> SlotRow? {
    try files.describe(path, as: row, progress: WorkProgress(partOf: progress, share: 0))
  }

  private func holds(_ path: String, _ row: SlotRow) throws -> Bool {
    guard let expected = row.checksum, let described = try describe(path, as: row),
      described.sizeBytes == row.sizeBytes
    else { return false }
    return described.checksum == expected
  }

  /// Where the weights are those of the checksum, the row was wrong about their form; otherwise the file is damaged.
  private func describeAgain(_ finding: Finding) throws -> String? {
    guard
      let row = try row(finding), let path = finding.path, let described = try describe(path, as: row),
      described.checksum == row.checksum
    else { return nil }
    try index.setForm(described, of: row)
    return "the index says so now: the checksum is right"
  }

  private func dropKept(_ finding: Finding) throws -> String? {
    guard let row = try row(finding) else { return nil }
    let kept = try files.setAside(
      text: row.archive, as: "\(slotDigits(row.slotID)).r\(row.revision ?? 0).row.json")
    try index.dropHistory(row)
    return "its row is in \(kept)"
  }

  // MARK: files

  /// A file without a row gets one where it stands for its slot; anything else is set aside.
  private func place(_ finding: Finding) throws -> String? {
    guard let path = finding.path, files.exists(path) else { return "gone meanwhile" }
    if finding.kind == .orphanedFile, let slot = finding.slotID, try !index.exists(slot) {
      let stands: Bool
      switch files.entry(slot: slot) {
      case .file: stands = true
      case .revision(let name): stands = name.path == path
      default: stands = false
      }
      if stands, let row = try describe(path, as: .blank(slot)) {
        try index.add(row)
        return "slot \(slot) is this file again; its config and metadata are not known"
      }
    }
    return "moved to \(try files.setAside(path))"
  }

  private func linkAgain(_ finding: Finding) throws -> String? {
    guard let slot = finding.slotID, let path = finding.path else { return nil }
    if finding.kind == .linkElsewhere, files.exists(path) { try files.setAside(path) }
    try store.refreshLink(slot: slot)
    try files.syncFolder("slots")
    if finding.kind == .halfDoneWrite {
      return "the file is in \(WeightFiles.lostFolder)/, the link is made again"
    }
    return try index.exists(slot) ? "made again" : "removed"
  }
}
