import ModelContext
import Tensors

extension ModelFiles {
  /// A zip archive is told by its members.
  func openZip(_ file: FileSource) throws -> ModelFile {
    let path = file.file.path
    do {
      let archive = try ZipArchive(file)
      if TorchFile.isTorch(archive) { return try openTorch(archive, file) }
      let isNpz = archive.members.contains { $0.name.hasSuffix(NpzFormat.suffix) }
      if isNpz || archive.members.isEmpty { return try openNpz(archive, file) }
      throw InterchangeError.unsupportedFormat(path: path, .zip)
    } catch let error as ZipError {
      throw InterchangeError.zip(path: path, error)
    } catch let error as NpzError {
      throw InterchangeError.npz(path: path, error)
    } catch let error as TorchError {
      throw InterchangeError.torch(path: path, error)
    }
  }
}
