import ModelContext
import Tensors

/// Several sources one after the other.
struct JoinedBytes: ByteSource {
  private let parts: [any ByteSource]
  /// Where each part begins, and the end of the last.
  private let starts: [Int]

  /// - Throws: `ShardError.tooLarge`.
  init(_ parts: [any ByteSource]) throws(ShardError) {
    var starts = [0]
    for part in parts {
      let (end, overflow) = starts[starts.count - 1].addingReportingOverflow(part.byteCount)
      if overflow { throw .tooLarge }
      starts.append(end)
    }
    self.parts = parts
    self.starts = starts
  }

  var byteCount: Int { starts[parts.count] }

  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
    for (index, part) in parts.enumerated() {
      let range = (starts[index]..<starts[index + 1]).clamped(to: offset..<offset + buffer.count)
      if range.isEmpty { continue }
      try part.read(
        at: range.lowerBound - starts[index],
        into: UnsafeMutableRawBufferPointer(
          rebasing: buffer[range.lowerBound - offset..<range.upperBound - offset]))
    }
  }

  func checkUnchanged() throws {
    for part in parts { try part.checkUnchanged() }
  }
}

/// The tensors of several models, one model after the other.
struct JoinedTensors: TensorSource {
  private let parts: [any TensorSource]
  /// The number of the first tensor of each part.
  private let starts: [Int]

  init(_ parts: [(source: any TensorSource, count: Int)]) {
    self.parts = parts.map(\.source)
    starts = parts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
  }

  var isSequential: Bool { parts.contains(where: \.isSequential) }

  func read(tensor index: Int, at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
    guard let part = parts.indices.last(where: { starts[$0] <= index }) else { return }
    try parts[part].read(tensor: index - starts[part], at: offset, into: buffer)
  }
}
