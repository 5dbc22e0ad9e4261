import ModelContext
import StrictJSON
import Tensors

@testable import Interchange

/// A whole safetensors file.
enum SafetensorsFuzzer {
  static func check(_ bytes: UnsafeRawBufferPointer) throws {
    let format = FileFormat(prefix: Array(bytes.prefix(FileFormat.prefixByteCount)), path: "")
    let header: SafetensorsHeader
    do {
      header = try SafetensorsHeader(BorrowedBytes(bytes: bytes))
    } catch let error as SafetensorsError {
      return try promisePlain(error)
    }
    try promise(format == .safetensors, "told by its first bytes")
    var end = 0
    for entry in header.tensors {
      try promise(entry.byteRange.lowerBound == end, "no hole, no overlap: \(header.tensors)")
      try promise(entry.byteRange.count == entry.info.byteCount, "sizes agree: \(entry)")
      end = entry.byteRange.upperBound
    }
    try promise(!header.tensors.isEmpty, "there are tensors")
    try promise(header.dataOffset + end == bytes.count, "the data end with the file")
    try checkWriting(header, data: bytes[header.dataOffset...])
    try checkLayout(of: header.tensors.map(\.info))
  }

  private static func checkWriting(_ header: SafetensorsHeader, data: Slice<UnsafeRawBufferPointer>) throws {
    let metadata = header.metadata.sorted { $0.key < $1.key }
    var members = [
      JSONMember(
        name: SafetensorsFormat.metadataName,
        value: .object(metadata.map { JSONMember(name: $0.key, value: .string($0.value)) }))
    ]
    members += header.tensors.map { JSONMember(name: $0.info.name, value: json($0)) }
    let text = JSONValue.object(members).text()
    let length = (0..<8).map { UInt8(truncatingIfNeeded: text.utf8.count >> (8 * $0)) }
    let again = try (length + Array(text.utf8) + data).withUnsafeBytes {
      try SafetensorsHeader(BorrowedBytes(bytes: $0))
    }
    try promise(
      again.tensors == header.tensors && again.metadata == header.metadata, "written and read again: \(text)")
  }

  private static func json(_ entry: SafetensorsHeader.Entry) -> JSONValue {
    let dtype = SafetensorsFormat.dtypes.first { $0.value == entry.info.dtype }?.key
    return .object([
      JSONMember(name: "dtype", value: .string(dtype ?? "")),
      JSONMember(name: "shape", value: .array(entry.info.shape.map { .integer($0) })),
      JSONMember(
        name: "data_offsets",
        value: .array([.integer(entry.byteRange.lowerBound), .integer(entry.byteRange.upperBound)])),
    ])
  }

  /// What an import makes of the tensors.
  private static func checkLayout(of tensors: [TensorInfo]) throws {
    _ = ModelTypeGuess.modelType(of: tensors)
    let layout = try WeightLayout(tensors)
    var end = 0
    for tensor in layout.tensors {
      try promise(tensor.offset >= end, "no overlap: \(layout)")
      end = tensor.byteRange.upperBound
    }
    try promise(end == layout.byteCount, "the layout holds its tensors: \(layout)")
    try promise(layout.parameterCount == tensors.reduce(0) { $0 + $1.elementCount }, "all weights count")
  }
}
