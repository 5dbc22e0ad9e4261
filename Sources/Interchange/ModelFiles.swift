import Foundation
import ModelContext
import Tensors

/// Opens model files of every supported format: safetensors, GGUF, npy, npz and PyTorch's.
public struct ModelFiles: ModelFileReader {
  public init() {}

  /// The member of a file's metadata in which an export writes the config of the slot, as JSON.
  public static let configName = "slotscope.config"

  /// Opens a model: a file, the index of a sharded one, or the folder that holds either. Its format is told by its
  /// content, not by its name.
  ///
  /// Only headers are read now, and what is read later is read in the pieces that are asked for: the file is
  /// neither mapped nor loaded. Tensors come in the order in which they lie in the file. What its architecture is comes
  /// from the `config.json` beside it, or from the tensors, where the file itself does not say it.
  ///
  /// - Throws: `FileError` where it can't be opened or is no regular file (a FIFO is not waited for);
  ///   `InterchangeError` for what is wrong with its content.
  public func open(_ path: String) throws -> ModelFile {
    var status = stat()
    let isFolder = stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    let file = isFolder ? try openFolder(path) : try openFile(path)
    return file.with(config: ArchitectureFacts.config(of: file, in: isFolder ? path : Self.folder(of: path)))
  }

  /// Whether the first bytes of a file are those of a format that is read: a look, no promise.
  public func recognises(_ path: String) -> Bool {
    guard let file = try? FileSource(OpenFile(path: path)), file.byteCount > 0,
      let format = try? FileFormat(file)
    else { return false }
    return switch format {
    case .npy, .safetensors, .zip, .gguf: true
    case .json: path.hasSuffix(".index.json")
    case .foreign, .unknown: false
    }
  }

  /// - Parameter isShard: whether an index named the file, which then can't be another index.
  func openFile(_ path: String, isShard: Bool = false) throws -> ModelFile {
    let file = try FileSource(OpenFile(path: path))
    guard file.byteCount > 0 else { throw InterchangeError.empty(path: path) }
    switch try FileFormat(file) {
    case .npy: return try openNpy(file)
    case .safetensors: return try openSafetensors(file)
    case .zip: return try openZip(file)
    case .json where !isShard: return try openIndex(file)
    case .gguf: return try openGGUF(file)
    case .foreign(let format): throw InterchangeError.unsupportedFormat(path: path, format)
    case .json, .unknown: throw InterchangeError.unknownFormat(path: path)
    }
  }

  /// Symbolic links stay as they are: the name that the user gave says more than where they lead.
  func absolute(_ path: String) -> String {
    let full = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    return "/" + full.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
  }
}

/// Tensors that lie at known places of a file.
struct StoredTensors: TensorSource {
  let file: FileSource
  /// Where each tensor's bytes begin in the file.
  let offsets: [Int]

  func read(tensor index: Int, at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
    try file.read(at: offsets[index] + offset, into: buffer)
  }
}
