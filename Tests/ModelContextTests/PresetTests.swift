import Foundation
import ModelContext
import Tensors
import Testing

struct PresetTests {
  @Test(
    "presets have the published number of tensors and parameters",
    arguments: [
      ("gpt2", NodeType.llm, 148, 124_439_808),
      ("gpt2-medium", .llm, 292, 354_823_168),
      ("tinyllama-1.1b", .llm, 201, 1_100_048_384),
      ("lenet5", .cnn, 10, 61_706),
      ("alexnet", .cnn, 16, 61_100_840),
      ("vgg16", .cnn, 32, 138_357_544),
      ("resnet18", .cnn, 62, 11_689_512),
      ("resnet50", .cnn, 161, 25_557_032),
    ])
  func counts(name: String, type: NodeType, tensors: Int, parameters: Int) throws {
    let preset = try #require(Preset.named(name, type: type))
    #expect(preset.tensorCount == tensors)
    #expect(preset.parameterCount == parameters)
  }

  @Test(
    "their tensors carry the published names and shapes",
    arguments: [
      (
        "tinyllama-1.1b", NodeType.llm,
        [
          "model.embed_tokens.weight": [32000, 2048], "model.layers.21.self_attn.k_proj.weight": [256, 2048],
          "model.layers.0.mlp.down_proj.weight": [2048, 5632], "lm_head.weight": [32000, 2048],
          "model.layers.7.post_attention_layernorm.weight": [2048], "model.norm.weight": [2048],
        ]
      ),
      ("gpt2-medium", .llm, ["wpe.weight": [1024, 1024], "h.23.mlp.c_fc.weight": [1024, 4096]]),
      (
        "lenet5", .cnn,
        [
          "conv1.weight": [6, 1, 5, 5], "conv2.bias": [16], "fc1.weight": [120, 400], "fc3.weight": [10, 84],
        ]
      ),
      (
        "alexnet", .cnn,
        [
          "features.0.weight": [64, 3, 11, 11], "features.10.bias": [256],
          "classifier.1.weight": [4096, 9216],
          "classifier.6.weight": [1000, 4096],
        ]
      ),
      (
        "vgg16", .cnn,
        [
          "features.0.weight": [64, 3, 3, 3], "features.28.weight": [512, 512, 3, 3],
          "features.10.bias": [256],
          "classifier.0.weight": [4096, 25088], "classifier.6.bias": [1000],
        ]
      ),
      (
        "resnet18", .cnn,
        [
          "conv1.weight": [64, 3, 7, 7], "layer1.1.conv2.weight": [64, 64, 3, 3],
          "layer2.0.downsample.0.weight": [128, 64, 1, 1], "layer4.1.bn2.bias": [512],
          "fc.weight": [1000, 512],
        ]
      ),
      (
        "resnet50", .cnn,
        [
          "layer1.0.downsample.0.weight": [256, 64, 1, 1], "layer4.2.conv3.weight": [2048, 512, 1, 1],
          "fc.weight": [1000, 2048],
        ]
      ),
    ] as [(String, NodeType, [String: [Int]])])
  func names(preset: String, type: NodeType, shapes: [String: [Int]]) throws {
    let tensors = try type.node(slotIndex: 1, settings: NodeSettings(preset: preset)).plan().layout.tensors
    let found = Dictionary(uniqueKeysWithValues: tensors.map { ($0.info.name, $0.info.shape) })
    for (name, shape) in shapes { #expect(found[name] == shape, "\(name)") }
  }

  @Test("every preset is built as it was published, and as any other float")
  func dtypes() throws {
    for type in NodeType.allCases {
      for name in Preset.names(of: type) where name != Preset.reference {
        func dtype(_ asked: DType?) throws -> DType {
          try type.node(slotIndex: 1, settings: NodeSettings(preset: name, dtype: asked, sizeLimit: 1 << 40))
            .plan().layout.dtype
        }
        #expect(try dtype(nil) == (name == "tinyllama-1.1b" ? .bfloat16 : .float32))
        for asked in Preset.dtypes { #expect(try dtype(asked) == asked) }
      }
    }
  }

  @Test("layers of PyTorch's are uniform within 1/√inputs, and fill that range")
  func uniformInitialisation() throws {
    let context = try CNNNode(slotIndex: 1, settings: NodeSettings(preset: "lenet5")).buildContext()
    for (name, bound) in [("conv2.weight", 1 / 150.0), ("fc1.weight", 1 / 400.0), ("fc1.bias", 1 / 400.0)] {
      let values = try #require(context.weights[name]?.values(as: Float.self)).map(Double.init)
      #expect(values.allSatisfy { $0.magnitude <= bound.squareRoot() })
      #expect((values.max() ?? 0) > 0.9 * bound.squareRoot())
      #expect((values.min() ?? 0) < -0.9 * bound.squareRoot())
    }
  }

  @Test("all cores together make what one makes alone")
  func cores() throws {
    let plan = try CNNNode(slotIndex: 4, settings: NodeSettings(preset: "resnet18")).plan()
    let alone = try ByteRegion(byteCount: plan.bytes.byteCount) { memory in
      for start in stride(from: 0, to: memory.count, by: 999_983) {
        let part = memory[start..<min(memory.count, start + 999_983)]
        try plan.bytes.read(at: start, into: UnsafeMutableRawBufferPointer(rebasing: part))
      }
    }
    let together = try plan.materialize().weights.bytes
    alone.withUnsafeBytes { alone in
      together.withUnsafeBytes { #expect(memcmp(alone.baseAddress!, $0.baseAddress!, alone.count) == 0) }
    }
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
