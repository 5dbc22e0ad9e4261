import Synchronization
import Tensors

/// Data in Fortran order as a source of the same array in C order, in bounded memory.
///
/// A block of the array in C order is gathered at a time, by reading the stored bytes in their order, and kept
/// until another is wanted: so reading from front to back, by several threads too, gathers each block once.
/// The lock is held while a block is gathered, since others most likely wait for that same block.
final class TransposedSource: ByteSource {
  private struct Block {
    let range: Range<Int>
    let bytes: [UInt8]
  }

  let byteCount: Int
  private let stored: any ByteSource
  private let boxes: FortranBoxes
  private let current = Mutex<Block?>(nil)

  /// - Parameters:
  ///   - stored: the data, first axis fastest.
  ///   - shape: as the array has it, outermost extent first; no extent is 0.
  ///   - blockByteCount: memory for the block kept; never less than one element.
  init(_ stored: any ByteSource, shape: [Int], itemSize: Int, blockByteCount: Int = 32 << 20) {
    self.stored = stored
    byteCount = stored.byteCount
    boxes = FortranBoxes(shape: shape, itemSize: itemSize, maximumByteCount: blockByteCount)
  }

  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
    var done = 0
    while done < buffer.count {
      let position = offset + done
      done += try current.withLock { block in
        if block?.range.contains(position) != true {
          block = nil  // frees it before the next is made
          block = try gather(boxes.box(containing: position / boxes.itemSize))
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

  private func gather(_ box: FortranBox) throws -> Block {
    let itemSize = boxes.itemSize
    let bytes = try [UInt8](unsafeUninitializedCapacity: box.elementCount * itemSize) { memory, count in
      try box.gather(from: stored, itemSize: itemSize, into: UnsafeMutableRawBufferPointer(memory))
      count = box.elementCount * itemSize
    }
    let start = box.firstElement * itemSize
    return Block(range: start..<start + bytes.count, bytes: bytes)
  }
}
