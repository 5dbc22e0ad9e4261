import Foundation

/// Why a file could not be opened, read or written. Every case names the file.
public enum FileError: Error, Equatable, CustomStringConvertible {
  case notFound(path: String)
  case noPermission(path: String)
  case readOnlyFileSystem(path: String)
  /// A folder, FIFO, device or socket where a file was expected.
  case notRegular(path: String, kind: String)
  /// The file ended before the bytes that were there when it was opened.
  case truncated(path: String, expected: Int, actual: Int)
  /// Another program has written to the file while it was read.
  case changed(path: String)
  case noSpace(path: String)
  /// Any other failure: the system call and its `errno`.
  case system(path: String, operation: String, code: Int32)

  /// The case that fits `errno`.
  public init(_ operation: String, _ path: String, code: Int32 = errno) {
    switch code {
    case ENOENT: self = .notFound(path: path)
    case EACCES, EPERM: self = .noPermission(path: path)
    case EROFS: self = .readOnlyFileSystem(path: path)
    case ENOSPC, EDQUOT, EFBIG: self = .noSpace(path: path)
    default: self = .system(path: path, operation: operation, code: code)
    }
  }

  public var description: String {
    switch self {
    case .notFound(let path): "\(path): no such file"
    case .noPermission(let path): "\(path): permission denied"
    case .readOnlyFileSystem(let path): "\(path): on a read-only file system"
    case .notRegular(let path, let kind): "\(path): is \(kind), not a file"
    case .truncated(let path, let expected, let actual):
      "\(path): the file is cut short (\(expected) bytes expected, \(actual) found)"
    case .changed(let path):
      "\(path): was changed while it was being read; try again when nothing writes to it"
    case .noSpace(let path): "\(path): no space left on the device, or the file is larger than allowed"
    case .system(let path, let operation, let code):
      "\(path): \(operation) failed: \(String(cString: strerror(code)))"
    }
  }
}
