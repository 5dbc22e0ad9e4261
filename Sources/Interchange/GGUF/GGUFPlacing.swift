import Tensors

/// Where the tensors of a GGUF file lie in its data: in its bounds, without overlap, and with no more between them than
/// padding.
struct GGUFPlacing {
  let alignment: Int
  let dataByteCount: Int

  /// The tensors in the order in which they lie.
  ///
  /// A tensor of a type of unknown size takes everything up to the next one, or to the end of the file.
  func entries(_ tensors: [GGUFTensorInfo]) throws -> [GGUFHeader.Entry] {
    // Tensors without bytes come before the one that begins where they lie.
    let sorted = tensors.sorted {
      ($0.offset, $0.elementCount == 0 ? 0 : 1) < ($1.offset, $1.elementCount == 0 ? 0 : 1)
    }
    var entries: [GGUFHeader.Entry] = []
    entries.reserveCapacity(sorted.count)
    var end = 0
    for (index, tensor) in sorted.enumerated() {
      let start = try start(of: tensor)
      if start < end { throw GGUFError.overlap(tensor: tensor.name, other: sorted[index - 1].name) }
      if start - end >= alignment { throw GGUFError.hole(tensor: tensor.name, byteCount: start - end) }
      let next = index + 1 < sorted.count ? sorted[index + 1] : nil
      let count = try tensor.byteCount ?? byteCount(upTo: next, from: start, of: tensor)
      guard count <= max(0, dataByteCount - start) else {
        throw GGUFError.dataTruncated(
          tensor: tensor.name, end: tensor.offset + UInt64(count), actual: dataByteCount)
      }
      end = start + count
      entries.append(try entry(tensor, byteRange: start..<end))
    }
    let limit = GGUFHeader.padded(end, to: alignment)
    if dataByteCount > limit { throw GGUFError.trailingBytes(count: dataByteCount - end) }
    return entries
  }

  /// A tensor without bytes may stand where the padding of the last one would end, had it been written.
  private func start(of tensor: GGUFTensorInfo) throws(GGUFError) -> Int {
    guard tensor.offset % UInt64(alignment) == 0 else {
      throw .unalignedOffset(tensor: tensor.name, offset: tensor.offset, alignment: alignment)
    }
    guard let start = Int(exactly: tensor.offset), start <= GGUFHeader.padded(dataByteCount, to: alignment)
    else {
      throw .dataTruncated(tensor: tensor.name, end: tensor.offset, actual: dataByteCount)
    }
    return start
  }

  private func byteCount(
    upTo next: GGUFTensorInfo?, from start: Int, of tensor: GGUFTensorInfo
  ) throws(GGUFError) -> Int {
    guard let next else {
      if start < dataByteCount { return dataByteCount - start }
      throw .dataTruncated(tensor: tensor.name, end: tensor.offset, actual: dataByteCount)
    }
    let end = try self.start(of: next)
    if end == start { throw .overlap(tensor: next.name, other: tensor.name) }
    return end - start
  }

  private func entry(_ tensor: GGUFTensorInfo, byteRange: Range<Int>) throws -> GGUFHeader.Entry {
    if let dtype = tensor.type.dtype {
      return GGUFHeader.Entry(
        info: try TensorInfo(name: tensor.name, dtype: dtype, shape: tensor.shape), byteRange: byteRange,
        rawType: nil)
    }
    return GGUFHeader.Entry(
      info: try TensorInfo(name: tensor.name, dtype: .uint8, shape: [byteRange.count]), byteRange: byteRange,
      rawType: "\(tensor.type.name) \(tensor.shape)")
  }
}
