import CKernels
import Tensors

extension DType {
  /// Bit patterns of the dtypes that are counted pattern by pattern; nil for those of more than 16 bits, and where an
  /// element has no value without its block.
  var patternCount: Int? {
    let count = Int(slotscope_pattern_count(kernel))
    return count > 0 ? count : nil
  }
}
