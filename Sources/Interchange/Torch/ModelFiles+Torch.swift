import ModelContext
import Tensors

extension ModelFiles {
  func openTorch(_ archive: ZipArchive, _ file: FileSource) throws -> ModelFile {
    let torch = try TorchFile(archive, path: file.file.path)
    return ModelFile(
      path: absolute(file.file.path), format: "pytorch", tensors: torch.tensors, metadata: torch.metadata,
      config: torch.config, modelType: ModelTypeGuess.modelType(of: torch.tensors), source: torch, bytes: file
    )
  }
}
