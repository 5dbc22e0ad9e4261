import Npy

/// Why a file could not be taken in or written out. Every case names the file.
///
/// What the system reports (no such file, no permission, no space, a folder or FIFO) is a `FileError`.
public enum InterchangeError: Error, Equatable, Sendable, CustomStringConvertible {
  case npy(path: String, NpyError)
  case safetensors(path: String, SafetensorsError)
  case zip(path: String, ZipError)
  case npz(path: String, NpzError)
  case torch(path: String, TorchError)
  case empty(path: String)
  /// A format that is known by its first bytes, but not read.
  case unsupportedFormat(path: String, ForeignFormat)
  /// No format known here.
  case unknownFormat(path: String)
  /// The file to write is there already.
  case alreadyExists(path: String)
  /// The folder to write into is not there.
  case noFolder(path: String)

  public var description: String {
    switch self {
    case .npy(let path, let error): "\(path): \(error)"
    case .safetensors(let path, let error): "\(path): \(error)"
    case .zip(let path, let error): "\(path): \(error)"
    case .npz(let path, let error): "\(path): \(error)"
    case .torch(let path, let error): "\(path): \(error)"
    case .empty(let path): "\(path): the file is empty"
    case .unsupportedFormat(let path, let format): "\(path): \(format.advice)"
    case .unknownFormat(let path):
      "\(path): no .safetensors, .npy, .npz or PyTorch file by its content; convert it to one of these first"
    case .alreadyExists(let path): "\(path): exists already; choose another name or remove it first"
    case .noFolder(let path): "\(path): there is no such folder to write to"
    }
  }
}
