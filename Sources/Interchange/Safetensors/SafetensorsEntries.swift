import StrictJSON
import Tensors

/// The entries of a safetensors header as they are listed, each sound in itself.
///
/// The JSON is walked over token by token, so a header that is no list of tensors is refused where it stops
/// being one, and no tree of its values is ever built.
struct SafetensorsEntries {
  private(set) var metadata: [String: String] = [:]
  private(set) var tensors: [SafetensorsHeader.Entry] = []

  /// - Throws: `JSONError` or `SafetensorsError`.
  init(parsing header: UnsafeRawBufferPointer) throws {
    guard header.first == .openBrace else { throw SafetensorsError.headerNotObject }
    var scanner = JSONScanner(header)
    var names = UniqueNames()
    var isFirst = true
    try scanner.expect(.openBrace)
    while let (name, _) = try scanner.nextMember(isFirst: isFirst) {
      isFirst = false
      guard names.insert(name) else { throw SafetensorsError.duplicateName(name) }
      if name == SafetensorsFormat.metadataName {
        metadata = try Self.metadata(&scanner)
      } else {
        tensors.append(try Self.tensor(name, &scanner))
      }
    }
    try scanner.expectEnd()
  }

  private static func metadata(_ scanner: inout JSONScanner) throws -> [String: String] {
    guard try scanner.take(.openBrace) else { throw SafetensorsError.metadataNotStrings }
    var metadata: [String: String] = [:]
    var names = UniqueNames()
    var isFirst = true
    while let (name, _) = try scanner.nextMember(isFirst: isFirst) {
      isFirst = false
      guard names.insert(name) else { throw SafetensorsError.duplicateName(name) }
      guard try scanner.peek() == .quote else { throw SafetensorsError.metadataNotStrings }
      metadata[name] = try scanner.string()
    }
    return metadata
  }

  private static func tensor(
    _ name: String, _ scanner: inout JSONScanner
  ) throws -> SafetensorsHeader.Entry {
    guard try scanner.take(.openBrace) else { throw SafetensorsError.entryNotObject(tensor: name) }
    var dtype: DType?
    var shape: [Int]?
    var offsets: Range<Int>?
    var isFirst = true
    while let (field, _) = try scanner.nextMember(isFirst: isFirst) {
      isFirst = false
      let isDuplicate: Bool
      switch field {
      case "dtype":
        isDuplicate = dtype != nil
        dtype = try self.dtype(of: name, &scanner)
      case "shape":
        isDuplicate = shape != nil
        shape = try self.shape(of: name, &scanner)
      case "data_offsets":
        isDuplicate = offsets != nil
        offsets = try self.offsets(of: name, &scanner)
      default: throw SafetensorsError.unknownField(tensor: name, field: field)
      }
      if isDuplicate { throw SafetensorsError.duplicateField(tensor: name, field: field) }
    }
    guard let dtype else { throw SafetensorsError.missingField(tensor: name, field: "dtype") }
    guard let shape else { throw SafetensorsError.missingField(tensor: name, field: "shape") }
    guard let offsets else { throw SafetensorsError.missingField(tensor: name, field: "data_offsets") }
    let info = try self.info(name, dtype, shape)
    guard offsets.count == info.byteCount else {
      throw SafetensorsError.wrongSize(tensor: name, expected: info.byteCount, actual: offsets.count)
    }
    return SafetensorsHeader.Entry(info: info, byteRange: offsets)
  }

  private static func info(
    _ name: String, _ dtype: DType, _ shape: [Int]
  ) throws(SafetensorsError) -> TensorInfo {
    guard hasBoundedSize(shape, dtype) else { throw .shapeTooLarge(tensor: name) }
    do {
      return try TensorInfo(name: name, dtype: dtype, shape: shape)
    } catch {
      if case .partialBlock = error { throw .partialByte(tensor: name, dtype: dtype) }
      throw .shapeTooLarge(tensor: name)
    }
  }

  private static func dtype(of tensor: String, _ scanner: inout JSONScanner) throws -> DType {
    guard try scanner.peek() == .quote else { throw SafetensorsError.dtypeNotString(tensor: tensor) }
    let name = try scanner.string()
    guard let dtype = SafetensorsFormat.dtypes[name] else {
      throw SafetensorsError.unknownDType(tensor: tensor, dtype: name)
    }
    return dtype
  }

  private static func shape(of tensor: String, _ scanner: inout JSONScanner) throws -> [Int] {
    let bad = SafetensorsError.badShape(tensor: tensor)
    guard try scanner.take(.openBracket) else { throw bad }
    var shape: [Int] = []
    if try scanner.take(.closeBracket) { return shape }
    repeat {
      if shape.count == SafetensorsHeader.maximumDimensions {
        throw SafetensorsError.tooManyDimensions(tensor: tensor)
      }
      guard let literal = try integer(&scanner) else { throw bad }
      guard let extent = Int(literal) else { throw SafetensorsError.shapeTooLarge(tensor: tensor) }
      shape.append(extent)
    } while try scanner.take(.comma)
    try scanner.expect(.closeBracket)
    return shape
  }

  private static func offsets(of tensor: String, _ scanner: inout JSONScanner) throws -> Range<Int> {
    let bad = SafetensorsError.badOffsets(tensor: tensor)
    guard try scanner.take(.openBracket), let begin = try integer(&scanner).flatMap({ Int($0) }),
      try scanner.take(.comma), let end = try integer(&scanner).flatMap({ Int($0) }),
      try scanner.take(.closeBracket), begin <= end
    else { throw bad }
    return begin..<end
  }

  /// The digits of an integer from 0 up; nil where something else comes.
  private static func integer(_ scanner: inout JSONScanner) throws -> String? {
    guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(try scanner.peek()) else { return nil }
    let literal = try scanner.number()
    return literal.utf8.allSatisfy { (0x30...0x39).contains($0) } ? literal : nil
  }

  /// Whether the extents' product fits, those of 0 left out: as for numpy, they do not excuse the others.
  private static func hasBoundedSize(_ shape: [Int], _ dtype: DType) -> Bool {
    var bytes = dtype.bytesPerBlock
    for extent in shape where extent > 0 {
      let (next, overflow) = bytes.multipliedReportingOverflow(by: extent)
      if overflow { return false }
      bytes = next
    }
    return true
  }
}
