import Tensors

/// Where the bytes of a list of tensors come from: a generator, a model file, memory.
///
/// Safe to read from several threads; every range gives the same bytes at every time.
public protocol TensorSource: Sendable {
  /// Fills `buffer` with bytes of the tensor at `index` of the list, from byte `offset` of that tensor.
  func read(tensor index: Int, at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws

  /// Whether it is best read by one thread, tensor by tensor from front to back: see `ByteSource.isSequential`.
  var isSequential: Bool { get }
}

extension TensorSource {
  public var isSequential: Bool { false }
}

/// Tensors laid out as one run of bytes, gaps as zeros: what a weight file holds after its header.
public struct LaidOutSource: ByteSource {
  public let layout: WeightLayout
  public let source: any TensorSource

  public init(layout: WeightLayout, source: any TensorSource) {
    self.layout = layout
    self.source = source
  }

  public var byteCount: Int { layout.byteCount }
  public var isSequential: Bool { source.isSequential }

  public func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
    let wanted = offset..<offset + buffer.count
    var position = wanted.lowerBound
    var index = firstTensor(endingAfter: position)
    while position < wanted.upperBound, index < layout.tensors.count {
      let range = layout.tensors[index].byteRange.clamped(to: position..<wanted.upperBound)
      if !range.isEmpty {
        zero(buffer, position - offset..<range.lowerBound - offset)
        let part = UnsafeMutableRawBufferPointer(
          rebasing: buffer[range.lowerBound - offset..<range.upperBound - offset])
        try source.read(tensor: index, at: range.lowerBound - layout.tensors[index].offset, into: part)
        position = range.upperBound
      } else if layout.tensors[index].offset >= wanted.upperBound {
        break
      }
      index += 1
    }
    zero(buffer, position - offset..<buffer.count)
  }

  private func zero(_ buffer: UnsafeMutableRawBufferPointer, _ range: Range<Int>) {
    if !range.isEmpty {
      UnsafeMutableRawBufferPointer(rebasing: buffer[range]).initializeMemory(as: UInt8.self, repeating: 0)
    }
  }

  /// Tensors lie in order of offset: binary search.
  private func firstTensor(endingAfter position: Int) -> Int {
    var low = 0
    var high = layout.tensors.count
    while low < high {
      let middle = (low + high) / 2
      if layout.tensors[middle].byteRange.upperBound > position { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
