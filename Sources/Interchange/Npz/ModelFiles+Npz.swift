import ModelContext
import Npy
import Tensors

extension ModelFiles {
  func openNpz(_ archive: ZipArchive, _ file: FileSource) throws -> ModelFile {
    let arrays = try NpzArrays(archive, path: file.file.path)
    return ModelFile(
      path: absolute(file.file.path), format: "npz", tensors: arrays.tensors,
      modelType: ModelTypeGuess.modelType(of: arrays.tensors), source: arrays, bytes: file)
  }
}

/// The arrays of an .npz archive, in the order in which they lie in it.
final class NpzArrays: TensorSource {
  let tensors: [TensorInfo]
  /// Members may be deflated, and the archive inflates one at a time, from its front.
  let isSequential = true
  /// Of the members that hold them, in the archive's list; each is an array.
  private let headers: [NpyHeader]
  private let archive: ZipArchive
  private let path: String
  private let latest = LatestSource()

  /// - Throws: `NpzError`, `ZipError`; what the archive's source throws.
  init(_ archive: ZipArchive, path: String) throws {
    var tensors: [TensorInfo] = []
    var headers: [NpyHeader] = []
    for (index, member) in archive.members.enumerated() {
      guard member.name.hasSuffix(NpzFormat.suffix) else { throw NpzError.foreignMember(member.name) }
      let name = String(member.name.dropLast(NpzFormat.suffix.count))
      if name.isEmpty { throw NpzError.unnamedArray }
      do {
        let header = try NpyHeader.parse(archive.bytes(of: index))
        tensors.append(try TensorInfo(name: name, dtype: header.dtype, shape: header.shape))
        headers.append(header)
      } catch let error as NpyError {
        throw NpzError.array(name: name, error)
      }
    }
    if tensors.isEmpty { throw NpzError.noArrays }
    self.tensors = tensors
    self.headers = headers
    self.archive = archive
    self.path = path
  }

  func read(tensor index: Int, at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
    do {
      let source = latest.source(index) {
        NpyArray(header: headers[index], of: archive.bytes(of: index)).data
      }
      try source.read(at: offset, into: buffer)
    } catch let error as ZipError {
      throw InterchangeError.zip(path: path, error)
    }
  }
}
