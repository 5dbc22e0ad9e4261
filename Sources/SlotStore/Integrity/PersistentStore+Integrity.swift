import Foundation
import Npy
import Tensors

extension PersistentStore {
  /// Before the stamp of a file whose checksum was recomputed and disagreed.
  static let disagreed = "mismatch:"

  /// `size:mtime:inode`.
  static func text(_ stamp: FileStamp) -> String { "\(stamp.size):\(stamp.modified):\(stamp.inode)" }

  /// The state of a row by a look at its file, and at the entry in `slots/`: nothing is read.
  func integrity(_ row: SlotRow) -> Integrity {
    let state = integrity(ofKept: row)
    if state.isDamage { return state }
    if case .revision(let name) = row.file, isOverwritten(row.slotID, name) { return .mismatch }
    return state
  }

  /// The same for a kept revision, with which the entry in `slots/` has nothing to do.
  func integrity(ofKept row: SlotRow) -> Integrity {
    guard let file = weightStatus(row) else { return errno == ENOENT ? .missing : .unreadable }
    guard file.status.st_mode & S_IFMT == S_IFREG, access(file.path, R_OK) == 0 else { return .unreadable }
    let stamp = FileStamp(file.status)
    if !sizeIsPossible(stamp.size, row) { return .mismatch }
    if let verified = row.verifiedStamp {
      if verified == Self.text(stamp) { return .verified }
      if verified == Self.disagreed + Self.text(stamp) { return .mismatch }
    }
    return row.isForeign ? .unverified : .written
  }

  /// Of the file that holds the row's weights; nil, with `errno`, where there is none.
  private func weightStatus(_ row: SlotRow) -> (path: String, status: stat)? {
    var path = files.path(row.file)
    var status = stat()
    if lstat(path, &status) != 0 { return nil }
    if status.st_mode & S_IFMT == S_IFLNK, let revision = revisionFile(of: row) {
      path = files.path(revision.path)
      if lstat(path, &status) != 0 { return nil }
    }
    return (path, status)
  }

  /// Whether another program has put a file of its own into `slots/` and has not written its row: half done.
  private func isOverwritten(_ slot: Int, _ name: RevisionName) -> Bool {
    var status = stat()
    guard lstat(files.path(slotPath(slot)), &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      return false
    }
    return !files.isCopy(slot: slot, of: name)
  }

  /// A file of ours has the header that we write; another's may have any that numpy reads.
  private func sizeIsPossible(_ size: Int, _ row: SlotRow) -> Bool {
    let header = size - row.sizeBytes
    if row.isForeign { return row.sizeBytes == 0 || (10...NpyHeader.maximumByteCount).contains(header) }
    return header >= 64 && header <= NpyHeader.maximumByteCount && header % 64 == 0
  }
}
