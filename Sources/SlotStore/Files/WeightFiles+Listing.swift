import Foundation
import Tensors

/// What lies in the folders, and what does not belong there.
extension WeightFiles {
  /// Removes staged files of dead processes, and temporary links.
  ///
  /// - Precondition: the write lock is held.
  func sweepStaged() throws(StoreError) {
    for name in try entries("wal") {
      // Its lock is held until the name is gone: its maker, who may only now come to lock it, then sees that.
      guard let claim = StaleClaim(path("wal/" + name)) else { continue }
      // What can't be removed hinders nobody. What was a slot's entry may be another program's file.
      if name.hasPrefix("link.") {
        _ = try? discard("wal/" + name, of: nil)
      } else {
        _ = try? remove("wal/" + name)
      }
      withExtendedLifetime(claim) {}
    }
  }

  /// Names in `wal/` that belong to no living process.
  func staleStaged() throws(StoreError) -> [String] {
    try entries("wal").filter { StaleClaim(path("wal/" + $0)) != nil }
  }

  func revisions() throws(StoreError) -> [RevisionName] {
    try entries(RevisionName.folder).compactMap(RevisionName.init(file:))
  }

  /// How many weight files there are, where the index is missing.
  func weightFileCount() throws(StoreError) -> Int {
    try entries("slots").count { $0.hasSuffix(".npy") } + revisions().count
  }

  /// Names in a folder of the store; none where there is no such folder.
  func entries(_ folder: String) throws(StoreError) -> [String] {
    let path = path(folder)
    try seam.step(.list, path)
    guard let stream = opendir(path) else {
      if errno == ENOENT { return [] }
      throw .file(FileError("opendir", path))
    }
    defer { closedir(stream) }
    var names: [String] = []
    errno = 0
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
      errno = 0
    }
    if errno != 0 { throw .file(FileError("readdir", path)) }
    return names
  }

  /// What `slots/…` is for a slot.
  enum SlotEntry: Equatable {
    case none
    /// A link to a revision, which need not be there.
    case revision(RevisionName)
    /// A link to anything else.
    case elsewhere(String)
    case file
    /// A folder, FIFO, device or socket.
    case other(String)
  }

  func entry(slot: Int) -> SlotEntry {
    if let target = linkTarget(slot: slot) {
      let name = target.hasPrefix("../") ? RevisionName(path: String(target.dropFirst(3))) : nil
      return name.map(SlotEntry.revision) ?? .elsewhere(target)
    }
    var status = stat()
    if lstat(path(slotPath(slot)), &status) != 0 { return .none }
    return status.st_mode & S_IFMT == S_IFREG ? .file : .other(fileKind(status.st_mode))
  }

  func exists(_ relative: String) -> Bool {
    var status = stat()
    return lstat(path(relative), &status) == 0
  }

  /// What the device gives back when the file goes; 0 where there is none.
  func bytesOnDisk(_ relative: String) -> Int {
    var status = stat()
    return lstat(path(relative), &status) == 0 ? Int(status.st_blocks) * 512 : 0
  }

  // MARK: what finds no place

  static let lostFolder = "lost+found"

  /// Moves a file to `lost+found/`, under its own name or with a number after it.
  ///
  /// - Precondition: the write lock is held.
  /// - Returns: where it is now, relative to the store.
  @discardableResult
  func setAside(_ relative: String, as name: String? = nil) throws(StoreError) -> String {
    let kept = try freeName(name ?? relative)
    try seam.step(.rename, path(kept))
    if rename(path(relative), path(kept)) != 0 { throw .file(FileError("rename", path(kept))) }
    return kept
  }

  /// Makes sure that a file that is going to be replaced stays in `lost+found/`.
  func keep(_ relative: String) throws(StoreError) -> String {
    let kept = try freeName(relative)
    try seam.step(.link, path(kept))
    // Where hard links can't be made it is moved.
    return Glibc.link(path(relative), path(kept)) == 0 ? kept : try setAside(relative)
  }

  /// Gives a file that was made elsewhere its name, unless something has that name already.
  func place(_ relative: String, as name: String) throws(StoreError) {
    try seam.step(.link, path(name))
    if Glibc.link(path(relative), path(name)) == 0 || errno == EEXIST { return }
    if rename(path(relative), path(name)) != 0 { throw .file(FileError("rename", path(name))) }
  }

  /// Gives a file its place back.
  func move(_ relative: String, to place: String) throws(StoreError) {
    try seam.step(.rename, path(place))
    if rename(path(relative), path(place)) != 0 { throw .file(FileError("rename", path(place))) }
  }

  /// Keeps a text that was taken out of the index.
  @discardableResult
  func setAside(text: String, as name: String) throws(StoreError) -> String {
    let kept = try freeName(name)
    try seam.step(.create, path(kept))
    let descriptor = open(path(kept), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o666)
    if descriptor < 0 { throw .file(FileError("open", path(kept))) }
    defer { close(descriptor) }
    let bytes = Array(text.utf8)
    if Glibc.write(descriptor, bytes, bytes.count) != bytes.count || fsync(descriptor) != 0 {
      throw .file(FileError("write", path(kept)))
    }
    return kept
  }

  /// A name in `lost+found/` that nothing has yet.
  func freeName(_ relative: String) throws(StoreError) -> String {
    let folder = path(Self.lostFolder)
    try seam.step(.makeFolder, folder)
    if mkdir(folder, 0o777) != 0, errno != EEXIST { throw .file(FileError("mkdir", folder)) }
    let wanted = Self.lostFolder + "/" + (relative.split(separator: "/").last ?? "file")
    var name = wanted
    var number = 1
    var status = stat()
    while lstat(path(name), &status) == 0 {
      number += 1
      name = "\(wanted).\(number)"
    }
    return name
  }
}

/// A hold on something in `wal/` whose maker is dead; nil where it lives, and for what is no staged file.
private final class StaleClaim {
  private let descriptor: Int32?

  init?(_ path: String) {
    guard StagedFile.isNameOfOurs(path) else { return nil }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    if descriptor < 0 {
      // Links are only made, and gone again, under the write lock.
      if errno != ELOOP { return nil }
      self.descriptor = nil
      return
    }
    var status = stat()
    guard
      fstat(descriptor, &status) == 0,
      flock(descriptor, LOCK_EX | LOCK_NB) == 0
    else {
      close(descriptor)
      return nil
    }
    self.descriptor = descriptor
  }

  deinit { descriptor.map { _ = close($0) } }
}
