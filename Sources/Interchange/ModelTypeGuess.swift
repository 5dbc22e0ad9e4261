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
    var ofRank4 = 0
    var hasLanguage = false
    var hasNamedConvolution = false
    for tensor in tensors where !tensor.name.isEmpty {
      elements += Double(tensor.elementCount)
      let name = tensor.name.utf8.map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 }
      let isLanguage = languageWords.contains { contains(name, $0) }
      hasLanguage = hasLanguage || isLanguage
      let rank = tensor.shape.count
      if rank >= 2 { matrices += 1 }
      let isNamedConvolution = (3...5).contains(rank) && contains(name, convolutionWord)
      hasNamedConvolution = hasNamedConvolution || isNamedConvolution
      // Attention masks are of rank 4 and no convolutions.
      guard !isLanguage else { continue }
      if rank == 4 { ofRank4 += 1 }
      if rank == 4 || isNamedConvolution { convolutionElements += Double(tensor.elementCount) }
    }
    let hasConvolutions = hasNamedConvolution || 2 * ofRank4 > matrices
    if hasLanguage { return hasConvolutions && 2 * convolutionElements > elements ? "CNN" : "LLM" }
    return hasConvolutions ? "CNN" : nil
  }

  private static let convolutionWord = Array("conv".utf8)

  /// Parts of names that transformers have: Hugging Face's, GPT-2's, and llama.cpp's.
  private static let languageWords = [
    "attn", "attention", "embed", "embd", "wte", "wpe", "layernorm", "layer_norm", "lm_head",
  ].map { Array($0.utf8) }

  /// Byte by byte: `String.contains` takes seconds for the names of a very large model.
  private static func contains(_ name: [UInt8], _ word: [UInt8]) -> Bool {
    guard name.count >= word.count else { return false }
    return (0...name.count - word.count).contains { start in
      word.indices.allSatisfy { name[start + $0] == word[$0] }
    }
  }
}
