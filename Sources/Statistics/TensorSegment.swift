import Tensors

/// Elements of one dtype, one after the other in a byte source.
public struct TensorSegment: Sendable, Hashable {
  public let dtype: DType
  /// Where the first element begins in the source; any alignment.
  public let byteOffset: Int
  /// A whole number of the dtype's blocks.
  public let elementCount: Int

  public init(dtype: DType, byteOffset: Int, elementCount: Int) {
    self.dtype = dtype
    self.byteOffset = byteOffset
    self.elementCount = elementCount
  }

  /// Bytes of the segment, if it lies within a source of `available` bytes.
  func byteCount(within available: Int) throws(StatisticsError) -> Int {
    guard let bytes = dtype.byteCount(of: elementCount), elementCount >= 0, byteOffset >= 0,
      byteOffset <= available,
      bytes <= available - byteOffset
    else { throw .segmentOutOfRange(self, available: available) }
    return bytes
  }
}
