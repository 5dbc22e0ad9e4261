import ModelContext
import Npy
import Tensors

/// Writes tensors as .npy files.
public enum NpyExport {
  private static let chunkByteCount = 4 << 20

  /// Writes one of `tensors`, with its dtype and shape; bfloat16 as `<V2`.
  ///
  /// - Parameters:
  ///   - index: which of the tensors.
  ///   - source: where the bytes of `tensors` come from.
  ///   - path: the file. It appears under this name only when it is complete and on the disk.
  ///   - overwriting: whether a file of that name is replaced.
  ///   - progress: advanced by the bytes of data written; cancels.
  /// - Throws: `InterchangeError.alreadyExists`, `.noFolder`; `FileError`; `CancellationError`; what `source`
  ///   throws. Nothing is left behind then.
  public static func write(
    tensor index: Int, of tensors: [TensorInfo], source: any TensorSource, to path: String,
    overwriting: Bool = false, progress: WorkProgress? = nil
  ) throws {
    try write(
      tensors[index], data: TensorBytes(index: index, byteCount: tensors[index].byteCount, source: source),
      to: path, overwriting: overwriting, progress: progress)
  }

  /// Writes `data` as an array with the dtype and shape of `info`; its name is not stored.
  ///
  /// - Parameter data: `info.byteCount` bytes, C order. A `LaidOutSource` gives several tensors as one array.
  public static func write(
    _ info: TensorInfo, data: any ByteSource, to path: String, overwriting: Bool = false,
    progress: WorkProgress? = nil
  ) throws {
    let file = try StagedFile(for: path, overwriting: overwriting)
    do {
      var writer = try NpyWriter(dtype: info.dtype, shape: info.shape, to: file)
      try copy(data, to: &writer, progress: progress)
      try writer.finish().publish()
    } catch let error as NpyError {
      throw InterchangeError.npy(path: path, error)
    }
  }

  private static func copy(
    _ data: any ByteSource, to writer: inout NpyWriter<StagedFile>, progress: WorkProgress?
  ) throws {
    let chunk = UnsafeMutableRawBufferPointer.allocate(
      byteCount: min(chunkByteCount, max(1, data.byteCount)), alignment: 64)
    defer { chunk.deallocate() }
    for start in stride(from: 0, to: data.byteCount, by: chunk.count) {
      try progress?.checkCancellation()
      let part = UnsafeMutableRawBufferPointer(rebasing: chunk[..<min(chunk.count, data.byteCount - start)])
      try data.read(at: start, into: part)
      try writer.write(UnsafeRawBufferPointer(part))
      progress?.advance(by: part.count)
    }
  }
}

/// The bytes of one tensor of a list.
struct TensorBytes: ByteSource {
  let index: Int
  let byteCount: Int
  let source: any TensorSource

  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
    try source.read(tensor: index, at: offset, into: buffer)
  }
}
