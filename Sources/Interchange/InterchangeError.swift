import Npy
import Tensors

/// Why a file could not be taken in or written out. Every case names the file.
///
/// What the system reports (no such file, no permission, no space, a folder or FIFO) is a `FileError`.
public enum InterchangeError: Error, Equatable, Sendable, CustomStringConvertible {
  case npy(path: String, NpyError)
  case safetensors(path: String, SafetensorsError)
  case zip(path: String, ZipError)
  case npz(path: String, NpzError)
  /// A folder, or an index of shards.
  case shards(path: String, ShardError)
  case gguf(path: String, GGUFError)
  case torch(path: String, TorchError)
  case empty(path: String)
  /// A format that is known by its first bytes, but not read.
  case unsupportedFormat(path: String, ForeignFormat)
  /// No format known here.
  case unknownFormat(path: String)
  /// The format to write has no dtype for what the tensor holds.
  case cantHold(path: String, tensor: String, DType)
  /// The format to write keeps the name for itself, or another tensor has it.
  case nameNotPossible(path: String, tensor: String)
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
    case .shards(let path, let error): "\(path): \(error)"
    case .gguf(let path, let error): "\(path): \(error)"
    case .torch(let path, let error): "\(path): \(error)"
    case .empty(let path): "\(path): the file is empty"
    case .unsupportedFormat(let path, let format): "\(path): \(format.advice)"
    case .unknownFormat(let path):
      "\(path): no safetensors, GGUF, npy, npz or PyTorch file by its content; convert it to one of these first"
    case .cantHold(let path, let tensor, let dtype):
      "\(path): a file of this format can't hold tensor \(quoted(tensor)), which is \(dtype.rawValue)"
    case .nameNotPossible(let path, let tensor):
      "\(path): a file of this format can't hold a tensor (or two) of the name \(quoted(tensor))"
    case .alreadyExists(let path): "\(path): exists already; choose another name or remove it first"
    case .noFolder(let path): "\(path): there is no such folder to write to"
    }
  }
}
