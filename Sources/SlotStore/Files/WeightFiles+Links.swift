import CStore
import Foundation
import Tensors

/// The entries of `slots/`. Another program may put a file there at any moment: whatever is taken away from there is
/// taken first and looked at then, so that nothing can come between.
extension WeightFiles {
  /// Makes `slots/…` a relative symbolic link to the revision; a hard link, else a copy, where links can't be made.
  ///
  /// A plain file that another program has put there, and whose row it has not written, is set aside.
  ///
  /// - Parameter anew: also where the right one is there.
  /// - Returns: where that file is now, relative to the store; nil where there was none.
  func link(slot: Int, to name: RevisionName, anew: Bool = false) throws(StoreError) -> String? {
    let target = "../" + name.path
    if !anew, linkTarget(slot: slot) == target { return nil }
    let place = slotPath(slot)
    let temporary = temporaryName()
    try seam.step(.symlink, path(place))
    try makeLink(temporary, to: name, target: target)
    do throws(StoreError) {
      try seam.step(.rename, path(place))
      try exchange(temporary, place)
    } catch {
      unlink(path(temporary))
      throw error
    }
    return try discard(temporary, of: slot)
  }

  /// Removes a slot's entry; a plain file that another program has put there is set aside.
  ///
  /// - Returns: where that file is now, relative to the store; nil where there was none.
  func removeLink(slot: Int) throws(StoreError) -> String? {
    let temporary = temporaryName()
    try seam.step(.rename, path(temporary))
    if rename(path(slotPath(slot)), path(temporary)) != 0 {
      if errno == ENOENT { return nil }
      let error = FileError("rename", path(slotPath(slot)))
      throw .file(access(path("wal"), W_OK) == 0 ? error : .noPermission(path: path("wal")))
    }
    return try discard(temporary, of: slot)
  }

  private func temporaryName() -> String { "wal/link.\(UUID().uuidString)" }

  private func makeLink(_ temporary: String, to name: RevisionName, target: String) throws(StoreError) {
    if symlink(target, path(temporary)) == 0 || Glibc.link(path(name.path), path(temporary)) == 0 { return }
    do {
      try FileManager.default.copyItem(atPath: path(name.path), toPath: path(temporary))
    } catch { throw .file(FileError("copy", path(temporary))) }
    mark(path(temporary))
  }

  /// The time that a copy of ours gets, 1980-01-02: what tells it from another program's file.
  private static let copyTime = 315_619_200

  private func mark(_ copy: String) {
    var times = [timespec(tv_sec: Self.copyTime, tv_nsec: 0), timespec(tv_sec: Self.copyTime, tv_nsec: 0)]
    utimensat(AT_FDCWD, copy, &times, 0)
  }

  /// Whether the plain file in `slots/` is the revision under another name, or our copy of it where no links can be
  /// made.
  func isCopy(slot: Int, of name: RevisionName) -> Bool {
    var place = stat()
    var revision = stat()
    guard lstat(path(slotPath(slot)), &place) == 0, lstat(path(name.path), &revision) == 0 else {
      return false
    }
    return place.st_ino == revision.st_ino && place.st_dev == revision.st_dev
      || place.st_size == revision.st_size && place.st_mtim.tv_sec == Self.copyTime
  }

  /// Gives `temporary` the name `place`; what had that name has the other one then, if there was anything.
  private func exchange(_ temporary: String, _ place: String) throws(StoreError) {
    let (from, to) = (path(temporary), path(place))
    while true {
      if slotscope_rename_to_new(from, to) == 0 { return }
      if errno == EEXIST {
        if slotscope_rename_exchanging(from, to) == 0 { return }
        // Gone meanwhile.
        if errno == ENOENT { continue }
      }
      if errno != EINVAL && errno != ENOSYS { throw .file(FileError("rename", to)) }
      // A file system that knows neither: what is there is kept under a second name first.
      let kept = temporary + ".old"
      if Glibc.link(to, path(kept)) != 0, errno != ENOENT { throw .file(FileError("link", to)) }
      if rename(from, to) != 0 { throw .file(FileError("rename", to)) }
      if rename(path(kept), from) != 0, errno != ENOENT { throw .file(FileError("rename", from)) }
      return
    }
  }

  /// Removes what was a slot's entry, unless it holds what nothing else does: that is set aside.
  ///
  /// - Returns: where it is now, relative to the store.
  @discardableResult
  func discard(_ temporary: String, of slot: Int?) throws(StoreError) -> String? {
    var status = stat()
    if lstat(path(temporary), &status) != 0 { return nil }
    switch status.st_mode & S_IFMT {
    // With a second name it is a revision, there as a hard link.
    case S_IFREG where status.st_nlink > 1 || status.st_mtim.tv_sec == Self.copyTime: break
    case S_IFREG, S_IFDIR: return try setAside(temporary, as: slot.map { slotPath($0) } ?? temporary)
    default: break
    }
    try remove(temporary)
    return nil
  }

  /// Where the slot's link points; nil where there is none or a plain file.
  func linkTarget(slot: Int) -> String? {
    var buffer = [CChar](repeating: 0, count: 256)
    let count = readlink(path(slotPath(slot)), &buffer, buffer.count - 1)
    return count > 0 ? String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self) : nil
  }
}
