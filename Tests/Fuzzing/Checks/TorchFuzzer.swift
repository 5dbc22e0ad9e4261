import Tensors

@testable import Interchange

/// The pickle of a PyTorch file, with storages of as many bytes as it asks for.
enum TorchFuzzer {
  static func check(_ bytes: UnsafeRawBufferPointer) throws {
    do {
      let (root, heap) = try PickleMachine.run(Array(bytes))
      let contents = try TorchContents(root, heap)
      for (name, tensor) in contents.tensors {
        try check(try TorchPlace(tensor, name: name), of: tensor)
      }
      try promise(Set(contents.tensors.map(\.name)).count == contents.tensors.count, "each name once")
    } catch let error as TorchError {
      try promisePlain(error)
    }
  }

  private static func check(_ place: TorchPlace, of tensor: TorchTensor) throws {
    try promise(place.info.shape == tensor.size.map { Int($0) }, "the shape that the pickle has: \(tensor)")
    let itemSize = place.info.dtype.itemSize
    let (count, overflow) = Int(tensor.storage.elementCount).multipliedReportingOverflow(
      by: tensor.storage.dtype?.itemSize ?? 1)
    // What no file can have is refused by its size before anything is read.
    guard !overflow, count < 1 << 20, place.info.byteCount < 1 << 12 else { return }
    let storage = Pattern(byteCount: count)
    let source: any ByteSource =
      if let strides = place.strides {
        StridedSource(
          storage, shape: place.info.shape, strides: strides, start: place.offset, itemSize: itemSize,
          blockByteCount: 64)
      } else {
        SlicedSource(storage, from: place.offset * itemSize, byteCount: place.info.byteCount)
      }
    let data = try source.allBytes(chunk: 24)
    for element in 0..<place.info.elementCount {
      var rest = element
      var position = place.offset
      for (extent, stride) in zip(place.info.shape, tensor.stride).reversed() {
        position += rest % extent * Int(stride)
        rest /= extent
      }
      for byte in 0..<itemSize {
        try promise(
          data[element * itemSize + byte] == Pattern.byte(position * itemSize + byte),
          "element \(element): \(tensor)")
      }
    }
  }

  /// Bytes that tell where they are; a read outside of them is told too.
  private struct Pattern: ByteSource {
    let byteCount: Int

    static func byte(_ place: Int) -> UInt8 { UInt8(truncatingIfNeeded: place &* 0x9e37_79b9 >> 8) }

    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
      try promise(offset >= 0 && offset + buffer.count <= byteCount, "a read inside of the storage")
      for place in buffer.indices { buffer[place] = Self.byte(offset + place) }
    }
  }
}
