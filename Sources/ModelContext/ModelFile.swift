import Tensors

/// A model file, open: what it says of itself, and its tensors' bytes.
public struct ModelFile: Sendable {
  /// Absolute.
  public let path: String
  /// `safetensors`, `npy`, …
  public let format: String
  /// Of the whole file.
  public let byteCount: Int
  /// In the order in which their bytes lie in the file.
  public let tensors: [TensorInfo]
  /// What the file says in words.
  public let metadata: [String: String]
  /// Architecture facts that the file carries.
  public let config: Config
  /// What people call it, where its path does not end in that: the folder that an index lies in.
  public let name: String?
  /// `LLM` or `CNN` where the tensors' names and shapes tell; a guess.
  public let modelType: String?
  public let source: any TensorSource
  /// The whole file's bytes, for its checksum; of a sharded model those of all its files, in the order of their
  /// names.
  public let bytes: any ByteSource

  public init(
    path: String, format: String, tensors: [TensorInfo], metadata: [String: String] = [:],
    config: Config = [:], name: String? = nil, modelType: String? = nil, source: any TensorSource,
    bytes: any ByteSource
  ) {
    self.path = path
    self.format = format
    self.byteCount = bytes.byteCount
    self.tensors = tensors
    self.metadata = metadata
    self.config = config
    self.name = name
    self.modelType = modelType
    self.source = source
    self.bytes = bytes
  }
}

/// What a node needs of a file; `Interchange` supplies it.
public protocol ModelFileReader: Sendable {
  /// Opens a model file of any supported format, told by its content.
  ///
  /// - Throws: an error that names the file and says what is wrong with it.
  func open(_ path: String) throws -> ModelFile
}

extension ModelFile {
  /// A plan that takes the file as it is.
  ///
  /// - Parameters:
  ///   - modelType: overrides the guess.
  ///   - name: what to call it; nil for the file's own name, or its stem.
  public func importPlan(modelType: String? = nil, name: String? = nil) throws -> ContextPlan {
    var metadata = metadata
    if let type = modelType ?? metadata["model_type"] ?? self.modelType { metadata["model_type"] = type }
    if let name = name ?? self.name { metadata["name"] = name }
    metadata["model_path"] = path
    return try ContextPlan(
      tensors: tensors, source: source, config: config, metadata: metadata,
      recipe: Recipe(builder: "import", source: sourceFile), sourceBytes: bytes)
  }

  /// The same with other settings.
  public func with(config: Config) -> ModelFile {
    ModelFile(
      path: path, format: format, tensors: tensors, metadata: metadata, config: config, name: name,
      modelType: modelType, source: source, bytes: bytes)
  }

  var sourceFile: Recipe.SourceFile { Recipe.SourceFile(path: path, md5: nil, byteCount: byteCount) }
}
