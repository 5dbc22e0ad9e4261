import CZlib
import Tensors

/// The CRC-32 of a member's first bytes.
struct RunningChecksum {
  private(set) var byteCount = 0
  private(set) var value: UInt32 = 0

  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    value = UInt32(crc32_z(uLong(value), bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count))
    byteCount += bytes.count
  }
}

extension ZipArchive {
  /// The checksum follows reads that go on where the last one ended, or overlap it; when they reach the member's
  /// end, it is compared.
  func readStored(_ member: Int, at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
    try source.read(at: members[member].dataOffset + offset, into: buffer)
    let complete: UInt32? = checksums.withLock { checksums in
      let known = checksums[member].byteCount
      guard (offset..<offset + buffer.count).contains(known) else { return nil }
      checksums[member].update(UnsafeRawBufferPointer(rebasing: buffer[(known - offset)...]))
      return checksums[member].byteCount == members[member].size ? checksums[member].value : nil
    }
    if let complete { try check(member, complete) }
  }

  func readDeflated(_ member: Int, at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
    try inflating.withLock { current in
      if current?.member != member || current.map({ $0.inflater.position > offset }) == true {
        current = nil  // frees it before the next is made
        let data = SlicedSource(
          source, from: members[member].dataOffset, byteCount: members[member].compressedSize)
        current = (member, Inflater(data, size: members[member].size, member: members[member].name))
      }
      guard let inflater = current?.inflater else { return }
      do {
        try inflater.skip(to: offset)
        try inflater.read(into: buffer)
        if inflater.isComplete { try check(member, inflater.checksum.value) }
      } catch {
        current = nil
        throw error
      }
    }
  }
}
