import Foundation
import ModelContext
import Tensors

/// Opens model files of every supported format: .safetensors, .npy, .npz and PyTorch's.
public struct ModelFiles: ModelFileReader {
  public init() {}

  /// Opens a model file. Its format is told by its content, not by its name.
  ///
  /// Only the header is read now, and what is read later is read in the pieces that are asked for: the file is
  /// neither mapped nor loaded. Tensors come in the order in which they lie in the file.
  ///
  /// - Throws: `FileError` where it can't be opened or is no regular file (a FIFO is not waited for);
  ///   `InterchangeError` for what is wrong with its content.
  public func open(_ path: String) throws -> ModelFile {
    let file = try FileSource(OpenFile(path: path))
    guard file.byteCount > 0 else { throw InterchangeError.empty(path: path) }
    var prefix = [UInt8](repeating: 0, count: min(file.byteCount, FileFormat.prefixByteCount))
    try prefix.withUnsafeMutableBytes { try file.read(at: 0, into: $0) }
    switch FileFormat(prefix: prefix, path: path) {
    case .npy: return try openNpy(file)
    case .safetensors: return try openSafetensors(file)
    case .zip: return try openZip(file)
    case .foreign(let format): throw InterchangeError.unsupportedFormat(path: path, format)
    case .unknown: throw InterchangeError.unknownFormat(path: path)
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
