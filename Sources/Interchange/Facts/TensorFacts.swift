import ModelContext
import Tensors

/// What names and shapes of tensors tell of an architecture, for sure: where two readings are possible, neither is taken.
/// Facts have the names that Hugging Face's configs give them.
struct TensorFacts: Equatable {
  /// Layers of the one stack that the names number from 0 without a gap.
  private(set) var layerCount: Int?
  /// Length of the vectors that go from layer to layer.
  private(set) var hiddenSize: Int?
  private(set) var vocabularySize: Int?

  init(_ tensors: [TensorInfo]) {
    let stacks = Self.stacks(tensors)
    if stacks.count == 1, let stack = stacks.first { layerCount = stack.value.layerCount }
    guard let embedding = Self.embedding(tensors) else { return }
    vocabularySize = embedding.vocabulary
    // Embeddings may be narrower than the layers (ALBERT, OPT-350m), and stacks may differ (CLIP): a norm or bias in
    // each of them must have their length.
    if !stacks.isEmpty, stacks.values.allSatisfy({ $0.vectorLengths.contains(embedding.size) }) {
      hiddenSize = embedding.size
    }
  }

  var config: Config {
    var config: Config = [:]
    if let layerCount { config["num_hidden_layers"] = .integer(Int64(layerCount)) }
    if let hiddenSize { config["hidden_size"] = .integer(Int64(hiddenSize)) }
    if let vocabularySize { config["vocab_size"] = .integer(Int64(vocabularySize)) }
    return config
  }

  // MARK: stacks of layers

  private struct Stack {
    var indexes: Set<Int> = []
    /// Lengths of the tensors of one axis in it.
    var vectorLengths: Set<Int> = []
    /// Whether it is one of several stages, or its layers are: they number, or are numbered in, something else.
    var isNested = false

    var layerCount: Int? {
      guard !isNested, let last = indexes.max(), indexes.count - 1 == last else { return nil }
      return indexes.count
    }
  }

  private static let stackNames: Set<Substring> = [
    "layers", "layer", "h", "blocks", "block", "blk", "resblocks",
  ]

  /// By what stands before the number: `model.layers` for `model.layers.0.mlp.up_proj.weight`.
  private static func stacks(_ tensors: [TensorInfo]) -> [String: Stack] {
    var stacks: [String: Stack] = [:]
    for tensor in tensors {
      let parts = tensor.name.split(separator: ".", omittingEmptySubsequences: false)
      guard let place = numbered(parts, from: 1), let index = layerIndex(parts[place]) else { continue }
      let name = parts[..<place].joined(separator: ".")
      stacks[name, default: Stack()].indexes.insert(index)
      if tensor.shape.count == 1 { stacks[name, default: Stack()].vectorLengths.insert(tensor.shape[0]) }
      if parts[..<place].contains(where: { layerIndex($0) != nil }) {
        stacks[name, default: Stack()].isNested = true
      }
      if let inner = numbered(parts, from: place + 1), !isPartOfBlock(parts, inner) {
        stacks[name, default: Stack()].isNested = true
      }
    }
    return stacks
  }

  /// Where a number stands behind the name of a stack.
  private static func numbered(_ parts: [Substring], from start: Int) -> Int? {
    guard start < parts.count else { return nil }
    return (start..<parts.count).first { stackNames.contains(parts[$0 - 1]) && layerIndex(parts[$0]) != nil }
  }

  /// T5 numbers the parts of a block, and calls them layers: `block.3.layer.1.DenseReluDense.wi.weight`.
  private static func isPartOfBlock(_ parts: [Substring], _ place: Int) -> Bool {
    parts[place - 1] == "layer" && place + 1 < parts.count && parts[place + 1].first?.isUppercase == true
  }

  private static func layerIndex(_ part: Substring) -> Int? {
    guard !part.isEmpty, part.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int(part) ?? .max
  }

  // MARK: the embedding

  private static let embeddingNames: Set<Substring> = [
    "embed_tokens", "word_embeddings", "wte", "tok_embeddings", "token_embedding", "token_embd", "embed_in",
    "shared",
    "embedding", "embeddings",
  ]

  /// The matrix of token vectors: vocabulary × size. Nil where there is none, or where there are several sizes.
  private static func embedding(_ tensors: [TensorInfo]) -> (vocabulary: Int, size: Int)? {
    var found: Set<[Int]> = []
    for tensor in tensors where tensor.shape.count == 2 {
      let parts = tensor.name.split(separator: ".", omittingEmptySubsequences: false)
      if parts.count >= 2, parts[parts.count - 1] == "weight", embeddingNames.contains(parts[parts.count - 2])
      {
        found.insert(tensor.shape)
      }
    }
    guard found.count == 1, let shape = found.first, shape[0] > 0, shape[1] > 0 else { return nil }
    return (shape[0], shape[1])
  }
}
