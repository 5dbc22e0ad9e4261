extension Preset {
  /// He et al., "Deep Residual Learning for Image Recognition" (2015), with torchvision's names and
  /// initialisation: convolutions Kaiming normal over the outputs, σ = √(2 / (outputs · k²)); batch norm ones and
  /// zeros; the last layer uniform within 1/√inputs. Running means and counters are buffers, not parameters.
  static let resnet50 = Preset(
    name: "resnet50", type: .cnn, tensors: resnetTensors(blocks: [3, 4, 6, 3], classes: 1000))

  private static func resnetTensors(blocks: [Int], classes: Int) -> [TensorSpec] {
    var tensors = [convolution("conv1", inputs: 3, outputs: 64, kernel: 7)] + norm("bn1", 64)
    var inputs = 64
    for (stage, count) in blocks.enumerated() {
      let width = 64 << stage
      for block in 0..<count {
        tensors += bottleneck("layer\(stage + 1).\(block).", inputs: inputs, width: width, widens: block == 0)
        inputs = 4 * width
      }
    }
    let bound = 1 / Float(inputs).squareRoot()
    return tensors + [
      TensorSpec(name: "fc.weight", shape: [classes, inputs], fill: .uniform(bound: bound)),
      TensorSpec(name: "fc.bias", shape: [classes], fill: .uniform(bound: bound)),
    ]
  }

  /// 1×1, 3×3, 1×1, the last four times as wide; the first of a stage has a projection beside it.
  private static func bottleneck(_ name: String, inputs: Int, width: Int, widens: Bool) -> [TensorSpec] {
    var tensors = [convolution(name + "conv1", inputs: inputs, outputs: width, kernel: 1)]
    tensors += norm(name + "bn1", width)
    tensors += [convolution(name + "conv2", inputs: width, outputs: width, kernel: 3)]
    tensors += norm(name + "bn2", width)
    tensors += [convolution(name + "conv3", inputs: width, outputs: 4 * width, kernel: 1)]
    tensors += norm(name + "bn3", 4 * width)
    if widens {
      tensors += [convolution(name + "downsample.0", inputs: inputs, outputs: 4 * width, kernel: 1)]
      tensors += norm(name + "downsample.1", 4 * width)
    }
    return tensors
  }

  private static func convolution(_ name: String, inputs: Int, outputs: Int, kernel: Int) -> TensorSpec {
    TensorSpec(
      name: name + ".weight", shape: [outputs, inputs, kernel, kernel],
      fill: .normal(std: (2 / Float(outputs * kernel * kernel)).squareRoot()))
  }
}
