import Tensors

extension DType {
  /// Bit patterns of the dtypes that are counted pattern by pattern; nil for wider and for packed ones.
  var patternCount: Int? {
    switch (elementsPerBlock, bytesPerBlock) {
    case (1, 1): 256
    case (1, 2): 65536
    default: nil
    }
  }
}
