import ModelContext
import Tensors
import Testing

@testable import Interchange

/// What becomes of a GGUF file's key-value pairs.
@Suite struct GGUFFactsTests {
  private let small = GGUFFile().with(tensor: "t", 24, [8], at: 0).with(data: 8)

  private func facts(_ file: GGUFFile) throws -> GGUFFacts { GGUFFacts(try GGUFHeader(ByteRegion(file.all))) }

  private var llama: GGUFFile {
    small.with("general.architecture", GGUFBytes.string("llama"))
      .with("general.name", GGUFBytes.string("Tiny Llama"))
      .with("general.file_type", GGUFBytes.uint32(15)).with("llama.block_count", GGUFBytes.uint32(22))
      .with("llama.context_length", GGUFBytes.uint32(2048))
      .with("llama.embedding_length", GGUFBytes.uint32(2048))
      .with("llama.feed_forward_length", GGUFBytes.uint32(5632))
      .with("llama.attention.head_count", GGUFBytes.uint32(32))
      .with("llama.attention.head_count_kv", GGUFBytes.uint32(4))
      .with("llama.attention.layer_norm_rms_epsilon", GGUFBytes.float32(1e-5))
      .with("llama.rope.scaling.type", GGUFBytes.string("linear"))
      .with("tokenizer.ggml.model", GGUFBytes.string("llama"))
      .with("tokenizer.ggml.tokens", GGUFBytes.array((0..<1000).map { GGUFBytes.string("\($0)") }))
      .with("tokenizer.ggml.add_bos_token", GGUFBytes.bool(1))
      .with("general.languages", GGUFBytes.array(["en", "fr"].map { GGUFBytes.string($0) }))
  }

  @Test("numbers, bools and the architecture's words are config, other words and lists metadata")
  func places() throws {
    let facts = try facts(llama)
    #expect(
      facts.config == [
        "general.file_type": .integer(15), "llama.block_count": .integer(22),
        "llama.context_length": .integer(2048), "llama.embedding_length": .integer(2048),
        "llama.feed_forward_length": .integer(5632), "llama.attention.head_count": .integer(32),
        "llama.attention.head_count_kv": .integer(4),
        "llama.attention.layer_norm_rms_epsilon": .number(1e-5),
        "llama.rope.scaling.type": .string("linear"), "tokenizer.ggml.add_bos_token": .bool(true),
        "num_hidden_layers": .integer(22), "hidden_size": .integer(2048), "intermediate_size": .integer(5632),
        "num_attention_heads": .integer(32), "num_key_value_heads": .integer(4),
        "max_position_embeddings": .integer(2048), "vocab_size": .integer(1000),
      ])
    #expect(
      facts.metadata == [
        "general.architecture": "llama", "architecture": "llama", "general.name": "Tiny Llama",
        "name": "Tiny Llama", "tokenizer.ggml.model": "llama", "tokenizer.ggml.tokens": "[1000 strings]",
        "general.languages": #"["en","fr"]"#,
      ])
    #expect(facts.isLanguageModel)
  }

  @Test("what the file says in the very names that are added is left as it says it")
  func ownNames() throws {
    let facts = try facts(
      llama.with("llama.vocab_size", GGUFBytes.uint32(999)).with("hidden_size", GGUFBytes.uint32(1)))
    #expect(facts.config["vocab_size"] == .integer(999))
    #expect(facts.config["hidden_size"] == .integer(1))
  }

  @Test("facts that differ from layer to layer are lists, and no single number is made of them")
  func perLayer() throws {
    let heads = GGUFBytes.array([4, 8].map { GGUFBytes.int32($0) })
    let facts = try facts(
      small.with("general.architecture", GGUFBytes.string("x")).with("x.attention.head_count", heads))
    #expect(facts.metadata["x.attention.head_count"] == "[4,8]")
    #expect(facts.config.isEmpty && !facts.isLanguageModel)
  }

  @Test("numbers beyond 63 bits are kept, and those that are none")
  func oddNumbers() throws {
    let facts = try facts(
      small.with("large", GGUFBytes.uint64(.max)).with("none", GGUFBytes.float32(.nan)))
    #expect(facts.config.jsonText == #"{"large":18446744073709551615,"none":NaN}"#)
  }

  @Test("a name of several lines, or none, is no name for a slot")
  func names() throws {
    for name in ["", "a\nb", String(repeating: "x", count: 201)] {
      let facts = try facts(small.with("general.name", GGUFBytes.string(name)))
      #expect(facts.metadata == ["general.name": name])
    }
  }

  @Test("the type of a tensor that is kept as bytes is in the metadata")
  func rawTypes() throws {
    let facts = try facts(GGUFFile().with(tensor: "blk.0.w", 16, [2, 256], at: 0).with(data: 132))
    #expect(facts.metadata == ["gguf.raw_type.blk.0.w": "IQ2_XXS [2, 256]"])
  }
}
