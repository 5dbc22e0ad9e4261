import Tensors

/// The three fields of a header's dict.
struct NpyFields {
  let dtype: DType
  let shape: [Int]
  let isFortranOrder: Bool
  let isBigEndian: Bool

  /// - Parameter text: the decoded header.
  init(parsing text: String) throws(NpyError) {
    var scanner = HeaderScanner(text)
    var element: (dtype: DType, isBigEndian: Bool)?
    var shape: [Int]?
    var isFortranOrder: Bool?
    try scanner.expect("{")
    while !scanner.take("}") {
      let key = try scanner.string()
      try scanner.expect(":")
      switch key {
      case "descr":
        if element != nil { throw .duplicateKey(key) }
        element = try Self.element(&scanner)
      case "fortran_order":
        if isFortranOrder != nil { throw .duplicateKey(key) }
        isFortranOrder = try Self.bool(&scanner)
      case "shape":
        if shape != nil { throw .duplicateKey(key) }
        shape = try Self.shape(&scanner)
      default: throw .unexpectedKey(key)
      }
      if scanner.take(",") { continue }
      try scanner.expect("}")
      break
    }
    try scanner.expectEnd()
    guard let element else { throw .missingKey("descr") }
    guard let isFortranOrder else { throw .missingKey("fortran_order") }
    guard let shape else { throw .missingKey("shape") }
    self.dtype = element.dtype
    isBigEndian = element.isBigEndian
    self.shape = shape
    self.isFortranOrder = isFortranOrder
  }

  private static func element(
    _ scanner: inout HeaderScanner
  ) throws(NpyError) -> (dtype: DType, isBigEndian: Bool) {
    guard let first = scanner.peek() else { throw scanner.malformed }
    if scanner.isAtString { return try NpyDescr.element(of: try scanner.string()) }
    let text = try scanner.anyValue()
    throw "[({".unicodeScalars.contains(Unicode.Scalar(first)) ? .unsupported(text) : .badDescr(text)
  }

  private static func bool(_ scanner: inout HeaderScanner) throws(NpyError) -> Bool {
    let text = try scanner.anyValue()
    guard text == "True" || text == "False" else { throw .badFortranOrder(text) }
    return text == "True"
  }

  private static func shape(_ scanner: inout HeaderScanner) throws(NpyError) -> [Int] {
    guard scanner.take("(") else { throw .badShape(try scanner.anyValue()) }
    var shape: [Int] = []
    var hasComma = false
    while !scanner.take(")") {
      shape.append(try extent(try scanner.anyValue()))
      if scanner.take(",") {
        hasComma = true
        continue
      }
      try scanner.expect(")")
      break
    }
    // `(3)` is an integer in brackets, not a tuple.
    if shape.count == 1, !hasComma { throw .badShape("(\(shape[0]))") }
    if shape.count > NpyFormat.maximumDimensions { throw .tooManyDimensions(shape.count) }
    return shape
  }

  private static func extent(_ text: String) throws(NpyError) -> Int {
    var digits = text.utf8[...]
    let isNegative = digits.first == UInt8(ascii: "-")
    if isNegative { digits = digits.dropFirst() }
    // Python 2 wrote long integers as `3L`.
    if digits.last == UInt8(ascii: "L") { digits = digits.dropLast() }
    guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }),
      digits.count == 1 || digits.first != 0x30
    else { throw .extentNotInteger(text) }
    if isNegative { throw .negativeExtent(text) }
    guard let extent = Int(String(digits) ?? "") else { throw .shapeTooLarge(text) }
    return extent
  }
}
