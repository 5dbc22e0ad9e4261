/// The extents of a GPT-2.
struct GPT2Shape {
  let layers: Int
  let width: Int
  var vocabulary = 50257
  var positions = 1024
}

extension Preset {
  /// Names and shapes as in the published checkpoints, where linear layers hold (in, out) matrices.
  ///
  /// Initialisation: Radford et al., "Language Models are Unsupervised Multitask Learners" (2019), 2.3, and the
  /// code published with it: normal with σ = 0.02, the projections back into the residual stream scaled by
  /// 1/√(2 · layers), LayerNorm weights one, biases zero.
  static func gpt2(_ name: String, _ shape: GPT2Shape) -> Preset {
    let width = shape.width
    let residual = Fill.normal(std: 0.02 / Float(2 * shape.layers).squareRoot())
    var tensors = [
      TensorSpec(name: "wte.weight", shape: [shape.vocabulary, width], fill: .normal(std: 0.02)),
      TensorSpec(name: "wpe.weight", shape: [shape.positions, width], fill: .normal(std: 0.02)),
    ]
    for layer in 0..<shape.layers {
      let block = "h.\(layer)."
      tensors += norm(block + "ln_1", width)
      tensors += conv1D(block + "attn.c_attn", width, 3 * width)
      tensors += conv1D(block + "attn.c_proj", width, width, residual)
      tensors += norm(block + "ln_2", width)
      tensors += conv1D(block + "mlp.c_fc", width, 4 * width)
      tensors += conv1D(block + "mlp.c_proj", 4 * width, width, residual)
    }
    return Preset(name: name, type: .llm, tensors: tensors + norm("ln_f", width))
  }

  /// As the published code's `Conv1D` has it: (inputs, outputs).
  private static func conv1D(
    _ name: String, _ inputs: Int, _ outputs: Int, _ fill: Fill = .normal(std: 0.02)
  ) -> [TensorSpec] {
    [
      TensorSpec(name: name + ".weight", shape: [inputs, outputs], fill: fill),
      TensorSpec(name: name + ".bias", shape: [outputs], fill: .zeros),
    ]
  }
}
