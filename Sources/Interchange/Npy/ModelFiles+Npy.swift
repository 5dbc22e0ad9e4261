import ModelContext
import Npy
import Tensors

extension ModelFiles {
  func openNpy(_ file: FileSource) throws -> ModelFile {
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
}

/// A list of one tensor.
struct SingleTensor: TensorSource {
  let data: any ByteSource

  func read(tensor index: Int, at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
    try data.read(at: offset, into: buffer)
  }
}
