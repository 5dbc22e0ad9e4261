import ModelContext
import Tensors
import Testing

struct PresetTests {
  @Test(
    "presets have the published number of tensors and parameters",
    arguments: [
      ("gpt2", NodeType.llm, 148, 124_439_808),
      ("resnet50", NodeType.cnn, 161, 25_557_032),
    ])
  func counts(name: String, type: NodeType, tensors: Int, parameters: Int) throws {
    let preset = try #require(Preset.named(name, type: type))
    #expect(preset.tensorCount == tensors)
    #expect(preset.parameterCount == parameters)
  }

  @Test("gpt2's tensors carry the published names and shapes")
  func gpt2Names() throws {
    let plan = try LLMNode(slotIndex: 7, settings: NodeSettings(preset: "gpt2")).plan()
    let shapes = Dictionary(uniqueKeysWithValues: plan.layout.tensors.map { ($0.info.name, $0.info.shape) })
    #expect(shapes["wte.weight"] == [50257, 768])
    #expect(shapes["h.11.attn.c_attn.weight"] == [768, 2304])
    #expect(shapes["h.0.mlp.c_proj.weight"] == [3072, 768])
    #expect(shapes["ln_f.bias"] == [768])
    #expect(plan.layout.dtype == .float32)
    #expect(plan.layout.shape == [124_439_808])
  }

  @Test(
    "any range of a preset is the same however it is read", arguments: [DType.float32, .float16, .bfloat16])
  func anyRange(dtype: DType) throws {
    let plan = try LLMNode(slotIndex: 3, settings: NodeSettings(preset: "nano", dtype: dtype)).plan()
    let whole = try plan.materialize()
    for range in [0..<64, 1001..<70_003, 65_530..<65_545] {
      var part = [UInt8](repeating: 0, count: range.count)
      try part.withUnsafeMutableBytes { try plan.bytes.read(at: range.lowerBound, into: $0) }
      whole.weights.bytes.withUnsafeBytes { #expect(part.elementsEqual($0[range])) }
    }
  }

  @Test("initialisation is as published: normal matrices, ones and zeros")
  func initialisation() throws {
    let context = try LLMNode(slotIndex: 3, settings: NodeSettings(preset: "nano")).buildContext()
    let embedding = try #require(context.weights["wte.weight"]?.values(as: Float.self))
    let mean = embedding.reduce(0, +) / Float(embedding.count)
    let variance = embedding.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(embedding.count)
    #expect(abs(mean) < 0.001)
    #expect(abs(variance.squareRoot() - 0.02) < 0.001)
    #expect(context.weights["h.0.ln_1.weight"]?.values(as: Float.self)?.allSatisfy { $0 == 1 } == true)
    #expect(context.weights["h.0.ln_1.bias"]?.values(as: Float.self)?.allSatisfy { $0 == 0 } == true)
  }

  @Test("the seed alone decides")
  func seeds() throws {
    func build(slot: Int, seed: UInt64) throws -> [Float]? {
      try LLMNode(slotIndex: slot, settings: NodeSettings(preset: "nano", seed: seed)).buildContext()
        .weights["wte.weight"]?.values()
    }
    #expect(try build(slot: 1, seed: 5) == build(slot: 2, seed: 5))
    #expect(try build(slot: 1, seed: 5) != build(slot: 1, seed: 6))
  }

  @Test("an unknown preset is named, with those there are")
  func unknownPreset() {
    let node = LLMNode(slotIndex: 1, settings: NodeSettings(preset: "gpt9"))
    #expect {
      try node.plan()
    } throws: { error in
      "\(error)".contains("'gpt9'") && "\(error)".contains("gpt2")
    }
  }

  @Test("the reference preset is float64 and says so")
  func referenceDType() {
    let node = CNNNode(slotIndex: 1, settings: NodeSettings(dtype: .float16))
    #expect(throws: NodeError.dtypeNotSupported(.float16, preset: "reference")) { try node.plan() }
  }
}
