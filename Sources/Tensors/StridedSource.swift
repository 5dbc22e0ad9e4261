import Synchronization

/// Elements that are stored in some other order as a source of the same array in C order, in bounded memory.
///
/// A block of the array in C order is gathered at a time, by reading the stored bytes in their order, and kept
/// until another is wanted: so reading from front to back, by several threads too, gathers each block once.
/// The lock is held while a block is gathered, since others most likely wait for that same block.
package final class StridedSource: ByteSource {
  private struct Block {
    let range: Range<Int>
    let bytes: [UInt8]
  }

  package let byteCount: Int
  private let stored: any ByteSource
  private let itemSize: Int
  private let boxes: StridedBoxes
  private let current = Mutex<Block?>(nil)

  /// - Parameters:
  ///   - stored: where the elements lie.
  ///   - shape: as the array has it, outermost extent first; no extent is 0.
  ///   - strides: elements from one index of an axis to the next where they are stored, none negative. No two
  ///     elements but those of a stride of 0 lie at the same place, and an axis of wider stride steps over all of
  ///     those of narrower stride.
  ///   - start: of the first element, in elements.
  ///   - itemSize: bytes of an element: 1, 2, 4, 8 or 16.
  ///   - blockByteCount: memory for the block kept; never less than one element.
  package init(
    _ stored: any ByteSource, shape: [Int], strides: [Int], start: Int = 0, itemSize: Int,
    blockByteCount: Int = 32 << 20
  ) {
    self.stored = stored
    self.itemSize = itemSize
    byteCount = shape.reduce(itemSize, *)
    boxes = StridedBoxes(
      shape: shape, strides: strides, start: start, capacity: max(1, blockByteCount / itemSize))
  }

  /// An array in Fortran order: first axis fastest.
  package convenience init(
    fortranOrder stored: any ByteSource, shape: [Int], itemSize: Int, blockByteCount: Int = 32 << 20
  ) {
    var strides: [Int] = []
    var stride = 1
    for extent in shape {
      strides.append(stride)
      stride *= extent
    }
    self.init(
      stored, shape: shape, strides: strides, itemSize: itemSize, blockByteCount: blockByteCount)
  }

  package func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
    var done = 0
    while done < buffer.count {
      let position = offset + done
      done += try current.withLock { block in
        if block?.range.contains(position) != true {
          block = nil  // frees it before the next is made
          block = try gather(boxes.box(containing: position / itemSize))
        }
        guard let block else { return 0 }
        let from = position - block.range.lowerBound
        let count = min(buffer.count - done, block.range.upperBound - position)
        block.bytes.withUnsafeBytes {
          UnsafeMutableRawBufferPointer(rebasing: buffer[done..<done + count])
            .copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[from..<from + count]))
        }
        return count
      }
    }
  }

  private func gather(_ box: StridedBox) throws -> Block {
    let bytes = try [UInt8](unsafeUninitializedCapacity: box.elementCount * itemSize) { memory, count in
      try box.gather(from: stored, itemSize: itemSize, into: UnsafeMutableRawBufferPointer(memory))
      count = box.elementCount * itemSize
    }
    let start = box.firstElement * itemSize
    return Block(range: start..<start + bytes.count, bytes: bytes)
  }
}
