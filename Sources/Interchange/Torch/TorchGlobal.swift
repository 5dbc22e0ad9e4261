import Tensors

/// The names that a pickle may ask for: all that tensors and plain containers are stored by.
enum TorchGlobal: Equatable, Sendable {
  case orderedDictionary
  /// `torch.Size`: a tuple.
  case size
  case device
  case rebuildTensor
  case rebuildTensor2
  case rebuildTensor3
  case rebuildParameter
  case rebuildParameterWithState
  /// A storage of elements.
  case storage(DType)
  /// One of bytes.
  case untypedStorage
  case dtype(DType)

  init?(module: String, name: String) {
    switch (module, name) {
    case ("collections", "OrderedDict"): self = .orderedDictionary
    case ("torch", "Size"): self = .size
    case ("torch", "device"): self = .device
    case ("torch._utils", "_rebuild_tensor"): self = .rebuildTensor
    case ("torch._utils", "_rebuild_tensor_v2"): self = .rebuildTensor2
    case ("torch._utils", "_rebuild_tensor_v3"): self = .rebuildTensor3
    case ("torch._utils", "_rebuild_parameter"): self = .rebuildParameter
    case ("torch._utils", "_rebuild_parameter_with_state"): self = .rebuildParameterWithState
    case ("torch.storage", "UntypedStorage"), ("torch", "UntypedStorage"),
      ("torch.storage", "_UntypedStorage"):
      self = .untypedStorage
    case ("torch", _):
      if let dtype = Self.storages[name] {
        self = .storage(dtype)
      } else if let dtype = Self.dtypes[name] {
        self = .dtype(dtype)
      } else {
        return nil
      }
    default: return nil
    }
  }

  /// For messages.
  var name: String {
    switch self {
    case .orderedDictionary: "collections.OrderedDict"
    case .size: "torch.Size"
    case .device: "torch.device"
    case .rebuildTensor: "torch._utils._rebuild_tensor"
    case .rebuildTensor2: "torch._utils._rebuild_tensor_v2"
    case .rebuildTensor3: "torch._utils._rebuild_tensor_v3"
    case .rebuildParameter: "torch._utils._rebuild_parameter"
    case .rebuildParameterWithState: "torch._utils._rebuild_parameter_with_state"
    case .storage(let dtype): "torch's storage of \(dtype.rawValue)"
    case .untypedStorage: "torch.UntypedStorage"
    case .dtype(let dtype): "torch.\(dtype.rawValue)"
    }
  }

  private static let storages: [String: DType] = [
    "DoubleStorage": .float64, "FloatStorage": .float32, "HalfStorage": .float16,
    "BFloat16Storage": .bfloat16,
    "LongStorage": .int64, "IntStorage": .int32, "ShortStorage": .int16, "CharStorage": .int8,
    "ByteStorage": .uint8, "BoolStorage": .bool, "ComplexFloatStorage": .complex64,
    "ComplexDoubleStorage": .complex128,
  ]

  /// Those that PyTorch has, by its own names.
  private static let dtypes: [String: DType] = Dictionary(
    uniqueKeysWithValues: [
      .float64, .float32, .float16, .bfloat16, .int64, .int32, .int16, .int8, .uint64, .uint32, .uint16,
      .uint8,
      .bool, .complex64, .complex128, .float8E4M3FN, .float8E5M2, .float8E4M3FNUZ, .float8E5M2FNUZ,
      .float8E8M0FNU,
    ].map { ($0.rawValue, $0) })
}
