/// A kept revision with the state of its file.
package struct RevisionState: Sendable, Hashable {
  package let kept: KeptRevision
  package let integrity: Integrity

  package init(kept: KeptRevision, integrity: Integrity) {
    self.kept = kept
    self.integrity = integrity
  }
}

/// What dropping slots with all that is kept of them would free.
package struct Purgeable: Sendable, Hashable {
  package var revisions = 0
  /// On the disk.
  package var byteCount = 0

  package init(revisions: Int = 0, byteCount: Int = 0) {
    self.revisions = revisions
    self.byteCount = byteCount
  }
}

extension PersistentStore {
  /// The kept revisions of a slot that can be restored, newest first, each with the state of its file.
  package func revisions(of slot: Int) throws -> [RevisionState] {
    let current = try index.lightRow(slot)
    return try index.keptRevisions(of: slot).filter {
      $0.revision != current?.revision || current?.isForeign == true
    }.reversed().compactMap { row in
      KeptRevision(row).map { RevisionState(kept: $0, integrity: integrity(ofKept: row)) }
    }
  }

  /// What `deleteContext(_:purging:)` would free. Files that several revisions share are counted once.
  package func purgeable(_ slot: Int) throws -> Purgeable {
    let rows = try index.keptRevisions(of: slot)
    var paths = Set(rows.compactMap { $0.weightFile.flatMap(RevisionName.init(path:))?.path })
    var count = rows.count
    if let row = try index.lightRow(slot), row.isForeign {
      paths.insert(row.file.path)
      count += 1
    }
    return Purgeable(revisions: count, byteCount: paths.reduce(0) { $0 + files.bytesOnDisk($1) })
  }
}
