import Tensors

/// The dtype strings of .npy headers: byte order, kind, item size in bytes.
enum NpyDescr {
  /// As numpy writes it; bfloat16, which numpy doesn't know, as ml_dtypes does; other such dtypes as bytes.
  static func text(of dtype: DType) -> String {
    switch dtype.arrayDType {
    case .bool: "|b1"
    case .int8: "|i1"
    case .int16: "<i2"
    case .int32: "<i4"
    case .int64: "<i8"
    case .uint16: "<u2"
    case .uint32: "<u4"
    case .uint64: "<u8"
    case .float16: "<f2"
    case .bfloat16: "<V2"
    case .float32: "<f4"
    case .float64: "<f8"
    case .complex64: "<c8"
    case .complex128: "<c16"
    default: "|u1"
    }
  }

  /// - Throws: `.unsupported` for what numpy writes and is not read here, `.badDescr` for anything else.
  static func element(of descr: String) throws(NpyError) -> (dtype: DType, isBigEndian: Bool) {
    let (order, type) = split(descr)
    guard let dtype = dtypes[type] else {
      throw isNumpyType(type) ? .unsupported(descr) : .badDescr(descr)
    }
    // Byte order means nothing for one byte. Two bytes of `V` are bfloat16 as ml_dtypes writes it: `<V2`, and
    // `|V2` after numpy has copied the array; nothing writes it as `>V2`.
    let isReadable =
      switch order {
      case nil, "<", "=": true
      case "|": dtype.itemSize == 1 || dtype == .bfloat16
      default: dtype != .bfloat16
      }
    guard isReadable else { throw .unsupported(descr) }
    return (dtype, order == ">" && dtype.itemSize > 1)
  }

  /// One line for a dtype that `element(of:)` does not support.
  static func whyUnsupported(_ descr: String) -> String {
    let quoted = quoted(descr)
    switch split(descr).type.first {
    case "O":
      return
        "object arrays (\(quoted)) are not supported: they hold pickled Python code, and nothing is ever unpickled"
    case "[", "(", "{": return "structured arrays (\(quoted)) are not supported"
    case "c":
      return "complex arrays of this precision (\(quoted)) are not supported: save array.astype('complex128')"
    case "S", "a", "U", "T": return "arrays of strings (\(quoted)) are not supported"
    case "M", "m": return "arrays of dates or times (\(quoted)) are not supported"
    case "V": return "arrays of raw bytes (\(quoted)) are not supported"
    default: return "arrays of dtype \(quoted) are not supported"
    }
  }

  private static let dtypes: [String: DType] = [
    "b1": .bool, "i1": .int8, "i2": .int16, "i4": .int32, "i8": .int64,
    "u1": .uint8, "u2": .uint16, "u4": .uint32, "u8": .uint64,
    "f2": .float16, "V2": .bfloat16, "f4": .float32, "f8": .float64,
    "c8": .complex64, "c16": .complex128,
  ]

  private static func split(_ descr: String) -> (order: Character?, type: String) {
    guard let first = descr.first, "<>|=".contains(first) else { return (nil, descr) }
    return (first, String(descr.dropFirst()))
  }

  /// Whether numpy, or a package that adds dtypes to it, writes such a type string.
  private static func isNumpyType(_ type: String) -> Bool {
    guard let kind = type.first else { return false }
    let size = type.dropFirst()
    switch kind {
    case "[", "(", "{": return true
    case "O": return size.isEmpty || size == "8"
    case "M", "m":
      let digits = size.prefix { $0 != "[" }
      return digits == "8" && (size == digits || size.last == "]")
    case "c": return ["24", "32"].contains(size)
    case "f": return ["1", "12", "16"].contains(size)
    case "S", "a", "U", "T", "V": return size.allSatisfy { $0.isASCII && $0.isNumber }
    default: return dtypes[type] != nil
    }
  }
}

extension DType {
  /// Of `str(array.dtype)`: `float32`, or `>f4` where the byte order is not the machine's.
  package init?(numpyName name: String) {
    if let dtype = DType(rawValue: name) {
      self = dtype
    } else if let element = try? NpyDescr.element(of: name) {
      self = element.dtype
    } else {
      return nil
    }
  }
}
