import Tensors

/// An array in a .npy file: its header, and its elements in C order whatever their order in the file.
public struct NpyArray: Sendable {
  public let header: NpyHeader
  /// The elements in C order, little-endian.
  public let data: any ByteSource
  /// The elements in C order, in the file's own byte order: numpy's `array.tobytes()`, what checksums are of.
  package let dataInOwnByteOrder: any ByteSource

  /// - Parameter source: the whole file. It is read when `data` is; nothing but the header is read now.
  /// - Throws: `NpyError`, or what `source` throws.
  public init(_ source: any ByteSource) throws {
    self.init(header: try NpyHeader.parse(source), of: source)
  }

  /// - Parameters:
  ///   - header: as it was parsed from `source`.
  ///   - source: the whole file.
  package init(header: NpyHeader, of source: any ByteSource) {
    self.header = header
    let stored = SlicedSource(source, from: header.dataOffset, byteCount: header.dataByteCount)
    dataInOwnByteOrder =
      header.isCOrder
      ? stored : StridedSource(fortranOrder: stored, shape: header.shape, itemSize: header.dtype.itemSize)
    data =
      header.isBigEndian
      ? ByteSwappedSource(dataInOwnByteOrder, wordByteCount: header.dtype.wordByteCount) : dataInOwnByteOrder
  }
}
