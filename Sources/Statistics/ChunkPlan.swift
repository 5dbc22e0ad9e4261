import Tensors

/// Segments cut into chunks. The cuts depend on the segments alone, so that the results do.
struct ChunkPlan: Sendable {
  /// Bytes of a chunk: what a thread reads at a time, and works on before it looks whether to stop.
  static let chunkBytes = 1 << 20

  struct Chunk {
    let dtype: DType
    let byteOffset: Int
    let elementCount: Int

    var byteCount: Int { elementCount / dtype.elementsPerBlock * dtype.bytesPerBlock }
  }

  private let segments: [TensorSegment]
  /// Number of chunks before each segment.
  private let firstChunks: [Int]
  let chunkCount: Int
  let byteCount: Int

  /// - Throws: `StatisticsError.segmentOutOfRange` for a segment that does not lie in `available` bytes.
  init(_ segments: [TensorSegment], available: Int) throws(StatisticsError) {
    var firstChunks: [Int] = []
    var chunks = 0
    var bytes = 0
    for segment in segments {
      let size = try segment.byteCount(within: available)
      firstChunks.append(chunks)
      let capacity = Self.chunkBytes / segment.dtype.bytesPerBlock * segment.dtype.bytesPerBlock
      chunks += (size + capacity - 1) / capacity
      bytes += size
    }
    self.segments = segments
    self.firstChunks = firstChunks
    chunkCount = chunks
    byteCount = bytes
  }

  subscript(index: Int) -> Chunk {
    // The last segment that begins at or before the chunk; empty segments lie before it.
    var low = 0
    var high = segments.count
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if firstChunks[middle] <= index { low = middle } else { high = middle }
    }
    let segment = segments[low]
    let dtype = segment.dtype
    let blocks = Self.chunkBytes / dtype.bytesPerBlock
    let chunk = index - firstChunks[low]
    return Chunk(
      dtype: dtype, byteOffset: segment.byteOffset + chunk * blocks * dtype.bytesPerBlock,
      elementCount: min(blocks, segment.elementCount / dtype.elementsPerBlock - chunk * blocks)
        * dtype.elementsPerBlock)
  }
}
