import Tensors

/// Builds the context of a convolutional network.
///
/// The reference preset of slot s has L = 4 + s layers of float64. The size begins at 64; layer i has a weight
/// (size, 3, 3) and a bias (1), uniform in [-0.5, 0.5), from CPython's `random` seeded with s · 67890; then the
/// size doubles if i is even and i < L - 1.
public struct CNNNode: Node {
  public let slotIndex: Int
  public let settings: NodeSettings
  private let reader: (any ModelFileReader)?

  public static let defaultConfig: Config = [
    "kernel_size": .integer(3), "stride": .integer(1), "padding": .integer(1), "activation": .integer(0),
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
    let planner = NodePlanner(type: .cnn, slotIndex: slotIndex, settings: settings, reader: reader)
    return try planner.plan { try reference() }
  }

  private func reference() throws -> ReferenceWeights {
    let sizes = try layerSizes()
    var tensors: [TensorInfo] = []
    for (index, size) in sizes.enumerated() {
      tensors.append(try TensorInfo(name: "layer.\(index).weight", dtype: .float64, shape: [size, 3, 3]))
      tensors.append(try TensorInfo(name: "layer.\(index).bias", dtype: .float64, shape: [1]))
    }
    let seed = settings.seed ?? UInt64(slotIndex) &* 67890
    return ReferenceWeights(
      tensors: tensors, source: ReferenceSource(tensors: tensors, seed: seed, low: -0.5, high: 0.5),
      seed: seed, layerCount: sizes.count)
  }

  /// The size grows as 2^(s/2): the sum is checked while it is made, before there is a list to speak of.
  private func layerSizes() throws -> [Int] {
    var sizes: [Int] = []
    var size = 64
    var bytes = 0
    let (layers, tooMany) = slotIndex.addingReportingOverflow(4)
    if tooMany { throw tooLarge(nil) }
    for index in 0..<layers {
      let (values, overflow) = size.multipliedReportingOverflow(by: 9)
      let (layer, overflow2) = values.addingReportingOverflow(1)
      let (layerBytes, overflow3) = layer.multipliedReportingOverflow(by: 8)
      let (sum, overflow4) = bytes.addingReportingOverflow(layerBytes)
      if overflow || overflow2 || overflow3 || overflow4 { throw tooLarge(nil) }
      bytes = sum
      sizes.append(size)
      if bytes > settings.sizeLimit { throw tooLarge(total(layers: layers)) }
      if index % 2 == 0, index < layers - 1 { size *= 2 }
    }
    return sizes
  }

  /// Bytes of all layers; nil where they can't be counted.
  private func total(layers: Int) -> Int? {
    var size = 64
    var bytes = 0
    for index in 0..<layers {
      let (values, overflow) = size.multipliedReportingOverflow(by: 72)
      let (sum, overflow2) = bytes.addingReportingOverflow(values)
      if overflow || overflow2 || sum > Int.max - 8 { return nil }
      bytes = sum + 8
      if index % 2 == 0, index < layers - 1 { size *= 2 }
    }
    return bytes
  }

  private func tooLarge(_ bytes: Int?) -> NodeError {
    .tooLarge(type: .cnn, slot: slotIndex, bytes: bytes, limit: settings.sizeLimit)
  }
}
