import Foundation
import Synchronization
import Tensors

/// The folders of a store: staged files in `wal/`, immutable revisions in `revisions/`, links in `slots/`. The only
/// place that makes, renames, links and removes files.
struct WeightFiles: Sendable {
  /// Absolute path of the store.
  let directory: String
  let seam: Seam

  func path(_ relative: String) -> String { directory + "/" + relative }
  func path(_ name: WeightFileName) -> String { path(name.path) }
  static let lockName = "wal/lock"
  var lockPath: String { path(Self.lockName) }
  var indexPath: String { path("index.db") }

  static let folders = ["slots", RevisionName.folder, "wal"]

  /// Makes the folders that are missing.
  func makeFolders() throws(StoreError) {
    try seam.step(.makeFolder, directory)
    if !exists(".") { try makeDirectory() }
    try makeMissing()
  }

  /// Makes what is missing in a store that is there: one that someone removes meanwhile does not come back.
  func addFolders() throws(StoreError) {
    try seam.step(.makeFolder, directory)
    try makeMissing()
  }

  private func makeMissing() throws(StoreError) {
    for folder in Self.folders {
      if mkdir(path(folder), 0o777) == 0 { continue }
      if errno != EEXIST { throw .file(FileError("mkdir", path(folder))) }
      var status = stat()
      // What lies behind a link is someone else's.
      if lstat(path(folder), &status) == 0, status.st_mode & S_IFMT != S_IFDIR {
        throw .wrongFolder(path: path(folder), kind: fileKind(status.st_mode))
      }
    }
  }

  /// With the folders above it, each of them safe in the one that it was made in.
  private func makeDirectory() throws(StoreError) {
    var above = URL(fileURLWithPath: directory).deletingLastPathComponent()
    var missing: [String] = []
    while !FileManager.default.fileExists(atPath: above.path), above.path != "/" {
      missing.append(above.path)
      above.deleteLastPathComponent()
    }
    do {
      try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    } catch {
      throw .file(Self.folderError(directory))
    }
    for folder in missing + [above.path] { try syncFolder(at: folder) }
  }

  private static func folderError(_ directory: String) -> FileError {
    var status = stat()
    if stat(directory, &status) == 0, status.st_mode & S_IFMT != S_IFDIR {
      return .notRegular(path: directory, kind: "a file where a folder should be made")
    }
    let above = URL(fileURLWithPath: directory).deletingLastPathComponent().path
    return access(above, W_OK) != 0 && errno == EROFS
      ? .readOnlyFileSystem(path: directory) : .noPermission(path: directory)
  }

  // MARK: the steps of the protocol

  /// Moves a staged file to its place among the revisions; the new name has never been used.
  func publish(_ staged: StagedFile, as name: RevisionName) throws(StoreError) {
    try seam.step(.rename, path(name.path))
    if rename(staged.path, path(name.path)) != 0 { throw .file(FileError("rename", path(name.path))) }
    staged.published()
  }

  func syncFolder(_ folder: String) throws(StoreError) { try syncFolder(at: path(folder)) }

  private func syncFolder(at path: String) throws(StoreError) {
    try seam.step(.syncFolder, path)
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if descriptor < 0 { throw .file(FileError("open", path)) }
    defer { close(descriptor) }
    if fsync(descriptor) != 0 { throw .file(FileError("fsync", path)) }
  }

  /// - Returns: whether there is no such file any more.
  @discardableResult
  func remove(_ relative: String) throws(StoreError) -> Bool {
    try seam.step(.remove, path(relative))
    if unlink(path(relative)) == 0 || errno == ENOENT { return true }
    throw .file(FileError("unlink", path(relative)))
  }

  // MARK: adopting what another program wrote

  /// Links the plain file of a foreign slot into `revisions/`, so that nothing that happens to the name can lose it.
  ///
  /// - Returns: false where there is no plain file: nothing of theirs to keep.
  func adopt(slot: Int, as name: RevisionName) throws(StoreError) -> Bool {
    let source = path(slotPath(slot))
    try seam.step(.look, source)
    var status = stat()
    guard lstat(source, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return false }
    let target = path(name.path)
    try seam.step(.link, target)
    if Glibc.link(source, target) != 0 {
      if errno == ENOENT { return false }
      do {
        try FileManager.default.copyItem(atPath: source, toPath: target)
      } catch { throw .file(FileError("link", target)) }
    }
    try seam.step(.syncFile, target)
    let descriptor = open(target, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    if descriptor < 0 { throw .file(FileError("open", target)) }
    defer { close(descriptor) }
    if fsync(descriptor) != 0 { throw .file(FileError("fsync", target)) }
    return true
  }

  /// Bytes that an ordinary user may still write on the store's device; nil where that is not known.
  var freeBytes: Int? {
    var status = statvfs()
    guard statvfs(directory, &status) == 0 else { return nil }
    return Int(status.f_bavail) * Int(status.f_frsize)
  }
}
