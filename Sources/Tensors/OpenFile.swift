import Foundation

/// A regular file open for reading; closed with its last reference.
public final class OpenFile: Sendable {
  public let path: String
  public let descriptor: Int32
  /// What `fstat` said when the file was opened.
  public let stamp: FileStamp

  /// Opens `path` without waiting: a FIFO or device is refused at once.
  ///
  /// - Parameter followsLinks: whether a symbolic link as the last component is followed.
  /// - Throws: `FileError`.
  public init(path: String, followsLinks: Bool = true) throws(FileError) {
    let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (followsLinks ? 0 : O_NOFOLLOW)
    let descriptor = open(path, flags)
    if descriptor < 0 {
      if errno == ELOOP { throw .notRegular(path: path, kind: "a symbolic link") }
      throw FileError("open", path)
    }
    var status = stat()
    if fstat(descriptor, &status) != 0 {
      let error = FileError("fstat", path)
      close(descriptor)
      throw error
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw .notRegular(path: path, kind: fileKind(status.st_mode))
    }
    self.path = path
    self.descriptor = descriptor
    self.stamp = FileStamp(status)
  }

  deinit { close(descriptor) }

  /// Fills `buffer` from byte `offset` of the file.
  ///
  /// - Throws: `FileError.truncated` where the file ends before that.
  public func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(FileError) {
    var done = 0
    while done < buffer.count {
      let count = pread(descriptor, buffer.baseAddress! + done, buffer.count - done, off_t(offset + done))
      if count > 0 {
        done += count
      } else if count == 0 {
        throw .truncated(path: path, expected: offset + buffer.count, actual: offset + done)
      } else if errno != EINTR {
        throw FileError("read", path)
      }
    }
  }
}

/// Size, modification time and inode: what tells that a file is still the one that was looked at.
public struct FileStamp: Sendable, Hashable {
  /// Bytes.
  public let size: Int
  /// Nanoseconds since 1970.
  public let modified: Int
  public let inode: UInt64
  public let device: UInt64

  public init(_ status: stat) {
    size = Int(status.st_size)
    modified = Int(status.st_mtim.tv_sec) * 1_000_000_000 + Int(status.st_mtim.tv_nsec)
    inode = UInt64(status.st_ino)
    device = UInt64(status.st_dev)
  }
}

/// A range of an open file as a byte source, read with `pread`: another program that truncates the file
/// causes an error here, where a mapping would raise SIGBUS.
public struct FileSource: ByteSource {
  public let file: OpenFile
  /// Where the range begins in the file.
  public let start: Int
  public let byteCount: Int

  /// - Throws: `FileError.truncated` where the file is shorter than the range's end.
  public init(_ file: OpenFile, from start: Int = 0, byteCount: Int? = nil) throws(FileError) {
    let available = file.stamp.size - start
    let wanted = byteCount ?? max(0, available)
    guard start >= 0, wanted >= 0, wanted <= available else {
      throw .truncated(path: file.path, expected: start + wanted, actual: file.stamp.size)
    }
    self.file = file
    self.start = start
    self.byteCount = wanted
  }

  public func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
    try file.read(at: start + offset, into: buffer)
  }

  /// By size and modification time: not foolproof, as those who wish can set the time back.
  public func checkUnchanged() throws {
    var status = stat()
    if fstat(file.descriptor, &status) != 0 { throw FileError("fstat", file.path) }
    if FileStamp(status) != file.stamp { throw FileError.changed(path: file.path) }
  }
}

package func fileKind(_ mode: mode_t) -> String {
  switch mode & S_IFMT {
  case S_IFDIR: "a folder"
  case S_IFIFO: "a FIFO"
  case S_IFSOCK: "a socket"
  case S_IFCHR, S_IFBLK: "a device"
  case S_IFLNK: "a symbolic link"
  default: "something else"
  }
}
