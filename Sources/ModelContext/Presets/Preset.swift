import Tensors

/// A model of real shape: the published tensor names, shapes and initialisation, parameters only.
public struct Preset: Sendable {
  struct TensorSpec: Sendable {
    let name: String
    let shape: [Int]
    let fill: Fill
  }

  public let name: String
  public let type: NodeType
  /// What it is built as where nobody says otherwise: as it was published.
  public let dtype: DType
  let tensors: [TensorSpec]

  init(name: String, type: NodeType, dtype: DType = .float32, tensors: [TensorSpec]) {
    self.name = name
    self.type = type
    self.dtype = dtype
    self.tensors = tensors
  }

  /// The name of the preset that agrees with the reference implementation bit for bit.
  public static let reference = "reference"

  /// What presets other than `reference` can be built as.
  public static let dtypes: [DType] = [.float32, .float16, .bfloat16]

  public var tensorCount: Int { tensors.count }
  /// Number of weights.
  public var parameterCount: Int { tensors.reduce(0) { $0 + $1.shape.reduce(1, *) } }

  /// All names for a type, `reference` first.
  public static func names(of type: NodeType) -> [String] {
    [reference] + (all[type] ?? []).map(\.name)
  }

  /// - Returns: nil for `reference`, which has no fixed shape, and for unknown names.
  public static func named(_ name: String, type: NodeType) -> Preset? {
    (all[type] ?? []).first { $0.name == name }
  }

  private static let all: [NodeType: [Preset]] = [
    .llm: [
      .gpt2("gpt2", GPT2Shape(layers: 12, width: 768)),
      .gpt2("gpt2-medium", GPT2Shape(layers: 24, width: 1024)),
      .tinyLlama,
      .gpt2("nano", GPT2Shape(layers: 2, width: 64, vocabulary: 512, positions: 128)),
    ],
    .cnn: [.lenet5, .alexnet, .vgg16, .resnet18, .resnet50],
  ]
}
