import Foundation
import ModelContext
import Tensors
import Testing

/// Values from CPython: `random.seed(s * 12345)`, `random.uniform(-1, 1)` and so on.
struct ReferenceTests {
  @Test("the reference LLM of slot 7 has CPython's first and last values")
  func llmValues() throws {
    let values = try #require(LLMNode(slotIndex: 7).buildContext().weights.tensors[0].values(as: Double.self))
    #expect(values.count == 450)
    #expect(values.prefix(3) == Self.llm7First[...])
    #expect(values.suffix(2) == Self.llm7Last[...])
  }

  @Test("the reference CNN has the layers that its slot number gives")
  func cnnLayers() throws {
    let context = try CNNNode(slotIndex: 0).buildContext()
    #expect(context.weights.tensors.map(\.name).prefix(2) == ["layer.0.weight", "layer.0.bias"])
    #expect(context.weights.tensors.map { $0.shape.first } == [64, 1, 128, 1, 128, 1, 256, 1])
    #expect(context.weights.parameterCount == 5188)
    #expect(context.metadata["layer_count"] == "4")
    #expect(context.metadata["model_type"] == "CNN")
    #expect(context.metadata["slot_index"] == "0")
  }

  @Test("a seed of more than 32 bits is taken limb by limb, as CPython does")
  func longSeed() throws {
    let settings = NodeSettings(seed: 1 << 40 | 5)
    let values = try #require(
      LLMNode(slotIndex: 0, settings: settings).buildContext().weights.tensors[0].values(as: Double.self))
    #expect(values.prefix(3) == Self.longSeedFirst[...])
  }

  @Test("reading from the middle gives what reading from the start gives")
  func anyRange() throws {
    let plan = try CNNNode(slotIndex: 2).plan()
    let whole = try plan.materialize()
    for range in [8..<16, 4096..<9999, 1..<2, 100..<100] {
      var part = [UInt8](repeating: 0, count: range.count)
      try part.withUnsafeMutableBytes { try plan.bytes.read(at: range.lowerBound, into: $0) }
      whole.weights.bytes.withUnsafeBytes { #expect(part.elementsEqual($0[range])) }
    }
  }

  @Test("eight builds in eight threads at once are what one alone is")
  func concurrentBuilds() async throws {
    let alone = try LLMNode(slotIndex: 40).buildContext().weights.tensors[0].values(as: Double.self)
    try await withThrowingTaskGroup(of: [Double]?.self) { group in
      for _ in 0..<8 {
        group.addTask {
          try await LLMNode(slotIndex: 40).buildContext(reporting: WorkProgress()).weights.tensors[0]
            .values(as: Double.self)
        }
      }
      for try await values in group { #expect(values == alone) }
    }
  }

  @Test(
    "a CNN whose size would explode is refused before anything is allocated",
    arguments: [40, 60, 200, Int.max])
  func explodingCNN(slot: Int) {
    #expect(throws: NodeError.self) { try CNNNode(slotIndex: slot).plan() }
  }

  @Test(
    "an LLM slot beyond the limit is refused, up to the largest number", arguments: [100_000_000, Int.max])
  func explodingLLM(slot: Int) {
    #expect(throws: NodeError.self) { try LLMNode(slotIndex: slot).plan() }
  }

  @Test("a negative slot is refused")
  func negativeSlot() {
    #expect(throws: NodeError.negativeSlot(-1)) { try LLMNode(slotIndex: -1).plan() }
  }

  @Test("a cancelled build throws and gives nothing")
  func cancelled() async {
    let progress = WorkProgress()
    progress.cancel()
    await #expect(throws: CancellationError.self) {
      try await LLMNode(slotIndex: 1, settings: NodeSettings(preset: "nano")).buildContext(
        reporting: progress)
    }
  }
}

extension ReferenceTests {
  static let llm7First: [Double] = [0.6102032588835324, -0.1292684469886627, 0.327855333687062]
  static let llm7Last: [Double] = [-0.5922211492576595, 0.12078056471765808]
  static let longSeedFirst: [Double] = [0.008760594083688567, -0.4627911200553436, 0.851573095134317]
}
