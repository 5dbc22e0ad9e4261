extension Preset {
  /// LeCun et al., "Gradient-based learning applied to document recognition" (1998), as PyTorch's tutorial writes it:
  /// all maps of the first stage feed all of the second.
  static let lenet5 = Preset(
    name: "lenet5", type: .cnn,
    tensors: pytorchConvolution("conv1", 1, 6, kernel: 5) + pytorchConvolution("conv2", 6, 16, kernel: 5)
      + pytorchLinear("fc1", 16 * 5 * 5, 120) + pytorchLinear("fc2", 120, 84) + pytorchLinear("fc3", 84, 10))

  /// Krizhevsky, "One weird trick for parallelizing convolutional neural networks" (2014), with torchvision's names
  /// and PyTorch's initialisation.
  static let alexnet = Preset(
    name: "alexnet", type: .cnn,
    tensors: pytorchConvolution("features.0", 3, 64, kernel: 11)
      + pytorchConvolution("features.3", 64, 192, kernel: 5)
      + pytorchConvolution("features.6", 192, 384, kernel: 3)
      + pytorchConvolution("features.8", 384, 256, kernel: 3)
      + pytorchConvolution("features.10", 256, 256, kernel: 3)
      + pytorchLinear("classifier.1", 256 * 6 * 6, 4096) + pytorchLinear("classifier.4", 4096, 4096)
      + pytorchLinear("classifier.6", 4096, 1000))

  /// Simonyan and Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition" (2014),
  /// configuration D, with torchvision's names and initialisation: convolutions Kaiming normal, linear layers normal
  /// with σ = 0.01, biases zero.
  static let vgg16 = Preset(name: "vgg16", type: .cnn, tensors: vggTensors())

  private static func vggTensors() -> [TensorSpec] {
    var tensors: [TensorSpec] = []
    var position = 0
    var inputs = 3
    for (outputs, count) in [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)] {
      for _ in 0..<count {
        tensors += convolution(
          "features.\(position)", inputs, outputs, kernel: 3,
          weight: .kaiming(outputs: outputs, kernel: 3), bias: .zeros)
        position += 2  // a ReLU follows each
        inputs = outputs
      }
      position += 1  // and a pooling each stage
    }
    for (position, inputs, outputs) in [(0, 512 * 7 * 7, 4096), (3, 4096, 4096), (6, 4096, 1000)] {
      tensors += linear(
        "classifier.\(position)", inputs, outputs, weight: .normal(std: 0.01), bias: .zeros)
    }
    return tensors
  }

  private static func pytorchConvolution(
    _ name: String, _ inputs: Int, _ outputs: Int, kernel: Int
  ) -> [TensorSpec] {
    let fill = Fill.pytorch(inputs: inputs * kernel * kernel)
    return convolution(name, inputs, outputs, kernel: kernel, weight: fill, bias: fill)
  }

  private static func pytorchLinear(_ name: String, _ inputs: Int, _ outputs: Int) -> [TensorSpec] {
    let fill = Fill.pytorch(inputs: inputs)
    return linear(name, inputs, outputs, weight: fill, bias: fill)
  }
}
