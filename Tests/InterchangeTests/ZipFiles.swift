import Tensors

@testable import Interchange

/// A member of a hand-made archive; what differs from the truth is given.
struct TestMember {
  var name: String
  /// As they lie in the archive: stored, or deflated already.
  var data: [UInt8]
  /// What the data were before.
  var plain: [UInt8]
  var method: UInt16 = 0
  var flags: UInt16 = 0
  var checksum: UInt32
  var size: UInt64
  var compressedSize: UInt64
  /// Written into both headers in the fields' places; the zip64 field then has the true numbers.
  var isWide = false
  var localName: String?
  var localMethod: UInt16?
  var localFlags: UInt16?
  var localChecksum: UInt32?
  var localSize: UInt64?
  var localCompressedSize: UInt64?
  var localExtra: [UInt8] = []
  var entryExtra: [UInt8] = []
  var comment: [UInt8] = []
  var descriptor: [UInt8] = []
  /// What the directory says.
  var headerOffset: UInt64?
  var disk: UInt16 = 0

  init(_ name: String, _ plain: [UInt8], deflated: [UInt8]? = nil) {
    self.name = name
    self.plain = plain
    data = deflated ?? plain
    method = deflated == nil ? 0 : 8
    var running = RunningChecksum()
    plain.withUnsafeBytes { running.update($0) }
    checksum = running.value
    size = UInt64(plain.count)
    compressedSize = UInt64(data.count)
  }

  func with(_ change: (inout TestMember) -> Void) -> TestMember {
    var copy = self
    change(&copy)
    return copy
  }
}

/// How a hand-made archive ends; what differs from the truth is given.
struct TestEnd {
  var comment: [UInt8] = []
  var count: UInt64?
  var byteCount: UInt64?
  var offset: UInt64?
  var disk: UInt16 = 0
  /// Writes zip64's records, and ones into the fields of the end record.
  var isWide = false
  var narrowCount: UInt16?
  var locatorOffset: UInt64?
  var zip64Size: UInt64 = 44
  var beforeEnd: [UInt8] = []
}

func zip(_ members: [TestMember], _ end: TestEnd = TestEnd()) -> [UInt8] {
  var bytes: [UInt8] = []
  var directory: [UInt8] = []
  for member in members {
    let offset = UInt64(bytes.count)
    let local = (member.localSize ?? member.size, member.localCompressedSize ?? member.compressedSize)
    let localName = Array((member.localName ?? member.name).utf8)
    var extra = member.localExtra
    if member.isWide { extra += zip64Field([local.0, local.1]) }
    bytes.append(littleEndian: 0x0403_4b50 as UInt32)
    bytes.append(littleEndian: 20 as UInt16)
    bytes.append(littleEndian: member.localFlags ?? member.flags)
    bytes.append(littleEndian: member.localMethod ?? member.method)
    bytes.append(littleEndian: 0 as UInt32)
    bytes.append(littleEndian: member.localChecksum ?? member.checksum)
    for number in [local.1, local.0] {
      bytes.append(littleEndian: member.isWide ? .max : UInt32(truncatingIfNeeded: number))
    }
    bytes.append(littleEndian: UInt16(localName.count))
    bytes.append(littleEndian: UInt16(extra.count))
    bytes += localName + extra + member.data + member.descriptor

    let headerOffset = member.headerOffset ?? offset
    var entryExtra = member.entryExtra
    if member.isWide { entryExtra += zip64Field([member.size, member.compressedSize, headerOffset]) }
    directory.append(littleEndian: 0x0201_4b50 as UInt32)
    directory.append(littleEndian: 20 as UInt16)
    directory.append(littleEndian: 20 as UInt16)
    directory.append(littleEndian: member.flags)
    directory.append(littleEndian: member.method)
    directory.append(littleEndian: 0 as UInt32)
    directory.append(littleEndian: member.checksum)
    for number in [member.compressedSize, member.size] {
      directory.append(littleEndian: member.isWide ? .max : UInt32(truncatingIfNeeded: number))
    }
    directory.append(littleEndian: UInt16(member.name.utf8.count))
    directory.append(littleEndian: UInt16(entryExtra.count))
    directory.append(littleEndian: UInt16(member.comment.count))
    directory.append(littleEndian: member.disk)
    directory += [UInt8](repeating: 0, count: 6)
    directory.append(littleEndian: member.isWide ? .max : UInt32(truncatingIfNeeded: headerOffset))
    directory += Array(member.name.utf8) + entryExtra + member.comment
  }
  return bytes + directory
    + endRecords(end, count: members.count, offset: bytes.count, byteCount: directory.count)
}

