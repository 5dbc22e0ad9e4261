import Tensors
import Testing

@testable import Interchange

@Suite struct ModelTypeGuessTests {
  private func guess(_ tensors: [(String, [Int])]) throws -> String? {
    try ModelTypeGuess.modelType(of: tensors.map { try info($0.0, .float32, $0.1) })
  }

  @Test("sentence transformers and GPT-2 are language models, masks of rank 4 notwithstanding")
  func languageModels() throws {
    #expect(
      try guess([
        ("embeddings.position_ids", [1, 512]), ("embeddings.word_embeddings.weight", [30522, 384]),
        ("encoder.layer.0.attention.self.query.weight", [384, 384]),
        ("encoder.layer.0.output.LayerNorm.bias", [384]), ("pooler.dense.weight", [384, 384]),
      ]) == "LLM")
    #expect(
      try guess([
        ("wte.weight", [50257, 768]), ("h.0.attn.bias", [1, 1, 1024, 1024]),
        ("h.0.attn.c_attn.weight", [768, 2304]),
        ("h.0.mlp.c_fc.weight", [768, 3072]),
      ]) == "LLM")
    #expect(try guess([("model.layers.0.self_attn.q_proj.weight", [64, 64])]) == "LLM")
  }

  @Test("networks of convolutions are CNNs, also where a large linear layer follows")
  func convolutionalNetworks() throws {
    #expect(
      try guess([
        ("conv1.weight", [64, 3, 7, 7]), ("bn1.weight", [64]), ("layer1.0.conv1.weight", [64, 64, 3, 3]),
        ("layer1.0.downsample.0.weight", [256, 64, 1, 1]), ("fc.weight", [1000, 2048]), ("fc.bias", [1000]),
      ]) == "CNN")
    #expect(
      try guess([
        ("features.0.weight", [64, 3, 11, 11]), ("features.3.weight", [192, 64, 5, 5]),
        ("features.6.weight", [384, 192, 3, 3]), ("classifier.1.weight", [4096, 9216]),
      ]) == "CNN")
    #expect(try guess([("conv1d.weight", [8, 8, 3]), ("fc.weight", [100, 800])]) == "CNN")
    #expect(try guess([("conv3d.weight", [8, 8, 3, 3, 3])]) == "CNN")
  }

  @Test("real models are told by their naming schemes", arguments: NamingScheme.all)
  func schemes(scheme: NamingScheme) throws {
    #expect(try ModelTypeGuess.modelType(of: scheme.tensors) == scheme.modelType)
  }

  @Test("kernels without a name that says so are told by their shape, stacks of matrices are none")
  func unnamedKernels() throws {
    #expect(
      try guess([
        ("features.0.weight", [64, 1, 3]), ("features.1.weight", [64, 64, 3]), ("fc.weight", [10, 64]),
      ]) == "CNN")
    #expect(try guess([("features.0.weight", [64, 1, 3, 3, 3])]) == "CNN")
    #expect(try guess([("experts.up", [8, 512, 2048]), ("experts.down", [8, 2048, 512])]) == nil)
  }

  @Test("where both show, the larger share of the elements decides")
  func mixed() throws {
    let speech = [("encoder.conv1.weight", [384, 80, 3]), ("decoder.embed_tokens.weight", [51865, 384])]
    #expect(try guess(speech) == "LLM")
    let diffusion = [("down.0.conv.weight", [640, 640, 3, 3]), ("down.0.attn.to_q.weight", [640, 640])]
    #expect(try guess(diffusion) == "CNN")
  }

  @Test("there is no guess where nothing shows")
  func nothing() throws {
    #expect(try guess([]) == nil)
    #expect(try guess([("", [1, 3, 224, 224])]) == nil)
    #expect(try guess([("fc1.weight", [10, 10]), ("fc1.bias", [10])]) == nil)
    #expect(try guess([("conv", [10, 10])]) == nil)
  }
}
