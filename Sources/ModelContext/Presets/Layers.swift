/// Layers as PyTorch stores them: a weight of (outputs, inputs, …), and a bias.
extension Preset {
  /// - Parameter bias: nil where the layer has none.
  static func linear(
    _ name: String, _ inputs: Int, _ outputs: Int, weight: Fill, bias: Fill? = nil
  ) -> [TensorSpec] {
    layer(name, outputs: outputs, shape: [outputs, inputs], weight, bias)
  }

  /// - Parameter kernel: height and width.
  static func convolution(
    _ name: String, _ inputs: Int, _ outputs: Int, kernel: Int, weight: Fill, bias: Fill? = nil
  ) -> [TensorSpec] {
    layer(name, outputs: outputs, shape: [outputs, inputs, kernel, kernel], weight, bias)
  }

  /// Batch norm or layer norm: ones and zeros.
  static func norm(_ name: String, _ width: Int) -> [TensorSpec] {
    layer(name, outputs: width, shape: [width], .ones, .zeros)
  }

  private static func layer(
    _ name: String, outputs: Int, shape: [Int], _ weight: Fill, _ bias: Fill?
  ) -> [TensorSpec] {
    let weight = TensorSpec(name: name + ".weight", shape: shape, fill: weight)
    return [weight] + (bias.map { [TensorSpec(name: name + ".bias", shape: [outputs], fill: $0)] } ?? [])
  }
}

extension Fill {
  /// What PyTorch gives linear and convolutional layers, weights and biases alike: uniform within 1/√(inputs of a
  /// neuron) (`kaiming_uniform_` with a = √5).
  static func pytorch(inputs: Int) -> Fill { .uniform(bound: 1 / Float(inputs).squareRoot()) }

  /// He et al., "Delving Deep into Rectifiers" (2015), over the outputs: σ = √(2 / (outputs · k²)).
  static func kaiming(outputs: Int, kernel: Int) -> Fill {
    .normal(std: (2 / Float(outputs * kernel * kernel)).squareRoot())
  }
}
