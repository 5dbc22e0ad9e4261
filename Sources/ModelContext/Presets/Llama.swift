extension Preset {
  /// TinyLlama 1.1B: Zhang et al., "TinyLlama: An Open-Source Small Language Model" (2024), with the names of the
  /// published checkpoint: 22 layers of width 2048, 32 heads of 64 in groups of 8 that share keys and values,
  /// SwiGLU of 5632, 32,000 tokens, output not tied to the embedding. Normal with σ = 0.02, norms one.
  static let tinyLlama = Preset(
    name: "tinyllama-1.1b", type: .llm, dtype: .bfloat16,
    tensors: llamaTensors(layers: 22, width: 2048, keyWidth: 256, inner: 5632, vocabulary: 32_000))

  private static func llamaTensors(
    layers: Int, width: Int, keyWidth: Int, inner: Int, vocabulary: Int
  ) -> [TensorSpec] {
    func matrix(_ name: String, _ inputs: Int, _ outputs: Int) -> [TensorSpec] {
      linear(name, inputs, outputs, weight: .normal(std: 0.02))
    }
    func scale(_ name: String) -> TensorSpec {
      TensorSpec(name: name + ".weight", shape: [width], fill: .ones)
    }
    var tensors = matrix("model.embed_tokens", width, vocabulary)
    for layer in 0..<layers {
      let block = "model.layers.\(layer)."
      tensors += matrix(block + "self_attn.q_proj", width, width)
      tensors += matrix(block + "self_attn.k_proj", width, keyWidth)
      tensors += matrix(block + "self_attn.v_proj", width, keyWidth)
      tensors += matrix(block + "self_attn.o_proj", width, width)
      tensors += matrix(block + "mlp.gate_proj", width, inner)
      tensors += matrix(block + "mlp.up_proj", width, inner)
      tensors += matrix(block + "mlp.down_proj", inner, width)
      tensors += [scale(block + "input_layernorm"), scale(block + "post_attention_layernorm")]
    }
    return tensors + [scale("model.norm")] + matrix("lm_head", width, vocabulary)
  }
}