private func endRecords(_ end: TestEnd, count: Int, offset: Int, byteCount: Int) -> [UInt8] {
  let numbers = (
    count: end.count ?? UInt64(count), byteCount: end.byteCount ?? UInt64(byteCount),
    offset: end.offset ?? UInt64(offset)
  )
  var bytes = end.beforeEnd
  if end.isWide {
    bytes.append(littleEndian: 0x0606_4b50 as UInt32)
    bytes.append(littleEndian: end.zip64Size)
    bytes.append(littleEndian: 45 as UInt32)
    bytes.append(littleEndian: 0 as UInt64)
    for number in [numbers.count, numbers.count, numbers.byteCount, numbers.offset] {
      bytes.append(littleEndian: number)
    }
    bytes.append(littleEndian: 0x0706_4b50 as UInt32)
    bytes.append(littleEndian: 0 as UInt32)
    bytes.append(littleEndian: end.locatorOffset ?? UInt64(offset + byteCount))
    bytes.append(littleEndian: 1 as UInt32)
  }
  bytes.append(littleEndian: 0x0605_4b50 as UInt32)
  bytes.append(littleEndian: end.disk)
  bytes.append(littleEndian: end.disk)
  for _ in 0..<2 {
    bytes.append(
      littleEndian: end.narrowCount ?? (end.isWide ? .max : UInt16(truncatingIfNeeded: numbers.count)))
  }
  for number in [numbers.byteCount, numbers.offset] {
    bytes.append(littleEndian: end.isWide ? .max : UInt32(truncatingIfNeeded: number))
  }
  bytes.append(littleEndian: UInt16(end.comment.count))
  return bytes + end.comment
}

func zip64Field(_ numbers: [UInt64]) -> [UInt8] {
  var field: [UInt8] = []
  field.append(littleEndian: 1 as UInt16)
  field.append(littleEndian: UInt16(8 * numbers.count))
  for number in numbers { field.append(littleEndian: number) }
  return field
}

/// Deflate data of one stored block.
func deflatedAsStored(_ bytes: [UInt8]) -> [UInt8] {
  var data: [UInt8] = [1]
  data.append(littleEndian: UInt16(bytes.count))
  data.append(littleEndian: ~UInt16(bytes.count))
  return data + bytes
}

extension ByteSource {
  /// All bytes, read in pieces of `chunk`.
  func allBytes(chunk: Int = 1 << 16) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0xee, count: byteCount)
    try bytes.withUnsafeMutableBytes { buffer in
      for start in stride(from: 0, to: byteCount, by: chunk) {
        let part = buffer[start..<min(byteCount, start + chunk)]
        try read(at: start, into: UnsafeMutableRawBufferPointer(rebasing: part))
      }
    }
    return bytes
  }

  func bytes(_ range: Range<Int>) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0xee, count: range.count)
    try bytes.withUnsafeMutableBytes { try read(at: range.lowerBound, into: $0) }
    return bytes
  }
}

/// What may stand behind a member whose header has no numbers.
func descriptor(_ member: TestMember, isSigned: Bool, isWide: Bool) -> [UInt8] {
  var bytes: [UInt8] = []
  if isSigned { bytes.append(littleEndian: 0x0807_4b50 as UInt32) }
  bytes.append(littleEndian: member.checksum)
  for number in [member.compressedSize, member.size] {
    if isWide { bytes.append(littleEndian: number) } else { bytes.append(littleEndian: UInt32(number)) }
  }
  return bytes
}
