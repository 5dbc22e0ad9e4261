import Foundation
import ModelContext
import Npy
import Tensors

/// What recomputing a slot's checksum found.
public struct Verification: Sendable, Hashable {
  public let slotID: Int
  /// MD5, lower-case hex; nil where the index has none.
  public let expected: String?
  /// Nil where the weights could not be read.
  public let actual: String?
  /// Why they could not be read, or what else is wrong.
  public let error: String?
  public var ok: Bool { error == nil && expected != nil && expected == actual }
}

extension PersistentStore {
  /// Reads a slot's weights through and compares their MD5 with the index; the result is noted there.
  ///
  /// - Parameter progress: told of bytes read; cancelling it ends the work within a block.
  /// - Throws: `StoreError.noSlot`, errors of the index, `CancellationError`. What is wrong with the weights is no
  ///   error but the result.
  public func verify(_ slot: Int, progress: WorkProgress? = nil) throws -> Verification {
    guard let row = try index.row(slot) else { throw StoreError.noSlot(slot) }
    do {
      let opened = try openWeights(slot)
      progress?.begin(total: opened.data.byteCount)
      let actual = try Checksum.md5(of: opened.data, progress: progress)
      let agrees = actual == opened.row.checksum
      note(opened.row, opened.file.stamp, agrees: agrees)
      let error = opened.row.checksum == nil ? "the index has no checksum to compare with" : nil
      return Verification(slotID: slot, expected: opened.row.checksum, actual: actual, error: error)
    } catch let error as CancellationError {
      throw error
    } catch StoreError.noSlot {
      throw StoreError.noSlot(slot)
    } catch {
      if case StoreError.badWeights(_, let path, _) = error {
        (try? OpenFile(path: path, followsLinks: false)).map { note(row, $0.stamp, agrees: false) }
      }
      return Verification(slotID: slot, expected: row.checksum, actual: nil, error: String(describing: error))
    }
  }

  /// Where the store can't be written the result is still true, only not remembered.
  private func note(_ row: SlotRow, _ stamp: FileStamp, agrees: Bool) {
    guard isWritable, row.checksum != nil else { return }
    let text = (agrees ? "" : Self.disagreed) + Self.text(stamp)
    try? withWriteLock {
      try index.note(verifiedAt: Timestamp.precise(), stamp: text, of: row)
    }
  }

  /// Before the stamp of a file whose checksum was recomputed and disagreed.
  private static let disagreed = "mismatch:"

  /// `size:mtime:inode`.
  private static func text(_ stamp: FileStamp) -> String { "\(stamp.size):\(stamp.modified):\(stamp.inode)" }

  /// The state of a row by a look at its file, and at the entry in `slots/`: nothing is read.
  func integrity(_ row: SlotRow) -> Integrity {
    guard let file = weightStatus(row) else { return errno == ENOENT ? .missing : .unreadable }
    guard file.status.st_mode & S_IFMT == S_IFREG, access(file.path, R_OK) == 0 else { return .unreadable }
    if case .revision(let name) = row.file, isOverwritten(row.slotID, name) { return .mismatch }
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
