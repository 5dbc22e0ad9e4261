import ModelContext
import Tensors

extension ModelFiles {
  func openSafetensors(_ file: FileSource) throws -> ModelFile {
    let path = file.file.path
    do {
      let header = try SafetensorsHeader(file)
      let tensors = header.tensors.map(\.info)
      var metadata = header.metadata
      let config = metadata[Self.configName].flatMap { Config(jsonText: $0) }
      if config != nil { metadata[Self.configName] = nil }
      return ModelFile(
        path: absolute(path), format: "safetensors", tensors: tensors, metadata: metadata,
        config: config ?? [:],
        modelType: ModelTypeGuess.modelType(of: tensors),
        source: StoredTensors(
          file: file, offsets: header.tensors.map { header.dataOffset + $0.byteRange.lowerBound }),
        bytes: file)
    } catch let error as SafetensorsError {
      throw InterchangeError.safetensors(path: path, error)
    }
  }
}
