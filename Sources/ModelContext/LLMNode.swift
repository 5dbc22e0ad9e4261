import Tensors

/// Builds the context of a language model.
///
/// The reference preset of slot s is one unnamed float64 array of 100 + 50 s values, uniform in [-1, 1), from
/// CPython's `random` seeded with s · 12345.
public struct LLMNode: Node {
  public let slotIndex: Int
  public let settings: NodeSettings
  private let reader: (any ModelFileReader)?

  public static let defaultConfig: Config = [
    "temperature": .number(0.7), "top_p": .number(0.9), "max_tokens": .integer(2048),
    "learning_rate": .number(0.001),
  ]

  /// - Parameter reader: opens the file where `settings.modelPath` names one.
  public init(
    slotIndex: Int, settings: NodeSettings = NodeSettings(), reader: (any ModelFileReader)? = nil
  ) {
    self.slotIndex = slotIndex
    self.settings = settings
    self.reader = reader
  }

  public func plan() throws -> ContextPlan {
    let planner = NodePlanner(type: .llm, slotIndex: slotIndex, settings: settings, reader: reader)
    return try planner.plan { try reference() }
  }

  private func reference() throws -> ReferenceWeights {
    let (steps, overflow) = slotIndex.multipliedReportingOverflow(by: 50)
    let (count, overflow2) = steps.addingReportingOverflow(100)
    let (bytes, overflow3) = count.multipliedReportingOverflow(by: 8)
    let known = !(overflow || overflow2 || overflow3)
    guard known, bytes <= settings.sizeLimit else {
      throw NodeError.tooLarge(
        type: .llm, slot: slotIndex, bytes: known ? bytes : nil, limit: settings.sizeLimit)
    }
    let seed = settings.seed ?? UInt64(slotIndex) &* 12345
    let tensors = [try TensorInfo(name: "", dtype: .float64, shape: [count])]
    return ReferenceWeights(
      tensors: tensors, source: ReferenceSource(tensors: tensors, seed: seed, low: -1, high: 1),
      seed: seed, layerCount: 1)
  }
}
