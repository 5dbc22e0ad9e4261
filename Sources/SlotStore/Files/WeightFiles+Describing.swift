import ModelContext
import Npy
import Tensors

extension WeightFiles {
  /// The row of a file: shape, dtype, size and checksum are the file's own.
  ///
  /// - Parameters:
  ///   - path: relative to the store.
  ///   - row: says the rest.
  ///   - progress: told of bytes read.
  /// - Returns: nil where the file is no .npy file that can be read.
  /// - Throws: `CancellationError`.
  func describe(_ path: String, as row: SlotRow, progress: WorkProgress? = nil) throws -> SlotRow? {
    // Why it can't be read is for `check` to say: whoever asks here leaves such a file as it is, or sets it aside.
    guard
      let file = try? OpenFile(path: self.path(path), followsLinks: false),
      let source = try? FileSource(file), let npy = try? NpyArray(source)
    else { return nil }
    let checksum: String
    do {
      checksum = try Checksum.md5(of: npy.dataInOwnByteOrder, progress: progress)
    } catch let error as CancellationError { throw error } catch { return nil }
    var described = row
    if let name = RevisionName(path: path) {
      described.revision = name.revision
      described.weightFile = name.path
    }
    described.verifiedAt = nil
    described.verifiedStamp = nil
    if checksum != row.checksum {
      described.tensorsJSON = nil
      described.summaryJSON = nil
      described.parameters = npy.header.elementCount
    }
    described.checksum = checksum
    described.weightDType = npy.header.numpyName
    described.weightShape = "[" + npy.header.shape.map(String.init).joined(separator: ", ") + "]"
    described.sizeBytes = npy.header.dataByteCount
    return described
  }
}
