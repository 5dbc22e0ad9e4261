import Tensors

/// Writes a .npy file piece by piece: the header at once, then the data as they come, in C order.
public struct NpyWriter<Sink: ByteSink>: ByteSink {
  /// Where the file goes to.
  public private(set) var sink: Sink
  /// Bytes of data that the shape asks for.
  public let dataByteCount: Int
  /// Bytes of data written so far.
  public private(set) var writtenByteCount = 0

  /// Writes the header.
  ///
  /// - Throws: `NpyError` for a shape that no .npy file can have; what `sink` throws.
  public init(dtype: DType, shape: [Int], to sink: Sink) throws {
    if shape.count > NpyFormat.maximumDimensions { throw NpyError.tooManyDimensions(shape.count) }
    if let extent = shape.first(where: { $0 < 0 }) { throw NpyError.negativeExtent(String(extent)) }
    dataByteCount = try NpyHeader.size(of: shape, dtype: dtype).bytes
    self.sink = sink
    try NpyHeader.encode(dtype: dtype, shape: shape).withUnsafeBytes { try self.sink.write($0) }
  }

  /// Takes the next bytes of data.
  ///
  /// - Throws: `NpyError.tooMuchWritten`, and writes nothing, where they go beyond the shape; what the sink
  ///   throws.
  public mutating func write(_ bytes: UnsafeRawBufferPointer) throws {
    guard bytes.count <= dataByteCount - writtenByteCount else {
      throw NpyError.tooMuchWritten(expected: dataByteCount)
    }
    try sink.write(bytes)
    writtenByteCount += bytes.count
  }

  /// Ends the file.
  ///
  /// - Returns: the sink, for what is to be done with it then.
  /// - Throws: `NpyError.tooLittleWritten` where data are missing.
  public consuming func finish() throws(NpyError) -> Sink {
    guard writtenByteCount == dataByteCount else {
      throw .tooLittleWritten(expected: dataByteCount, actual: writtenByteCount)
    }
    return sink
  }
}
