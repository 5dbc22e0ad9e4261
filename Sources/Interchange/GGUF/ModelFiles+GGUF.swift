import ModelContext
import Tensors

extension ModelFiles {
  func openGGUF(_ file: FileSource) throws -> ModelFile {
    let path = file.file.path
    do {
      let header = try GGUFHeader(file)
      let facts = GGUFFacts(header)
      let tensors = header.tensors.map(\.info)
      return ModelFile(
        path: absolute(path), format: "gguf", tensors: tensors, metadata: facts.metadata,
        config: facts.config,
        modelType: facts.isLanguageModel ? "LLM" : ModelTypeGuess.modelType(of: tensors),
        source: StoredTensors(
          file: file, offsets: header.tensors.map { header.dataOffset + $0.byteRange.lowerBound }),
        bytes: file)
    } catch let error as GGUFError {
      throw InterchangeError.gguf(path: path, error)
    }
  }
}
