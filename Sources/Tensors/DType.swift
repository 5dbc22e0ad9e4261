import CKernels

/// The element type of a tensor.
///
/// Raw values are the names that numpy and ml_dtypes use, and those of GGML for its quantised types; they are also
/// what the tensor table stores.
public enum DType: String, Sendable, Hashable, CaseIterable, Codable {
  case bool
  case int8, int16, int32, int64
  case uint8, uint16, uint32, uint64
  case float16, bfloat16, float32, float64
  case complex64, complex128

  // Floats of 8 bits and less, by their bits of exponent and mantissa; `fn`: no infinities, `uz`: no negative zero.
  case float8E4M3FN = "float8_e4m3fn"
  case float8E5M2 = "float8_e5m2"
  case float8E4M3FNUZ = "float8_e4m3fnuz"
  case float8E5M2FNUZ = "float8_e5m2fnuz"
  case float8E8M0FNU = "float8_e8m0fnu"
  case float6E2M3FN = "float6_e2m3fn"
  case float6E3M2FN = "float6_e3m2fn"
  case float4E2M1FN = "float4_e2m1fn"

  // Quantised: a block of values has its scale beside it.
  case q40 = "Q4_0"
  case q41 = "Q4_1"
  case q50 = "Q5_0"
  case q51 = "Q5_1"
  case q80 = "Q8_0"
  case q2K = "Q2_K"
  case q3K = "Q3_K"
  case q4K = "Q4_K"
  case q5K = "Q5_K"
  case q6K = "Q6_K"
  case iq4NL = "IQ4_NL"
  case iq4XS = "IQ4_XS"
  case tq10 = "TQ1_0"
  case tq20 = "TQ2_0"
  case mxfp4 = "MXFP4"

  /// Elements of a block: 1, but for packed and quantised dtypes.
  public var elementsPerBlock: Int { slotscope_block(kernel).elements }

  /// Bytes of a block: of one element where `elementsPerBlock` is 1.
  public var bytesPerBlock: Int { slotscope_block(kernel).bytes }

  /// Bytes of so many elements.
  ///
  /// - Returns: nil where they are no whole number of blocks, or more than an `Int` can count.
  public func byteCount(of elementCount: Int) -> Int? {
    let (blocks, rest) = elementCount.quotientAndRemainder(dividingBy: elementsPerBlock)
    let (bytes, overflow) = blocks.multipliedReportingOverflow(by: bytesPerBlock)
    return rest == 0 && !overflow ? bytes : nil
  }

  /// Whether values may be NaN or infinite.
  public var isFloatingPoint: Bool {
    switch self {
    case .bool, .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64: false
    default: true
    }
  }

  public var isComplex: Bool { self == .complex64 || self == .complex128 }

  /// Whether blocks have a scale of their own, so that no element has a value without its block.
  public var isQuantised: Bool { elementsPerBlock >= 32 }

  /// The dtype of the numpy array that holds such elements: `uint8` where numpy has no dtype of this size and kind.
  public var arrayDType: DType {
    switch self {
    case .float8E4M3FN, .float8E5M2, .float8E4M3FNUZ, .float8E5M2FNUZ, .float8E8M0FNU: .uint8
    default: elementsPerBlock > 1 ? .uint8 : self
    }
  }

  /// Bytes of one element of that array.
  public var itemSize: Int { arrayDType.bytesPerBlock }
}
