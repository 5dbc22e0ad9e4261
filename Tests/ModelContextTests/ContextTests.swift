import ModelContext
import StrictJSON
import Tensors
import Testing

struct ContextTests {
  @Test("a context changes by copy: the first stays as it was")
  func copies() {
    let first = Context(
      weights: Weights([1.0, 2.0]), config: ["a": .integer(1)], metadata: ["model_type": "LLM"])
    let second = first.with(config: ["a": .integer(2)]).with(metadata: [:])
    #expect(first.config["a"] == .integer(1))
    #expect(second.config["a"] == .integer(2))
    #expect(first.modelType == "LLM")
    #expect(second.modelType == "Unknown")
  }

  @Test("config values come back from JSON as what they were")
  func configRoundTrip() throws {
    let config: Config = [
      "rate": .number(0.001), "tokens": .integer(2048), "on": .bool(true), "text": .string("a\"b\n"),
      "tiny": .number(1e-300), "whole": .number(2),
    ]
    #expect(Config(jsonText: config.jsonText) == config)
  }

  @Test("NaN and Infinity are read and written as Python's json has them")
  func nonFinite() throws {
    let config = try #require(Config(jsonText: #"{"a": NaN, "b": -Infinity, "c": [1, null]}"#))
    guard case .number(let a) = config["a"] else { return #expect(Bool(false), "a is no number") }
    #expect(a.isNaN)
    #expect(config["b"] == .number(-.infinity))
    #expect(config.jsonText == #"{"a":NaN,"b":-Infinity,"c":[1,null]}"#)
  }

  @Test(
    "what is typed is read as number, bool or string",
    arguments: [
      ("2048", ConfigValue.integer(2048)), ("0.9", .number(0.9)), ("-1e-5", .number(-1e-5)),
      ("true", .bool(true)), ("relu", .string("relu")), ("", .string("")), ("inf", .string("inf")),
    ])
  func typed(text: String, value: ConfigValue) {
    #expect(ConfigValue(typed: text) == value)
  }

  @Test("a recipe survives its JSON")
  func recipe() {
    let recipe = Recipe(
      builder: "LLM", preset: "gpt2", seed: .max, dtype: .bfloat16,
      source: Recipe.SourceFile(path: "/a/b c.safetensors", md5: "00", byteCount: 7))
    #expect(Recipe(jsonText: recipe.jsonText) == recipe)
    #expect(recipe.name == "b c")
    #expect(Recipe(jsonText: "{}") == nil)
  }

  @Test("tensors of one dtype lie without gaps, a single one keeps its shape")
  func layoutOfOneDType() throws {
    let a = try TensorInfo(name: "a", dtype: .float32, shape: [3, 5])
    let b = try TensorInfo(name: "b", dtype: .float32, shape: [])
    let layout = try WeightLayout([a, b])
    #expect(layout.dtype == .float32)
    #expect(layout.shape == [16])
    #expect(layout.tensors.map(\.offset) == [0, 60])
    #expect(try WeightLayout([a]).shape == [3, 5])
  }

  @Test("mixed dtypes lie on 64-byte boundaries in an array of bytes, gaps zero")
  func mixedLayout() throws {
    let tensors = [
      try TensorInfo(name: "a", dtype: .float32, shape: [3]),
      try TensorInfo(name: "b", dtype: .int64, shape: [2]),
      try TensorInfo(name: "c", dtype: .bool, shape: [0]),
      try TensorInfo(name: "d", dtype: .uint8, shape: [1]),
    ]
    let layout = try WeightLayout(tensors)
    #expect(layout.dtype == .uint8)
    #expect(layout.tensors.map(\.offset) == [0, 64, 128, 128])
    #expect(layout.shape == [129])
    struct Ones: TensorSource {
      func read(tensor: Int, at offset: Int, into buffer: UnsafeMutableRawBufferPointer) {
        buffer.initializeMemory(as: UInt8.self, repeating: 1)
      }
    }
    let source = LaidOutSource(layout: layout, source: Ones())
    var bytes = [UInt8](repeating: 9, count: 129)
    bytes.withUnsafeMutableBytes { try? source.read(at: 0, into: $0) }
    let expected = (0..<129).map { UInt8($0 < 12 || (64..<80).contains($0) || $0 == 128 ? 1 : 0) }
    #expect(bytes == expected)
    var middle = [UInt8](repeating: 9, count: 60)
    middle.withUnsafeMutableBytes { try? source.read(at: 10, into: $0) }
    #expect(middle[...] == expected[10..<70])
  }

  @Test("a size that no memory has is an error, not a trap")
  func overflow() throws {
    #expect(throws: TensorError.self) { try TensorInfo(name: "", dtype: .float64, shape: [Int.max, 2]) }
    #expect(throws: TensorError.self) { try TensorInfo(name: "", dtype: .float64, shape: [Int.max / 4]) }
    let half = try TensorInfo(name: "", dtype: .uint8, shape: [Int.max / 2 + 1])
    #expect(throws: TensorError.self) { try WeightLayout([half, half]) }
  }
}
