import Tensors

/// An immutable value: weights, config and metadata, and how they were built.
public struct Context: Sendable {
  public let weights: Weights
  public let config: Config
  public let metadata: [String: String]
  /// How to build it again; nil where it was not built by a node or an import.
  public let recipe: Recipe?

  public init(
    weights: Weights, config: Config = [:], metadata: [String: String] = [:], recipe: Recipe? = nil
  ) {
    self.weights = weights
    self.config = config
    self.metadata = metadata
    self.recipe = recipe
  }

  public func with(weights: Weights) -> Context {
    Context(weights: weights, config: config, metadata: metadata, recipe: recipe)
  }

  public func with(config: Config) -> Context {
    Context(weights: weights, config: config, metadata: metadata, recipe: recipe)
  }

  public func with(metadata: [String: String]) -> Context {
    Context(weights: weights, config: config, metadata: metadata, recipe: recipe)
  }

  /// `metadata["model_type"]`, else `Unknown`.
  public var modelType: String { Context.modelType(of: metadata) }

  package static func modelType(of metadata: [String: String]) -> String {
    metadata["model_type"] ?? "Unknown"
  }

  /// The same context as a plan that reads its bytes from memory.
  public var plan: ContextPlan {
    ContextPlan(
      layout: weights.layout, config: config, metadata: metadata, recipe: recipe, bytes: weights.bytes)
  }
}

/// What a context will hold and where its bytes come from: any range of it can be generated or read, so that a
/// model of any size is built and saved chunk by chunk.
public struct ContextPlan: Sendable {
  public let layout: WeightLayout
  public let config: Config
  public let metadata: [String: String]
  public let recipe: Recipe?
  /// The bytes of the array that `layout` describes.
  public let bytes: any ByteSource
  /// All bytes of the file that the recipe names, for its checksum; nil where it names none.
  public let sourceBytes: (any ByteSource)?

  public init(
    layout: WeightLayout, config: Config, metadata: [String: String], recipe: Recipe?, bytes: any ByteSource,
    sourceBytes: (any ByteSource)? = nil
  ) {
    self.layout = layout
    self.config = config
    self.metadata = metadata
    self.recipe = recipe
    self.bytes = bytes
    self.sourceBytes = sourceBytes
  }

  /// A plan over a list of tensors.
  ///
  /// - Throws: `TensorError.tooLarge`.
  public init(
    tensors: [TensorInfo], source: any TensorSource, config: Config, metadata: [String: String],
    recipe: Recipe?, sourceBytes: (any ByteSource)? = nil
  ) throws(TensorError) {
    let layout = try WeightLayout(tensors)
    self.init(
      layout: layout, config: config, metadata: metadata, recipe: recipe,
      bytes: LaidOutSource(layout: layout, source: source), sourceBytes: sourceBytes)
  }

  /// `metadata["model_type"]`, else `Unknown`.
  public var modelType: String { Context.modelType(of: metadata) }

  /// What people call it: `metadata["name"]`, else the preset, else the source file's stem.
  public var name: String? { metadata["name"] ?? recipe?.name }

  /// Makes the bytes in memory, on all cores where the source can be read in any order.
  ///
  /// - Throws: what the source throws, or `CancellationError`.
  public func materialize(reporting progress: WorkProgress? = nil) throws -> Context {
    progress?.begin(total: bytes.byteCount)
    let region = try ByteRegion(byteCount: bytes.byteCount) { memory in
      try ChunkedReading(source: bytes, memory: memory, progress: progress).run()
    }
    return Context(
      weights: Weights(layout: layout, bytes: region), config: config, metadata: metadata, recipe: recipe)
  }
}
