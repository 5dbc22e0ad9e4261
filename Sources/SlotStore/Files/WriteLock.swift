import Foundation
import Tensors

/// The store's write lock: `flock` on `wal/lock`. It ends with its holder, also when that is killed.
///
/// Each taking opens a descriptor of its own, so that threads of one process exclude each other too.
final class WriteLock {
  private let descriptor: Int32

  /// - Parameters:
  ///   - timeout: seconds after which to give up.
  ///   - onWait: called once after a second of waiting.
  /// - Throws: `StoreError.locked`, or what opening the file says.
  init(path: String, timeout: Double, onWait: (() -> Void)?) throws(StoreError) {
    let start = ContinuousClock.now
    var told = false
    var pause: UInt32 = 200
    while true {
      let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o666)
      if descriptor < 0 { throw .file(Self.openError(path)) }
      var status = stat()
      if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
        close(descriptor)
        throw .file(.notRegular(path: path, kind: fileKind(status.st_mode)))
      }
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 {
        if Self.isStill(path, descriptor) {
          self.descriptor = descriptor
          return
        }
        close(descriptor)
        continue
      }
      close(descriptor)
      let waited = start.duration(to: .now)
      if waited > .seconds(timeout) { throw .locked(path: path, seconds: timeout) }
      if !told, waited > .seconds(1) {
        told = true
        onWait?()
      }
      usleep(pause)
      pause = min(pause * 2, 20_000)
    }
  }

  deinit { close(descriptor) }

  private static func openError(_ path: String) -> FileError {
    let error = FileError("open", path)
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG else { return error }
    return .notRegular(path: path, kind: fileKind(status.st_mode))
  }

  /// Whether the name still is the file that is locked: someone may have removed it meanwhile.
  static func isStill(_ path: String, _ descriptor: Int32) -> Bool {
    var named = stat()
    var opened = stat()
    return stat(path, &named) == 0 && fstat(descriptor, &opened) == 0 && named.st_ino == opened.st_ino
      && named.st_dev == opened.st_dev
  }
}
