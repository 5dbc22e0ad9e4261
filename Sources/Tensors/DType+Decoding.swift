import CKernels

extension DType {
  /// The name that the C kernels know it by.
  package var kernel: SlotscopeDType {
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
    case .complex64: SLOTSCOPE_COMPLEX64
    case .complex128: SLOTSCOPE_COMPLEX128
    case .float8E4M3FN: SLOTSCOPE_FLOAT8_E4M3FN
    case .float8E5M2: SLOTSCOPE_FLOAT8_E5M2
    case .float8E4M3FNUZ: SLOTSCOPE_FLOAT8_E4M3FNUZ
    case .float8E5M2FNUZ: SLOTSCOPE_FLOAT8_E5M2FNUZ
    case .float8E8M0FNU: SLOTSCOPE_FLOAT8_E8M0FNU
    case .float6E2M3FN: SLOTSCOPE_FLOAT6_E2M3FN
    case .float6E3M2FN: SLOTSCOPE_FLOAT6_E3M2FN
    case .float4E2M1FN: SLOTSCOPE_FLOAT4_E2M1FN
    case .q40: SLOTSCOPE_Q4_0
    case .q41: SLOTSCOPE_Q4_1
    case .q50: SLOTSCOPE_Q5_0
    case .q51: SLOTSCOPE_Q5_1
    case .q80: SLOTSCOPE_Q8_0
    case .q2K: SLOTSCOPE_Q2_K
    case .q3K: SLOTSCOPE_Q3_K
    case .q4K: SLOTSCOPE_Q4_K
    case .q5K: SLOTSCOPE_Q5_K
    case .q6K: SLOTSCOPE_Q6_K
    case .iq4NL: SLOTSCOPE_IQ4_NL
    case .iq4XS: SLOTSCOPE_IQ4_XS
    case .tq10: SLOTSCOPE_TQ1_0
    case .tq20: SLOTSCOPE_TQ2_0
    case .mxfp4: SLOTSCOPE_MXFP4
    }
  }

  /// Decodes elements to doubles: exact but for 64-bit integers beyond 2^53; of complex numbers the magnitude.
  ///
  /// - Precondition: `bytes` are whole blocks, and `values` has room for their elements.
  public func decode(_ bytes: UnsafeRawBufferPointer, into values: UnsafeMutableBufferPointer<Double>) {
    guard let from = bytes.baseAddress, let to = values.baseAddress else { return }
    let count = bytes.count / bytesPerBlock * elementsPerBlock
    precondition(count <= values.count, "no room for \(count) values")
    slotscope_decode_f64(kernel, from, count, to)
  }

  /// Decodes elements of a quantised dtype to float32, bit for bit as GGML does it.
  ///
  /// - Precondition: the dtype `isQuantised`, `bytes` are whole blocks, and `values` has room for their elements.
  public func dequantise(_ bytes: UnsafeRawBufferPointer, into values: UnsafeMutableBufferPointer<Float>) {
    precondition(isQuantised, "\(rawValue) is not quantised")
    guard let from = bytes.baseAddress, let to = values.baseAddress else { return }
    let blocks = bytes.count / bytesPerBlock
    precondition(blocks * elementsPerBlock <= values.count, "no room for \(blocks * elementsPerBlock) values")
    slotscope_dequantize_f32(kernel, from, blocks, to)
  }
}
