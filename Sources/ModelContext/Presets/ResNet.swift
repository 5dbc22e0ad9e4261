/// He et al., "Deep Residual Learning for Image Recognition" (2015), with torchvision's names and initialisation:
/// convolutions Kaiming normal over the outputs, batch norm ones and zeros, the last layer as PyTorch has it. Running
/// means and counters are buffers, not parameters.
extension Preset {
  static let resnet18 = Preset(
    name: "resnet18", type: .cnn,
    tensors: resnetTensors(blocks: [2, 2, 2, 2], widening: 1, block: basicBlock))

  static let resnet50 = Preset(
    name: "resnet50", type: .cnn,
    tensors: resnetTensors(blocks: [3, 4, 6, 3], widening: 4, block: bottleneck))

  /// The convolutions of a block, for so many inputs and such a width.
  private typealias Block = (_ name: String, _ inputs: Int, _ width: Int) -> [TensorSpec]

  /// - Parameter widening: how many times its width a block gives out.
  private static func resnetTensors(blocks: [Int], widening: Int, block: Block) -> [TensorSpec] {
    var tensors = bare("conv1", 3, 64, kernel: 7) + norm("bn1", 64)
    var inputs = 64
    for (stage, count) in blocks.enumerated() {
      let width = 64 << stage
      let outputs = widening * width
      for index in 0..<count {
        let name = "layer\(stage + 1).\(index)."
        tensors += block(name, inputs, width)
        // Where a block changes the width or, from the second stage on, the resolution, a projection goes beside it.
        if index == 0, inputs != outputs || stage > 0 {
          tensors += bare(name + "downsample.0", inputs, outputs, kernel: 1)
          tensors += norm(name + "downsample.1", outputs)
        }
        inputs = outputs
      }
    }
    let fill = Fill.pytorch(inputs: inputs)
    return tensors + linear("fc", inputs, 1000, weight: fill, bias: fill)
  }

  /// 3×3 twice.
  private static func basicBlock(_ name: String, _ inputs: Int, _ width: Int) -> [TensorSpec] {
    bare(name + "conv1", inputs, width, kernel: 3) + norm(name + "bn1", width)
      + bare(name + "conv2", width, width, kernel: 3) + norm(name + "bn2", width)
  }

  /// 1×1, 3×3, 1×1, the last four times as wide.
  private static func bottleneck(_ name: String, _ inputs: Int, _ width: Int) -> [TensorSpec] {
    bare(name + "conv1", inputs, width, kernel: 1) + norm(name + "bn1", width)
      + bare(name + "conv2", width, width, kernel: 3) + norm(name + "bn2", width)
      + bare(name + "conv3", width, 4 * width, kernel: 1) + norm(name + "bn3", 4 * width)
  }

  /// A convolution without a bias.
  private static func bare(_ name: String, _ inputs: Int, _ outputs: Int, kernel: Int) -> [TensorSpec] {
    convolution(name, inputs, outputs, kernel: kernel, weight: .kaiming(outputs: outputs, kernel: kernel))
  }
}
