import Foundation
import Synchronization
import Tensors

/// The folders of a store: staged files in `wal/`, immutable revisions in `revisions/`, links in `slots/`. The only
/// place that makes, renames, links and removes files.
struct WeightFiles: Sendable {
  /// Absolute path of the store.
  let directory: String
  let probe: Probe?

  func path(_ relative: String) -> String { directory + "/" + relative }
  func path(_ name: WeightFileName) -> String { path(name.path) }
  var lockPath: String { path("wal/lock") }
  var indexPath: String { path("index.db") }

  static let folders = ["slots", RevisionName.folder, "wal"]

  /// Makes the folders that are missing.
  func makeFolders() throws(StoreError) {
    do {
      try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    } catch {
      throw .file(Self.folderError(directory))
    }
    for folder in Self.folders where mkdir(path(folder), 0o777) != 0 && errno != EEXIST {
      throw .file(FileError("mkdir", path(folder)))
    }
  }

  private static func folderError(_ directory: String) -> FileError {
    var status = stat()
    if stat(directory, &status) == 0, status.st_mode & S_IFMT != S_IFDIR {
      return .notRegular(path: directory, kind: "a file where a folder should be made")
    }
    return .noPermission(path: directory)
  }

  // MARK: the steps of the protocol, each with its probe

  func step(_ operation: StoreOperation, _ path: String) throws(StoreError) {
    do {
      try probe?(operation, path)
    } catch let error as StoreError {
      throw error
    } catch let error as FileError {
      throw .file(error)
    } catch {
      throw .index(path: path, why: String(describing: error))
    }
  }

  /// Moves a staged file to its place among the revisions; the new name has never been used.
  func publish(_ staged: StagedFile, as name: RevisionName) throws(StoreError) {
    try step(.rename, path(name.path))
    if rename(staged.path, path(name.path)) != 0 { throw .file(FileError("rename", path(name.path))) }
    staged.published()
  }

  func syncFolder(_ folder: String) throws(StoreError) {
    let path = path(folder)
    try step(.syncFolder, path)
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if descriptor < 0 { throw .file(FileError("open", path)) }
    defer { close(descriptor) }
    if fsync(descriptor) != 0 { throw .file(FileError("fsync", path)) }
  }

  /// Makes `slots/…` a relative symbolic link to the revision; a hard link, else a copy, where links can't be made.
  func link(slot: Int, to name: RevisionName) throws(StoreError) {
    let target = "../" + name.path
    if linkTarget(slot: slot) == target { return }
    let temporary = path("wal/link.\(UUID().uuidString)")
    try step(.symlink, path(slotPath(slot)))
    if symlink(target, temporary) != 0 && Glibc.link(path(name.path), temporary) != 0 {
      do {
        try FileManager.default.copyItem(atPath: path(name.path), toPath: temporary)
      } catch { throw .file(FileError("copy", path(slotPath(slot)))) }
    }
    if rename(temporary, path(slotPath(slot))) != 0 {
      let error = FileError("rename", path(slotPath(slot)))
      unlink(temporary)
      throw .file(error)
    }
  }

  /// Where the slot's link points; nil where there is none or a plain file.
  func linkTarget(slot: Int) -> String? {
    var buffer = [CChar](repeating: 0, count: 256)
    let count = readlink(path(slotPath(slot)), &buffer, buffer.count - 1)
    return count > 0 ? String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self) : nil
  }

  /// - Returns: whether there is no such file any more.
  @discardableResult
  func remove(_ relative: String) throws(StoreError) -> Bool {
    try step(.remove, path(relative))
    if unlink(path(relative)) == 0 || errno == ENOENT { return true }
    throw .file(FileError("unlink", path(relative)))
  }

  // MARK: adopting what another program wrote

  /// Links the plain file of a foreign slot into `revisions/`, so that nothing that happens to the name can lose it.
  ///
  /// - Returns: false where there is no plain file: nothing of theirs to keep.
  func adopt(slot: Int, as name: RevisionName) throws(StoreError) -> Bool {
    let source = path(slotPath(slot))
    var status = stat()
    guard lstat(source, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return false }
    let target = path(name.path)
    try step(.link, target)
    if Glibc.link(source, target) != 0 {
      if errno == ENOENT { return false }
      do {
        try FileManager.default.copyItem(atPath: source, toPath: target)
      } catch { throw .file(FileError("link", target)) }
    }
    try step(.syncFile, target)
    let descriptor = open(target, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    if descriptor < 0 { throw .file(FileError("open", target)) }
    defer { close(descriptor) }
    if fsync(descriptor) != 0 { throw .file(FileError("fsync", target)) }
    return true
  }

  // MARK: what dead processes left

  /// Removes staged files whose lock is free, and temporary links.
  ///
  /// - Precondition: the write lock is held.
  func sweepStaged() throws(StoreError) {
    for name in entries("wal") where name != "lock" {
      let path = path("wal/" + name)
      let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
      if descriptor < 0 {
        if errno == ELOOP { try remove("wal/" + name) }
        continue
      }
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 {
        close(descriptor)
        try remove("wal/" + name)
      } else {
        close(descriptor)
      }
    }
  }

  func revisions() -> [RevisionName] { entries(RevisionName.folder).compactMap(RevisionName.init(file:)) }

  /// How many weight files there are, where the index is missing.
  func weightFileCount() -> Int { entries("slots").count { $0.hasSuffix(".npy") } + revisions().count }

  private func entries(_ folder: String) -> [String] {
    guard let stream = opendir(path(folder)) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }

  /// Bytes that an ordinary user may still write on the store's device; nil where that is not known.
  var freeBytes: Int? {
    var status = statvfs()
    guard statvfs(directory, &status) == 0 else { return nil }
    return Int(status.f_bavail) * Int(status.f_frsize)
  }
}
