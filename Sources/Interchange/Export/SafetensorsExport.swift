import ModelContext
import StrictJSON
import Tensors

/// Writes tensors as .safetensors files.
public enum SafetensorsExport {
  private static let chunkByteCount = 4 << 20
  /// Where data begin, so that elements of every dtype are aligned in a mapped file.
  private static let alignment = 8

  /// Writes `tensors` in their order; where that would leave elements unaligned, those of larger elements first, as the
  /// format's own library orders them always. A tensor without a name is called `weights`.
  ///
  /// - Parameters:
  ///   - source: where the bytes of `tensors` come from.
  ///   - metadata: what `__metadata__` shall hold.
  ///   - path: the file. It appears under this name only when it is complete and on the disk.
  ///   - overwriting: whether a file of that name is replaced.
  ///   - progress: advanced by the bytes of data written; cancels.
  /// - Throws: `InterchangeError.cantHold`, `.nameNotPossible`, `.alreadyExists`, `.noFolder`, `.safetensors` for a
  ///   header longer than the format allows; `FileError`; `CancellationError`; what `source` throws. Nothing is left
  ///   behind then.
  public static func write(
    _ tensors: [TensorInfo], source: any TensorSource, metadata: [String: String] = [:], to path: String,
    overwriting: Bool = false, progress: WorkProgress? = nil
  ) throws {
    let order = order(of: tensors)
    let header = try header(order.map { tensors[$0] }, metadata: metadata, path: path)
    let file = try StagedFile(for: path, overwriting: overwriting)
    try header.withUnsafeBytes { try file.write($0) }
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: chunkByteCount, alignment: 64)
    defer { chunk.deallocate() }
    for index in order {
      let count = tensors[index].byteCount
      for start in stride(from: 0, to: count, by: chunk.count) {
        try progress?.checkCancellation()
        let part = UnsafeMutableRawBufferPointer(rebasing: chunk[..<min(chunk.count, count - start)])
        try source.read(tensor: index, at: start, into: part)
        try file.write(UnsafeRawBufferPointer(part))
        progress?.advance(by: part.count)
      }
    }
    try progress?.checkCancellation()
    try file.publish()
  }

  private static func order(of tensors: [TensorInfo]) -> [Int] {
    let elementSizes = tensors.map { $0.dtype.elementsPerBlock == 1 ? $0.dtype.bytesPerBlock : 1 }
    var position = 0
    var isAligned = true
    for (info, size) in zip(tensors, elementSizes) {
      isAligned = isAligned && position % min(size, alignment) == 0
      position &+= info.byteCount
    }
    if isAligned { return Array(tensors.indices) }
    return tensors.indices.sorted { (elementSizes[$1], $0) < (elementSizes[$0], $1) }
  }

  /// The header with its length before it, padded with spaces.
  private static func header(
    _ tensors: [TensorInfo], metadata: [String: String], path: String
  ) throws -> [UInt8] {
    var members: [JSONMember] = []
    if !metadata.isEmpty {
      let entries = metadata.sorted { $0.key < $1.key }.map {
        JSONMember(name: $0.key, value: .string($0.value))
      }
      members.append(JSONMember(name: SafetensorsFormat.metadataName, value: .object(entries)))
    }
    var names = UniqueNames()
    var position = 0
    for info in tensors {
      let name = info.name.isEmpty ? "weights" : info.name
      guard name != SafetensorsFormat.metadataName, names.insert(name) else {
        throw InterchangeError.nameNotPossible(path: path, tensor: name)
      }
      guard let dtype = SafetensorsFormat.name(of: info.dtype) else {
        throw InterchangeError.cantHold(path: path, tensor: name, info.dtype)
      }
      let (end, overflow) = position.addingReportingOverflow(info.byteCount)
      if overflow { throw TensorError.tooLarge(shape: info.shape) }
      members.append(
        JSONMember(
          name: name,
          value: [
            "dtype": .string(dtype), "shape": .array(info.shape.map { .integer($0) }),
            "data_offsets": [.integer(position), .integer(end)],
          ]))
      position = end
    }
    let text = Array(JSONValue.object(members).text().utf8)
    let length = (text.count + alignment - 1) / alignment * alignment
    guard length <= SafetensorsFormat.maximumHeaderByteCount else {
      throw InterchangeError.safetensors(path: path, .headerTooLong(byteCount: UInt64(length)))
    }
    return (0..<SafetensorsFormat.lengthByteCount).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
      + text + Array(repeating: UInt8(ascii: " "), count: length - text.count)
  }
}
