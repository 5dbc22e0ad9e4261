import ModelContext
import Npy
import Tensors

/// Writes tensors as .npz archives, which `numpy.load` reads.
public enum NpzExport {
  private static let chunkByteCount = 4 << 20
  /// A zip archive counts a name's bytes in 16 bits.
  private static let maximumNameByteCount = Int(UInt16.max)

  /// Writes a stored member for each tensor, its data on a 64-byte boundary.
  ///
  /// bfloat16 is written `<V2`, other dtypes that numpy does not know as `|u1`: those of one byte with their shape,
  /// packed and quantised ones as the bytes of their blocks. A tensor without a name becomes `arr_0`, or whatever its
  /// place in the list is.
  ///
  /// - Parameters:
  ///   - source: where the bytes of `tensors` come from; read once, from front to back.
  ///   - path: the file. It appears under this name only when it is complete and on the disk.
  ///   - overwriting: whether a file of that name is replaced.
  ///   - progress: advanced by the bytes of data written; cancels.
  /// - Throws: `InterchangeError.npz` for names that no archive should have, `.alreadyExists`, `.noFolder`;
  ///   `FileError`; `CancellationError`; what `source` throws. Nothing is left behind then.
  public static func write(
    _ tensors: [TensorInfo], source: any TensorSource, to path: String, overwriting: Bool = false,
    progress: WorkProgress? = nil
  ) throws {
    do {
      let names = try memberNames(of: tensors)
      let file = try StagedFile(for: path, overwriting: overwriting)
      let archive = ZipWriter(to: file)
      let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: chunkByteCount, alignment: 64)
      defer { chunk.deallocate() }
      for (index, info) in tensors.enumerated() {
        let shape = info.dtype.elementsPerBlock == 1 ? info.shape : [info.byteCount]
        let header = NpyHeader.encode(dtype: info.dtype, shape: shape)
        try archive.begin(names[index], size: header.count + info.byteCount)
        var array = try NpyWriter(dtype: info.dtype, shape: shape, to: archive)
        for start in stride(from: 0, to: info.byteCount, by: chunk.count) {
          try progress?.checkCancellation()
          let part = UnsafeMutableRawBufferPointer(rebasing: chunk.prefix(info.byteCount - start))
          try source.read(tensor: index, at: start, into: part)
          try array.write(UnsafeRawBufferPointer(part))
          progress?.advance(by: part.count)
        }
        try archive.end()
      }
      try progress?.checkCancellation()
      try archive.finish()
      try file.publish()
    } catch let error as NpzError {
      throw InterchangeError.npz(path: path, error)
    } catch let error as NpyError {
      throw InterchangeError.npy(path: path, error)
    }
  }

  private static func memberNames(of tensors: [TensorInfo]) throws(NpzError) -> [String] {
    if tensors.isEmpty { throw .noArrays }
    var names: [String] = []
    var taken: Set<[UInt8]> = []
    for (index, info) in tensors.enumerated() {
      let name = (info.name.isEmpty ? "arr_\(index)" : info.name) + NpzFormat.suffix
      let bytes = Array(name.utf8)
      guard bytes.count <= maximumNameByteCount, ZipMember.isSafe(bytes) else {
        throw .unsafeName(info.name)
      }
      guard taken.insert(bytes).inserted else { throw .duplicateName(info.name) }
      names.append(name)
    }
    return names
  }
}
