import CStore
import Foundation
import Synchronization
import Tensors

/// A file in `wal/` that is being written. It is locked, so that the sweep of another process leaves it alone, and
/// goes with the last reference unless it was published.
final class StagedFile: Sendable {
  let path: String
  private let descriptor: Int32
  private let isPublished = Atomic<Bool>(false)
  private let seam: Seam

  /// Whether the last component is a name that this program gives to what it makes in `wal/`.
  static func isNameOfOurs(_ path: String) -> Bool {
    guard let name = path.split(separator: "/").last else { return false }
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2 else { return false }
    switch (parts[0], parts[1]) {
    case ("link", let unique), (let unique, "npy"): return UUID(uuidString: String(unique)) != nil
    case ("index", let unique): return UUID(uuidString: String(unique.prefix(36))) != nil
    default: return false
    }
  }

  /// - Parameter slot: for whom it is written; nil where that is not known yet. Others are told by the name.
  init(in files: WeightFiles, for slot: Int? = nil) throws(StoreError) {
    seam = files.seam
    while true {
      let path = files.path("wal/" + StagedName(slot: slot).text + StagedName.fileExtension)
      try seam.step(.create, path)
      // Read-only from birth: a revision is never changed.
      let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o444)
      if descriptor < 0 { throw .file(FileError("open", path)) }
      do throws(StoreError) { try seam.step(.lockFile, path) } catch {
        close(descriptor)
        unlink(path)
        throw error
      }
      // Another process's sweep may have come between: then the name is gone and it starts again.
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0, WriteLock.isStill(path, descriptor) {
        self.path = path
        self.descriptor = descriptor
        return
      }
      close(descriptor)
      unlink(path)
    }
  }

  deinit {
    if !isPublished.load(ordering: .relaxed) { unlink(path) }
    close(descriptor)
  }

  func published() { isPublished.store(true, ordering: .relaxed) }

  func write(_ bytes: UnsafeRawBufferPointer) throws(StoreError) {
    try seam.step(.write, path)
    var done = 0
    while done < bytes.count {
      let count = Glibc.write(descriptor, bytes.baseAddress! + done, bytes.count - done)
      if count >= 0 {
        done += count
      } else if errno != EINTR {
        throw .file(FileError("write", path))
      }
    }
  }

  /// Lets the device begin with what was written, so that the final fsync has little left to wait for.
  func beginWriteback(from offset: Int, count: Int) {
    slotscope_begin_writeback(descriptor, Int64(offset), Int64(count))
  }

  /// Never retried: after a failed fsync the kernel may call the pages clean. The caller drops the file.
  ///
  /// A cancelled wait returns at once; the name is gone then, and the kernel finishes on a file that nobody sees.
  func sync(_ progress: WorkProgress?) throws {
    try seam.step(.syncFile, path)
    guard let progress else { return try fsyncNow() }
    let finished = DispatchSemaphore(value: 0)
    let result = Mutex<Result<Void, any Error>>(.success(()))
    DispatchQueue.global().async {
      let outcome = Result { try self.fsyncNow() }
      result.withLock { $0 = outcome }
      finished.signal()
    }
    while finished.wait(timeout: .now() + .milliseconds(10)) == .timedOut {
      if progress.isCancelled { unlink(path) }
      try progress.checkCancellation()
    }
    try result.withLock { $0 }.get()
  }

  private func fsyncNow() throws {
    if fsync(descriptor) != 0 { throw StoreError.file(FileError("fsync", path)) }
  }

  /// What the file is now that it is whole.
  func stamp() throws(StoreError) -> FileStamp {
    var status = stat()
    if fstat(descriptor, &status) != 0 { throw .file(FileError("fstat", path)) }
    return FileStamp(status)
  }
}
