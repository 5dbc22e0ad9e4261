import Tensors

/// A guess at what kind of model some tensors are, from their names and shapes alone.
public enum ModelTypeGuess {
  /// `CNN` where convolutions carry the model, `LLM` where names speak of attention, embeddings or layer
  /// norms, nil where neither shows.
  ///
  /// Transformers may begin with a convolution or two (speech, images), and convolutional networks may have a
  /// little attention: where both show, the larger share of the elements decides.
  public static func modelType(of tensors: [TensorInfo]) -> String? {
    var elements = 0.0
    var convolutionElements = 0.0
    var matrices = 0
    var kernels = 0
    var hasLanguage = false
    var hasNamedConvolution = false
    for tensor in tensors where !tensor.name.isEmpty {
      elements += Double(tensor.elementCount)
      let name = tensor.name.utf8.map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 }
      let isLanguage = self.isLanguage(name)
      hasLanguage = hasLanguage || isLanguage
      let rank = tensor.shape.count
      if rank >= 2 { matrices += 1 }
      let isNamed = contains(name, convolutionWord)
      hasNamedConvolution = hasNamedConvolution || isNamed && (3...5).contains(rank)
      // Attention masks are of rank 4 and no convolutions; ConvNeXt's pointwise convolutions are matrices, by their
      // names alone convolutions.
      guard !isLanguage else { continue }
      let isKernel = self.isKernel(tensor.shape)
      if isKernel { kernels += 1 }
      if isKernel || isNamed && rank >= 2 { convolutionElements += Double(tensor.elementCount) }
    }
    let hasConvolutions = hasNamedConvolution || 2 * kernels > matrices
    if hasLanguage { return hasConvolutions && 2 * convolutionElements > elements ? "CNN" : "LLM" }
    return hasConvolutions ? "CNN" : nil
  }

  /// Whether the shape can be that of a kernel in one, two or three dimensions: two axes of channels, then a small window.
  /// The stacked matrices of experts have rank 3, too, and as their last axis a wide one.
  private static func isKernel(_ shape: [Int]) -> Bool {
    switch shape.count {
    case 3, 5: shape[2...].allSatisfy { $0 <= widestWindow }
    case 4: true
    default: false
    }
  }

  private static let widestWindow = 64

  private static let convolutionWord = Array("conv".utf8)

  /// Parts of names that transformers have: Hugging Face's, GPT-2's, and llama.cpp's.
  private static let languageWords = [
    "attn", "attention", "embed", "embd", "wte", "wpe", "layernorm", "layer_norm", "lm_head",
  ].map { Array($0.utf8) }

  /// Whole parts of names between dots, too short to look for inside of others: RWKV's.
  private static let languageParts = ["att", "emb"].map { Array($0.utf8) }

  private static func isLanguage(_ name: [UInt8]) -> Bool {
    languageWords.contains { contains(name, $0) }
      || name.split(separator: UInt8(ascii: ".")).contains { part in
        languageParts.contains { part.elementsEqual($0) }
      }
  }

  /// Byte by byte: `String.contains` takes seconds for the names of a very large model.
  private static func contains(_ name: [UInt8], _ word: [UInt8]) -> Bool {
    guard name.count >= word.count else { return false }
    return (0...name.count - word.count).contains { start in
      word.indices.allSatisfy { name[start + $0] == word[$0] }
    }
  }
}
