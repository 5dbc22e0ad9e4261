import ModelContext
import StrictJSON
import Tensors

/// The column `tensors_json`: what lies where in the weight array.
///
///     {"checksum": "…", "tensors": [{"name": "wte.weight", "dtype": "float32", "shape": [50257, 768],
///       "offset": 0, "size": 154389504, "md5": null}, …]}
///
/// Offsets count from the first data byte. The table is believed only while its checksum is the row's.
enum TensorTable {
  static func text(_ tensors: [PlacedTensor], checksum: String) -> String {
    JSONValue.object([
      JSONMember(name: "checksum", value: .string(checksum)),
      JSONMember(name: "tensors", value: .array(tensors.map(entry))),
    ]).text()
  }

  private static func entry(_ tensor: PlacedTensor) -> JSONValue {
    .object([
      JSONMember(name: "name", value: .string(tensor.info.name)),
      JSONMember(name: "dtype", value: .string(tensor.info.dtype.rawValue)),
      JSONMember(name: "shape", value: .array(tensor.info.shape.map { .number(String($0)) })),
      JSONMember(name: "offset", value: .number(String(tensor.offset))),
      JSONMember(name: "size", value: .number(String(tensor.info.byteCount))),
      JSONMember(name: "md5", value: tensor.md5.map(JSONValue.string) ?? .null),
    ])
  }

  /// - Parameter byteCount: of the array; a table that reaches beyond it is not believed.
  /// - Returns: nil where the text is no table, is of other weights, or its tensors overlap or lie outside.
  static func tensors(_ text: String, checksum: String?, byteCount: Int) -> [PlacedTensor]? {
    var text = text
    guard byteCount >= 0, let table = text.withUTF8({ try? Entries(parsing: UnsafeRawBufferPointer($0)) }),
      let tensors = table.tensors, table.checksum == checksum
    else { return nil }
    var end = 0
    var elements = 0
    for tensor in tensors {
      guard tensor.offset >= end, tensor.info.byteCount <= byteCount - tensor.offset else { return nil }
      end = tensor.byteRange.upperBound
      // Packed elements are more than their bytes.
      let (sum, overflow) = elements.addingReportingOverflow(tensor.info.elementCount)
      if overflow { return nil }
      elements = sum
    }
    return tensors
  }

  /// What a table says, not yet compared with the weights. Large models have thousands of entries: they are walked
  /// over token by token, and no tree of values is built. Members of other names are passed over.
  private struct Entries {
    private(set) var checksum: String?
    private(set) var tensors: [PlacedTensor]?

    /// - Throws: `JSONError`, or `NoTable` where the JSON is something else.
    init(parsing text: UnsafeRawBufferPointer) throws {
      var scanner = JSONScanner(text)
      try scanner.expect(.openBrace)
      var names = UniqueNames()
      var isFirst = true
      while let (name, _) = try scanner.nextMember(isFirst: isFirst) {
        isFirst = false
        guard names.insert(name) else { throw NoTable() }
        switch name {
        case "checksum": checksum = try scanner.value().asString
        case "tensors": tensors = try Self.tensors(&scanner)
        default: _ = try scanner.value()
        }
      }
      try scanner.expectEnd()
    }

    private static func tensors(_ scanner: inout JSONScanner) throws -> [PlacedTensor] {
      var tensors: [PlacedTensor] = []
      try scanner.expect(.openBracket)
      if try scanner.take(.closeBracket) { return tensors }
      repeat { tensors.append(try tensor(&scanner)) } while try scanner.take(.comma)
      try scanner.expect(.closeBracket)
      return tensors
    }

    private static func tensor(_ scanner: inout JSONScanner) throws -> PlacedTensor {
      var (name, dtype): (String?, DType?)
      var shape: [Int]?
      var (offset, size): (Int?, Int?)
      var md5: String?
      var isFirst = true
      try scanner.expect(.openBrace)
      while let (member, _) = try scanner.nextMember(isFirst: isFirst) {
        isFirst = false
        switch member {
        case "name" where name == nil: name = try scanner.string()
        case "dtype" where dtype == nil: dtype = DType(rawValue: try scanner.string())
        case "shape" where shape == nil: shape = try extents(&scanner)
        case "offset" where offset == nil: offset = try scanner.naturalNumber()
        case "size" where size == nil: size = try scanner.naturalNumber()
        case "md5" where md5 == nil: md5 = try scanner.value().asString
        case "name", "dtype", "shape", "offset", "size", "md5": throw NoTable()
        default: _ = try scanner.value()
        }
      }
      guard let name, let dtype, let shape, let offset, let size,
        let info = try? TensorInfo(name: name, dtype: dtype, shape: shape), info.byteCount == size
      else { throw NoTable() }
      return PlacedTensor(info: info, offset: offset, md5: md5)
    }

    private static func extents(_ scanner: inout JSONScanner) throws -> [Int] {
      var shape: [Int] = []
      try scanner.expect(.openBracket)
      if try scanner.take(.closeBracket) { return shape }
      repeat {
        guard let extent = try scanner.naturalNumber() else { throw NoTable() }
        shape.append(extent)
      } while try scanner.take(.comma)
      try scanner.expect(.closeBracket)
      return shape
    }
  }

  private struct NoTable: Error {}
}
