import Tensors

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
  package fileprivate(set) var revisions = 0
  /// On the disk.
  package fileprivate(set) var byteCount = 0

  package init(revisions: Int = 0, byteCount: Int = 0) {
    self.revisions = revisions
    self.byteCount = byteCount
  }
}

extension PersistentStore {
  /// The kept revisions of a slot that can be restored, newest first, each with the state of its file.
  ///
  /// - Parameter progress: told of revisions; cancelling it ends the work between two of them.
  package func revisions(of slot: Int, progress: WorkProgress = WorkProgress()) throws -> [RevisionState] {
    let current = try index.lightRow(slot)
    let rows = try index.keptRevisions(of: slot).filter {
      $0.revision != current?.revision || current?.isForeign == true
    }
    progress.begin(total: rows.count)
    return try rows.reversed().compactMap { row in
      try progress.checkCancellation()
      defer { progress.advance(by: 1) }
      return KeptRevision(row).map { RevisionState(kept: $0, integrity: integrity(ofKept: row)) }
    }
  }

  /// What `deleteContext(_:purging:)` would free. Files that several revisions share are counted once.
  ///
  /// - Parameter progress: told of slots; cancelling it ends the work between two files.
  package func purgeable(_ slots: [Int], progress: WorkProgress = WorkProgress()) throws -> Purgeable {
    progress.begin(total: slots.count)
    var total = Purgeable()
    for slot in slots {
      let rows = try index.keptRevisions(of: slot)
      var paths = Set(rows.compactMap { $0.weightFile.flatMap(RevisionName.init(path:))?.path })
      total.revisions += rows.count
      if let row = try index.lightRow(slot), row.isForeign {
        paths.insert(row.file.path)
        total.revisions += 1
      }
      for path in paths {
        try progress.checkCancellation()
        total.byteCount += files.bytesOnDisk(path)
      }
      try progress.checkCancellation()
      progress.advance(by: 1)
    }
    return total
  }
}
