import Tensors

/// What a node can be told beside its slot.
public struct NodeSettings: Sendable, Hashable {
  /// A preset's name; `reference` by default.
  public var preset: String
  /// Of the generator; nil for the preset's own rule (the slot number, for `reference` times a constant).
  public var seed: UInt64?
  /// Nil for the preset's own (float64 for `reference`, as published for the others: float32, or bfloat16).
  public var dtype: DType?
  /// A model file to take the tensors from, instead of generating them.
  public var modelPath: String?
  /// Added to the node's default config, or put in its place.
  public var config: Config
  /// What people shall call it.
  public var name: String?
  /// A generated context larger than this many bytes is refused before anything is allocated.
  public var sizeLimit: Int

  public static let defaultSizeLimit = 4 << 30

  public init(
    preset: String = Preset.reference, seed: UInt64? = nil, dtype: DType? = nil, modelPath: String? = nil,
    config: Config = [:], name: String? = nil, sizeLimit: Int = NodeSettings.defaultSizeLimit
  ) {
    self.preset = preset
    self.seed = seed
    self.dtype = dtype
    self.modelPath = modelPath
    self.config = config
    self.name = name
    self.sizeLimit = sizeLimit
  }
}

/// What the nodes have in common: everything but the type and the reference preset.
struct NodePlanner {
  let type: NodeType
  let slotIndex: Int
  let settings: NodeSettings
  let reader: (any ModelFileReader)?

  /// - Parameter reference: the tensors and the source of the reference preset for a seed.
  func plan(reference: () throws -> ReferenceWeights) throws -> ContextPlan {
    guard slotIndex >= 0 else { throw NodeError.negativeSlot(slotIndex) }
    let made = try weights(reference: reference)
    var metadata = made.metadata
    metadata["model_type"] = type.rawValue
    metadata["model_path"] = made.recipe.source?.path ?? ""
    metadata["slot_index"] = String(slotIndex)
    if type == .cnn { metadata["layer_count"] = String(made.layerCount) }
    if let name = settings.name ?? made.name { metadata["name"] = name }
    let config = type.defaultConfig.merging(made.config) { _, new in new }
      .merging(settings.config) { _, new in new }
    return try ContextPlan(
      tensors: made.tensors, source: made.source, config: config, metadata: metadata, recipe: made.recipe,
      sourceBytes: made.sourceBytes)
  }

  private struct Made {
    let tensors: [TensorInfo]
    let source: any TensorSource
    let recipe: Recipe
    var metadata: [String: String] = [:]
    var config: Config = [:]
    var name: String?
    var sourceBytes: (any ByteSource)?
    var layers: Int?

    /// Weight tensors of two or more axes: convolutions and matrices.
    var layerCount: Int { layers ?? tensors.count { $0.shape.count >= 2 } }
  }

  private func weights(reference: () throws -> ReferenceWeights) throws -> Made {
    if let path = settings.modelPath {
      guard let reader else { throw NodeError.noFileReader(path: path) }
      let file = try reader.open(path)
      return Made(
        tensors: file.tensors, source: file.source,
        recipe: Recipe(builder: type.rawValue, source: file.sourceFile), metadata: file.metadata,
        config: file.config, name: file.name, sourceBytes: file.bytes)
    }
    if settings.preset == Preset.reference {
      if let dtype = settings.dtype, dtype != .float64 {
        throw NodeError.dtypeNotSupported(dtype, preset: settings.preset)
      }
      let made = try reference()
      return Made(
        tensors: made.tensors, source: made.source,
        recipe: Recipe(
          builder: type.rawValue, preset: Preset.reference, seed: made.seed, dtype: .float64),
        layers: made.layerCount)
    }
    guard let preset = Preset.named(settings.preset, type: type) else {
      throw NodeError.unknownPreset(name: settings.preset, type: type)
    }
    let seed = settings.seed ?? UInt64(slotIndex)
    let dtype = settings.dtype ?? preset.dtype
    guard Preset.dtypes.contains(dtype) else {
      throw NodeError.dtypeNotSupported(dtype, preset: preset.name)
    }
    let tensors = try preset.tensors.map { try TensorInfo(name: $0.name, dtype: dtype, shape: $0.shape) }
    let bytes = tensors.reduce(0) { $0 + $1.byteCount }
    if bytes > settings.sizeLimit {
      throw NodeError.tooLarge(type: type, slot: slotIndex, bytes: bytes, limit: settings.sizeLimit)
    }
    return Made(
      tensors: tensors, source: PhiloxSource(tensors: tensors, fills: preset.tensors.map(\.fill), seed: seed),
      recipe: Recipe(builder: type.rawValue, preset: preset.name, seed: seed, dtype: dtype))
  }
}

/// The tensors of a reference preset, checked against the size limit, and their generator.
struct ReferenceWeights {
  let tensors: [TensorInfo]
  let source: any TensorSource
  let seed: UInt64?
  let layerCount: Int
}
