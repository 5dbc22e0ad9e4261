import CKernels
import Tensors

extension DType {
  var kernel: SlotscopeDType {
    switch self {
    case .bool: SLOTSCOPE_BOOL
    case .int8: SLOTSCOPE_INT8
    case .int16: SLOTSCOPE_INT16
    case .int32: SLOTSCOPE_INT32
    case .int64: SLOTSCOPE_INT64
    case .uint8: SLOTSCOPE_UINT8
    case .uint16: SLOTSCOPE_UINT16
    case .uint32: SLOTSCOPE_UINT32
    case .uint64: SLOTSCOPE_UINT64
    case .float16: SLOTSCOPE_FLOAT16
    case .bfloat16: SLOTSCOPE_BFLOAT16
    case .float32: SLOTSCOPE_FLOAT32
    case .float64: SLOTSCOPE_FLOAT64
    }
  }

  /// Bit patterns of the dtypes that are counted pattern by pattern; nil for wider ones.
  var patternCount: Int? {
    switch itemSize {
    case 1: 256
    case 2: 65536
    default: nil
    }
  }
}
