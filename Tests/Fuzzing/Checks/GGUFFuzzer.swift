import ModelContext
import Tensors

@testable import Interchange

/// A whole GGUF file.
enum GGUFFuzzer {
  static func check(_ bytes: UnsafeRawBufferPointer) throws {
    let header: GGUFHeader
    do {
      header = try GGUFHeader(BorrowedBytes(bytes: bytes))
    } catch let error as GGUFError {
      return try promisePlain(error)
    }
    let format = FileFormat(prefix: Array(bytes.prefix(FileFormat.prefixByteCount)), path: "")
    try promise(format == .gguf, "told by its first bytes")
    try promise(!header.tensors.isEmpty, "there are tensors")
    try checkPlaces(of: header, fileByteCount: bytes.count)
    try checkWriting(header)
    try checkFacts(of: header)
    try checkValues(of: header, in: bytes)
  }

  private static func checkPlaces(of header: GGUFHeader, fileByteCount: Int) throws {
    var end = 0
    for tensor in header.tensors {
      let range = tensor.byteRange
      try promise(range.lowerBound % header.alignment == 0, "aligned: \(tensor)")
      try promise(range.lowerBound >= end, "no overlap: \(header.tensors)")
      try promise(range.lowerBound - end < header.alignment, "no hole: \(header.tensors)")
      try promise(range.count == tensor.info.byteCount, "sizes agree: \(tensor)")
      try promise(
        range.isEmpty || header.dataOffset + range.upperBound <= fileByteCount, "in the file: \(tensor)")
      end = range.upperBound
    }
    try promise(fileByteCount - header.dataOffset - end < header.alignment, "nothing behind the last")
  }

  /// What was read, as a file with the same values in wider types, and bytes for what has no dtype.
  private static func checkWriting(_ header: GGUFHeader) throws {
    var pairs: [GGUFHeader.Pair] = []
    var text = littleEndian(UInt32(3)) + littleEndian(UInt64(header.tensors.count))
    var written: [UInt8] = []
    for pair in header.pairs where pair.key != GGUFFormat.alignmentKey {
      guard let value = encoded(pair.value) else { continue }
      pairs.append(pair)
      written += encoded(pair.key) + value
    }
    text += littleEndian(UInt64(pairs.count + 1)) + written
    text +=
      encoded(GGUFFormat.alignmentKey) + littleEndian(UInt32(4)) + littleEndian(UInt32(header.alignment))
    for tensor in header.tensors {
      let number = GGUFTensorType.dtypes.first { $0.value == tensor.info.dtype }?.key ?? 24
      text += encoded(tensor.info.name) + littleEndian(UInt32(tensor.info.shape.count))
      text += tensor.info.shape.reversed().flatMap { littleEndian(UInt64($0)) }
      text += littleEndian(number) + littleEndian(UInt64(tensor.byteRange.lowerBound))
    }
    var file = GGUFFormat.magic + text
    file += [UInt8](repeating: 0, count: -file.count & (header.alignment - 1))
    file += [UInt8](repeating: 0, count: header.tensors.last?.byteRange.upperBound ?? 0)
    let again = try file.withUnsafeBytes { try GGUFHeader(BorrowedBytes(bytes: $0)) }
    try promise(again.tensors.map(\.byteRange) == header.tensors.map(\.byteRange), "places: \(header)")
    try promise(again.tensors.map(\.info.name) == header.tensors.map(\.info.name), "names: \(header)")
    try promise(again.tensors.map(\.info.shape) == header.tensors.map(\.info.shape), "shapes: \(header)")
    try promise(
      again.pairs.dropLast().map(\.value.text) == pairs.map(\.value.text)
        && again.pairs.dropLast().map(\.key) == pairs.map(\.key), "values: \(header.pairs)")
  }

  private static func littleEndian<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }

  private static func encoded(_ text: String) -> [UInt8] {
    littleEndian(UInt64(text.utf8.count)) + Array(text.utf8)
  }

  /// - Returns: nil for what was not kept, or only as text.
  private static func encoded(_ value: GGUFValue) -> [UInt8]? {
    switch value {
    case .integer(let value): littleEndian(UInt32(11)) + littleEndian(value)
    case .large(let value): littleEndian(UInt32(10)) + littleEndian(value)
    case .number(let value): littleEndian(UInt32(12)) + littleEndian(value.bitPattern)
    case .bool(let value): littleEndian(UInt32(7)) + [value ? 1 : 0]
    case .string(let value): littleEndian(UInt32(8)) + encoded(value)
    case .longString, .array: nil
    }
  }

  private static func checkFacts(of header: GGUFHeader) throws {
    let facts = GGUFFacts(header)
    try promise(
      Config(jsonText: facts.config.jsonText)?.jsonText == facts.config.jsonText, facts.config.jsonText)
    try promise(
      [String: String](jsonText: facts.metadata.jsonText) == facts.metadata, facts.metadata.jsonText)
    try promisePrintable(facts.config.jsonText + facts.metadata.jsonText)
    let layout = try WeightLayout(header.tensors.map(\.info))
    try promise(
      layout.parameterCount == header.tensors.reduce(0) { $0 + $1.info.elementCount }, "all weights count")
  }

  /// Any bytes are values.
  private static func checkValues(of header: GGUFHeader, in bytes: UnsafeRawBufferPointer) throws {
    for tensor in header.tensors where !tensor.byteRange.isEmpty {
      let place = header.dataOffset + tensor.byteRange.lowerBound
      let data = UnsafeRawBufferPointer(rebasing: bytes[place..<place + tensor.byteRange.count])
      var doubles = [Double](repeating: 0, count: tensor.info.elementCount)
      doubles.withUnsafeMutableBufferPointer { tensor.info.dtype.decode(data, into: $0) }
      guard tensor.info.dtype.isQuantised else { continue }
      var floats = [Float](repeating: 0, count: tensor.info.elementCount)
      floats.withUnsafeMutableBufferPointer { tensor.info.dtype.dequantise(data, into: $0) }
      let isSame = zip(floats, doubles).allSatisfy { Double($0) == $1 || $0.isNaN && $1.isNaN }
      try promise(isSame, "the same values either way: \(tensor)")
    }
  }
}
