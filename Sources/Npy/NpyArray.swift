import Tensors

/// An array in a .npy file: its header, and its elements in C order whatever their order in the file.
public struct NpyArray: Sendable {
  public let header: NpyHeader
  /// The elements in C order, little-endian.
  public let data: any ByteSource

  /// - Parameter source: the whole file. It is read when `data` is; nothing but the header is read now.
  /// - Throws: `NpyError`, or what `source` throws.
  public init(_ source: any ByteSource) throws {
    header = try NpyHeader.parse(source)
    let stored = SlicedSource(source, from: header.dataOffset, byteCount: header.dataByteCount)
    data =
      header.isCOrder
      ? stored : TransposedSource(stored, shape: header.shape, itemSize: header.dtype.itemSize)
  }
}

/// A range of another source.
struct SlicedSource: ByteSource {
  private let base: any ByteSource
  private let start: Int
  let byteCount: Int

  init(_ base: any ByteSource, from start: Int, byteCount: Int) {
    self.base = base
    self.start = start
    self.byteCount = byteCount
  }

  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
    try base.read(at: start + offset, into: buffer)
  }
}
