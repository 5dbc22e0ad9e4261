import Tensors

/// Elements of one tensor, read by whole blocks into memory that is used again and again.
final class ElementReader {
  let info: TensorInfo
  private let source: any ByteSource
  private let offset: Int
  private let elementsPerBlock: Int
  private let bytesPerBlock: Int
  private var bytes: [UInt8] = []
  private var values: [Double] = []
  /// The blocks that `bytes` begins with.
  private var loaded = 0..<0

  /// - Parameter offset: where in `source` the tensor begins; it lies in it whole.
  init(_ info: TensorInfo, in source: any ByteSource, at offset: Int) {
    self.info = info
    self.source = source
    self.offset = offset
    elementsPerBlock = info.dtype.elementsPerBlock
    bytesPerBlock = info.dtype.bytesPerBlock
  }

  private func blocks(of elements: Range<Int>) -> Range<Int> {
    elements.lowerBound / elementsPerBlock..<(elements.upperBound - 1) / elementsPerBlock + 1
  }

  /// Bytes of a run of elements, about.
  func byteCount(of elementCount: Int) -> Int {
    let (product, overflow) = elementCount.multipliedReportingOverflow(by: bytesPerBlock)
    return overflow ? Int.max : product / elementsPerBlock
  }

  /// Reads elements, at least one.
  func load(_ elements: Range<Int>) throws {
    let wanted = blocks(of: elements)
    let count = wanted.count * bytesPerBlock
    if bytes.count < count { bytes = [UInt8](repeating: 0, count: count) }
    loaded = 0..<0
    try bytes.withUnsafeMutableBytes { memory in
      try source.read(
        at: offset + wanted.lowerBound * bytesPerBlock,
        into: UnsafeMutableRawBufferPointer(rebasing: memory[..<count]))
    }
    loaded = wanted
  }

  /// Lends loaded elements, at least one, as doubles.
  func withValues<R>(_ elements: Range<Int>, _ body: (UnsafePointer<Double>) throws -> R) rethrows -> R {
    let wanted = blocks(of: elements)
    precondition(loaded.lowerBound <= wanted.lowerBound && wanted.upperBound <= loaded.upperBound)
    let count = wanted.count * elementsPerBlock
    if values.count < count { values = [Double](repeating: 0, count: count) }
    return try bytes.withUnsafeBytes { memory in
      let start = (wanted.lowerBound - loaded.lowerBound) * bytesPerBlock
      let part = UnsafeRawBufferPointer(rebasing: memory[start..<start + wanted.count * bytesPerBlock])
      return try values.withUnsafeMutableBufferPointer { values in
        info.dtype.decode(part, into: values)
        let lead = elements.lowerBound - wanted.lowerBound * elementsPerBlock
        // Not empty: at least one element was asked for.
        return try body(UnsafePointer(values.baseAddress! + lead))
      }
    }
  }

  /// Lends the bytes of one loaded element of a dtype without blocks.
  func withBytes<R>(of element: Int, _ body: (UnsafeRawBufferPointer) -> R) -> R {
    precondition(elementsPerBlock == 1 && loaded.contains(element))
    let start = (element - loaded.lowerBound) * bytesPerBlock
    return bytes.withUnsafeBytes {
      body(UnsafeRawBufferPointer(rebasing: $0[start..<start + bytesPerBlock]))
    }
  }
}
