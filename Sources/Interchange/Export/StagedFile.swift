import Foundation
import Tensors

/// A file that is written beside its destination and takes its name once it is complete: nobody ever sees half
/// of it, and unless it is published it is removed with the last reference.
final class StagedFile: ByteSink {
  private let destination: String
  private let folder: String
  private let overwriting: Bool
  private var staged: String?
  private var descriptor: Int32

  /// Creates the staged file.
  ///
  /// - Throws: `InterchangeError.alreadyExists` or `.noFolder`; `FileError`.
  init(for path: String, overwriting: Bool) throws {
    let destination = try Self.destination(path, overwriting: overwriting)
    let slash = destination.lastIndex(of: "/")
    let folder = slash.map { $0 == destination.startIndex ? "/" : String(destination[..<$0]) } ?? "."
    let name = slash.map { destination[destination.index(after: $0)...] } ?? destination[...]
    self.destination = destination
    self.folder = folder
    self.overwriting = overwriting
    // The name is cut so that no destination's name becomes too long by what is added to it.
    let random = String(UInt32.random(in: .min ... .max), radix: 16)
    let staged = "\(folder)/.\(String(decoding: name.utf8.prefix(200), as: UTF8.self)).\(random).tmp"
    descriptor = open(staged, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o666)
    guard descriptor >= 0 else {
      let code = errno
      var status = stat()
      if code == ENOENT, stat(folder, &status) != 0 { throw InterchangeError.noFolder(path: path) }
      throw FileError("open", path, code: code)
    }
    self.staged = staged
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    if let staged { unlink(staged) }
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws {
    var done = 0
    while done < bytes.count {
      let count = Foundation.write(descriptor, bytes.baseAddress! + done, bytes.count - done)
      if count >= 0 {
        done += count
      } else if errno != EINTR {
        throw FileError("write", destination)
      }
    }
  }

  /// Writes over bytes that have been written.
  func overwrite(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws {
    var done = 0
    while done < bytes.count {
      let count = pwrite(descriptor, bytes.baseAddress! + done, bytes.count - done, off_t(offset + done))
      if count >= 0 {
        done += count
      } else if errno != EINTR {
        throw FileError("write", destination)
      }
    }
  }

  /// Makes the bytes durable and gives the file its name.
  ///
  /// A failed fsync is not tried again: what it says of the pages then is not to be trusted.
  func publish() throws {
    guard let staged else { return }
    if fsync(descriptor) != 0 { throw FileError("fsync", destination) }
    if overwriting {
      if rename(staged, destination) != 0 { throw FileError("rename", destination) }
      self.staged = nil
    } else {
      try linkUnlessThere(staged)
    }
    try syncFolder()
  }

  /// A hard link fails where the name is taken, which a rename does not.
  private func linkUnlessThere(_ staged: String) throws {
    if link(staged, destination) == 0 { return }  // `deinit` removes the other name
    switch errno {
    case EEXIST: throw InterchangeError.alreadyExists(path: destination)
    case EPERM, ENOTSUP, ENOSYS, EMLINK:
      // A file system without hard links: a name taken between these two calls is lost.
      var status = stat()
      if lstat(destination, &status) == 0 { throw InterchangeError.alreadyExists(path: destination) }
      if rename(staged, destination) != 0 { throw FileError("rename", destination) }
      self.staged = nil
    default: throw FileError("link", destination)
    }
  }

  private func syncFolder() throws {
    let folder = open(self.folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { return }  // a folder may be writable but not readable
    defer { close(folder) }
    if fsync(folder) != 0 && errno != EINVAL { throw FileError("fsync", destination) }
  }

  /// Where to write: behind a symbolic link where one is overwritten. Only a regular file is ever replaced.
  private static func destination(_ path: String, overwriting: Bool) throws -> String {
    var status = stat()
    guard lstat(path, &status) == 0 else { return path }
    guard overwriting else { throw InterchangeError.alreadyExists(path: path) }
    guard status.st_mode & S_IFMT == S_IFLNK else {
      try requireRegular(status, path)
      return path
    }
    guard let target = realpath(path, nil) else { throw FileError("realpath", path) }
    defer { free(target) }
    if stat(target, &status) != 0 { throw FileError("stat", path) }
    try requireRegular(status, path)
    guard let real = String(validatingCString: target) else {
      throw FileError("realpath", path, code: EILSEQ)
    }
    return real
  }

  private static func requireRegular(_ status: stat, _ path: String) throws {
    switch status.st_mode & S_IFMT {
    case S_IFREG: return
    case S_IFDIR: throw FileError.notRegular(path: path, kind: "a folder")
    default: throw FileError.notRegular(path: path, kind: "a device, FIFO or socket")
    }
  }
}
