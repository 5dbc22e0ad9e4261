import Tensors

/// The type of a tensor's elements, by GGML's number.
struct GGUFTensorType: Equatable {
  let number: UInt32

  /// Nil for a type that is kept as bytes.
  var dtype: DType? { Self.dtypes[number] }

  /// As GGML calls it, or `type 99`.
  var name: String { dtype?.rawValue ?? Self.otherTypes[number]?.name ?? "type \(number)" }

  /// Elements and bytes of a block; nil where that is not known for sure.
  var block: (elements: Int, bytes: Int)? {
    if let dtype { return (dtype.elementsPerBlock, dtype.bytesPerBlock) }
    return Self.otherTypes[number]?.block
  }

  static let dtypes: [UInt32: DType] = [
    0: .float32, 1: .float16, 2: .q40, 3: .q41, 6: .q50, 7: .q51, 8: .q80, 10: .q2K, 11: .q3K, 12: .q4K,
    13: .q5K,
    14: .q6K, 20: .iq4NL, 23: .iq4XS, 24: .int8, 25: .int16, 26: .int32, 27: .int64, 28: .float64,
    30: .bfloat16,
    34: .tq10, 35: .tq20, 39: .mxfp4,
  ]

  /// Known by name, but kept as bytes: quantised by tables, or not in use any more.
  private static let otherTypes: [UInt32: (name: String, block: (elements: Int, bytes: Int)?)] = [
    4: ("Q4_2", nil), 5: ("Q4_3", nil),
    // Of 36 or 40 bytes, by age.
    9: ("Q8_1", nil), 15: ("Q8_K", (256, 292)), 16: ("IQ2_XXS", (256, 66)), 17: ("IQ2_XS", (256, 74)),
    18: ("IQ3_XXS", (256, 98)), 19: ("IQ1_S", (256, 50)), 21: ("IQ3_S", (256, 110)), 22: ("IQ2_S", (256, 82)),
    29: ("IQ1_M", (256, 56)), 31: ("Q4_0_4_4", nil), 32: ("Q4_0_4_8", nil), 33: ("Q4_0_8_8", nil),
    36: ("IQ4_NL_4_4", nil), 37: ("IQ4_NL_4_8", nil), 38: ("IQ4_NL_8_8", nil), 40: ("NVFP4", (64, 36)),
    41: ("Q1_0", (128, 18)),
  ]
}
