import Foundation
import ModelContext
import StrictJSON
import Tensors
import Testing

@testable import Interchange

@Suite struct ArchitectureFactsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A file of one tensor that tells a vocabulary of 5.
  private func model(_ name: String = "model.safetensors") throws -> String {
    try folder.file(
      name,
      safetensors("{\(entry("model.embed_tokens.weight", "U8", "[5,2]", "[0,10]"))}", data: Array(1...10)))
  }

  private func config(_ json: String) throws -> Config {
    _ = try folder.file("config.json", Array(json.utf8))
    return try ModelFiles().open(model()).config
  }

  @Test(
    "tensors tell layers, hidden size and vocabulary where there is only one reading",
    arguments: NamingScheme.all)
  func tensors(scheme: NamingScheme) throws {
    let facts = try TensorFacts(scheme.tensors)
    #expect(facts.layerCount == scheme.facts.layers)
    #expect(facts.hiddenSize == scheme.facts.hidden)
    #expect(facts.vocabularySize == scheme.facts.vocabulary)
  }

  @Test("layers with a gap between their numbers, or numbered from 1, are not counted")
  func gaps() throws {
    for numbers in [[0, 2], [1, 2], [0, 100_000], [1]] {
      let tensors = try numbers.map { try info("h.\($0).ln.weight", .float32, [4]) }
      #expect(TensorFacts(tensors).layerCount == nil)
    }
    #expect(try TensorFacts([info("h.0.ln.weight", .float32, [4])]).layerCount == 1)
    #expect(try TensorFacts([info("h.01234567890123456789.ln", .float32, [4])]).layerCount == nil)
    #expect(try TensorFacts([info("layers..0.x", .float32, [4]), info("", .float32, [1])]).config.isEmpty)
  }

  @Test("two embeddings of different size tell nothing")
  func embeddings() throws {
    let one = try info("wte.weight", .float32, [10, 4])
    #expect(try TensorFacts([one, info("b.wte.weight", .float32, [10, 4])]).vocabularySize == 10)
    #expect(try TensorFacts([one, info("b.wte.weight", .float32, [12, 4])]).vocabularySize == nil)
    #expect(try TensorFacts([info("wte.weight", .float32, [0, 4])]).vocabularySize == nil)
    #expect(try TensorFacts([info("wte.weight", .float32, [4])]).vocabularySize == nil)
  }

  @Test("numbers, strings and bools at the top of config.json are the config, and tensors are not asked")
  func configFile() throws {
    let config = try config(
      """
      {"model_type": "llama", "hidden_size": 4096, "rope_theta": 1e4, "tie_word_embeddings": false, "eps": NaN,
       "architectures": ["LlamaForCausalLM"], "quantization_config": {"bits": 4}, "pad_token_id": null,
       "torch_dtype": "bfloat16", "id": 99999999999999999999}
      """)
    guard case .number(let eps)? = config["eps"] else { return #expect(Bool(false), "no eps") }
    #expect(eps.isNaN)
    #expect(
      config.filter { $0.key != "eps" } == [
        "model_type": .string("llama"), "hidden_size": .integer(4096), "rope_theta": .number(1e4),
        "tie_word_embeddings": .bool(false), "torch_dtype": .string("bfloat16"),
      ])
  }

  @Test(
    "a config.json of something else, or none that can be read, says nothing",
    arguments: ["{\"port\": 80}", "[]", "{", "", "\"model_type\""])
  func otherConfigFile(text: String) throws {
    #expect(try config(text) == ["vocab_size": .integer(5)])
  }

  @Test("a file that has a config of its own keeps it; an array without a name gets none")
  func ownConfig() throws {
    _ = try folder.file("config.json", Array("{\"model_type\":\"llama\"}".utf8))
    let tensors = try [info("wte.weight", .float32, [10, 4])]
    func file(_ tensors: [TensorInfo], _ config: Config) -> ModelFile {
      ModelFile(
        path: "/x", format: "gguf", tensors: tensors, config: config,
        source: StoredTensors(file: nothing, offsets: []), bytes: ByteRegion([UInt8]()))
    }
    let nothing = try FileSource(OpenFile(path: "/proc/self/exe"), byteCount: 0)
    #expect(
      ArchitectureFacts.config(of: file(tensors, ["a": .integer(1)]), in: folder.path) == ["a": .integer(1)])
    #expect(
      ArchitectureFacts.config(of: file(tensors, [:]), in: folder.path) == ["model_type": .string("llama")])
    #expect(try ArchitectureFacts.config(of: file([info("", .float32, [3])], [:]), in: folder.path) == [:])
  }

  @Test("a FIFO of that name is not waited for")
  func fifo() throws {
    #expect(mkfifo(folder.path + "/config.json", 0o600) == 0)
    #expect(try ModelFiles().open(model()).config == ["vocab_size": .integer(5)])
  }
}
