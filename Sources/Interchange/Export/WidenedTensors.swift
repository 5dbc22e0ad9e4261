import ModelContext
import Tensors

/// Tensors of which some are read as float32, decoded while they are read: any range of them, in bounded memory.
public struct WidenedTensors: TensorSource {
  /// As they are read.
  public let tensors: [TensorInfo]
  private let originals: [TensorInfo]
  private let source: any TensorSource

  /// - Parameter dtypes: of each tensor, float32 or its own.
  /// - Throws: `TensorError.tooLarge` where a tensor would have more bytes than can be counted.
  public init(_ originals: [TensorInfo], source: any TensorSource, as dtypes: [DType]) throws(TensorError) {
    precondition(
      zip(originals, dtypes).allSatisfy { $0.dtype == $1 || $1 == .float32 }, "only to float32 is widened")
    var tensors: [TensorInfo] = []
    for (info, dtype) in zip(originals, dtypes) {
      tensors.append(try TensorInfo(name: info.name, dtype: dtype, shape: info.shape))
    }
    self.tensors = tensors
    self.originals = originals
    self.source = source
  }

  public func read(tensor index: Int, at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
    let original = originals[index]
    if original.dtype == tensors[index].dtype {
      return try source.read(tensor: index, at: offset, into: buffer)
    }
    let piece = Piece(original.dtype)
    let end = offset + buffer.count
    var position = offset
    while position < end {
      // Whole blocks, of which the first and the last may be wanted in part.
      let first = position / piece.valueByteCount
      let last = min(first + Piece.blockLimit, (end + piece.valueByteCount - 1) / piece.valueByteCount)
      try piece.decode(first..<last) { bytes, start in
        try source.read(tensor: index, at: start, into: bytes)
      }
      let wanted = position..<min(end, last * piece.valueByteCount)
      let values = UnsafeRawBufferPointer(piece.values)
      let skipped = position - first * piece.valueByteCount
      UnsafeMutableRawBufferPointer(rebasing: buffer[position - offset..<wanted.upperBound - offset])
        .copyMemory(from: UnsafeRawBufferPointer(rebasing: values[skipped..<skipped + wanted.count]))
      position = wanted.upperBound
    }
  }

  /// Some blocks, as they are stored and decoded.
  private final class Piece {
    static let blockLimit = 1 << 10

    let dtype: DType
    let values: UnsafeMutableBufferPointer<Float>
    private let stored: UnsafeMutableRawBufferPointer
    private let decoded: UnsafeMutableBufferPointer<Double>

    init(_ dtype: DType) {
      self.dtype = dtype
      let count = Self.blockLimit * dtype.elementsPerBlock
      stored = .allocate(byteCount: Self.blockLimit * dtype.bytesPerBlock, alignment: 64)
      decoded = .allocate(capacity: count)
      values = .allocate(capacity: count)
      decoded.initialize(repeating: 0)
      values.initialize(repeating: 0)
    }

    deinit {
      stored.deallocate()
      decoded.deallocate()
      values.deallocate()
    }

    /// Bytes of a block's values as float32.
    var valueByteCount: Int { dtype.elementsPerBlock * MemoryLayout<Float>.size }

    func decode(_ blocks: Range<Int>, _ read: (UnsafeMutableRawBufferPointer, Int) throws -> Void) rethrows {
      let bytes = UnsafeMutableRawBufferPointer(rebasing: stored[..<(blocks.count * dtype.bytesPerBlock)])
      try read(bytes, blocks.lowerBound * dtype.bytesPerBlock)
      dtype.decode(UnsafeRawBufferPointer(bytes), into: decoded)
      for index in 0..<blocks.count * dtype.elementsPerBlock { values[index] = Float(decoded[index]) }
    }
  }
}
