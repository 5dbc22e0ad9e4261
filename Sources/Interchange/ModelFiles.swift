import Foundation
import ModelContext
import Npy
import Tensors

/// Opens model files of every supported format: .safetensors and .npy.
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
    case .foreign(let format): throw InterchangeError.unsupportedFormat(path: path, format)
    case .unknown: throw InterchangeError.unknownFormat(path: path)
    }
  }

  private func openNpy(_ file: FileSource) throws -> ModelFile {
    let path = file.file.path
    do {
      let array = try NpyArray(file)
      let info = try TensorInfo(name: "", dtype: array.header.dtype, shape: array.header.shape)
      return ModelFile(
        path: absolute(path), format: "npy", tensors: [info], source: SingleTensor(data: array.data),
        bytes: file)
    } catch let error as NpyError {
      throw InterchangeError.npy(path: path, error)
    }
  }

  private func openSafetensors(_ file: FileSource) throws -> ModelFile {
    let path = file.file.path
    do {
      let header = try SafetensorsHeader(file)
      let tensors = header.tensors.map(\.info)
      return ModelFile(
        path: absolute(path), format: "safetensors", tensors: tensors, metadata: header.metadata,
        modelType: ModelTypeGuess.modelType(of: tensors),
        source: StoredTensors(
          file: file, offsets: header.tensors.map { header.dataOffset + $0.byteRange.lowerBound }),
        bytes: file)
    } catch let error as SafetensorsError {
      throw InterchangeError.safetensors(path: path, error)
    }
  }

  /// Symbolic links stay as they are: the name that the user gave says more than where they lead.
  private func absolute(_ path: String) -> String {
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

/// A list of one tensor.
struct SingleTensor: TensorSource {
  let data: any ByteSource

  func read(tensor index: Int, at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
    try data.read(at: offset, into: buffer)
  }
}
