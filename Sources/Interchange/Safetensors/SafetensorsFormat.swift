import Tensors

// The safetensors format (https://github.com/huggingface/safetensors):
//
//   offset  bytes
//   0       8     N, the header's length: unsigned, little-endian, at most 100,000,000
//   8       N     header: a JSON object that begins with '{' and may be padded with spaces at its end
//   8 + N   …     data: the tensors' elements, little-endian, C order, to the end of the file
//
// The header maps each tensor's name to {"dtype": "F32", "shape": [768, 2304], "data_offsets": [begin, end]},
// with exactly these three members; offsets are in bytes from the first data byte. The name `__metadata__` is
// no tensor but an object of strings. No name occurs twice. The tensors cover the data without holes and
// without overlap; they may be listed in any order.
//
// Floats of 6 and 4 bits are packed without gaps. Shapes count elements, and a tensor is a whole number of bytes: of 4
// elements in 3 bytes, of 2 elements in one.

enum SafetensorsFormat {
  static let lengthByteCount = 8
  static let maximumHeaderByteCount = 100_000_000
  static let metadataName = "__metadata__"

  static let dtypes: [String: DType] = [
    "BOOL": .bool, "I8": .int8, "I16": .int16, "I32": .int32, "I64": .int64,
    "U8": .uint8, "U16": .uint16, "U32": .uint32, "U64": .uint64,
    "F16": .float16, "BF16": .bfloat16, "F32": .float32, "F64": .float64, "C64": .complex64,
    "F8_E4M3": .float8E4M3FN, "F8_E5M2": .float8E5M2, "F8_E4M3FNUZ": .float8E4M3FNUZ,
    "F8_E5M2FNUZ": .float8E5M2FNUZ, "F8_E8M0": .float8E8M0FNU,
    "F6_E2M3": .float6E2M3FN, "F6_E3M2": .float6E3M2FN, "F4": .float4E2M1FN,
  ]

  /// The format's name of a dtype; nil where it has none.
  static func name(of dtype: DType) -> String? { names[dtype] }

  private static let names = Dictionary(uniqueKeysWithValues: dtypes.map { ($0.value, $0.key) })
}
