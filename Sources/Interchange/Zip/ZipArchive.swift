import Synchronization
import Tensors

/// A zip archive, checked as a whole: every member lies apart from the others, and its two headers agree.
///
/// Members are read in any ranges. Stored ones are read in place; of the deflated ones one at a time has a
/// decompressor, which begins anew when a read goes backwards, so that memory stays bounded.
final class ZipArchive: Sendable {
  /// In the order in which they lie in the archive.
  let members: [ZipMember]
  let source: any ByteSource
  let inflating = Mutex<(member: Int, inflater: Inflater)?>(nil)
  /// How far the CRC-32 of each stored member is known.
  let checksums: Mutex<[RunningChecksum]>
  private let comparesZeroChecksums: Bool

  /// Reads and checks the directory and every local header.
  ///
  /// - Parameter source: the whole file.
  /// - Throws: `ZipError` with the first thing that is wrong; what `source` throws where it can't be read.
  init(_ source: any ByteSource) throws {
    let end = try ZipEndRecords(source)
    let directory = try LittleEndianBytes(source, from: end.directoryOffset, count: end.directoryByteCount)
    var members = try Self.entries(directory, count: end.memberCount)
    members.sort { ($0.headerOffset, $0.name) < ($1.headerOffset, $1.name) }
    for index in members.indices {
      // Overlap first: of members that lie in each other only one can have its local header.
      if index > 0, members[index].headerOffset < members[index - 1].end {
        throw ZipError.overlap(member: members[index].name, other: members[index - 1].name)
      }
      try members[index].locate(in: source, limit: end.directoryOffset)
    }
    self.members = members
    self.source = source
    comparesZeroChecksums = true
    checksums = Mutex(Array(repeating: RunningChecksum(), count: members.count))
  }

  /// The same archive, of a writer that may leave checksums 0 when it computes none.
  init(allowingZeroChecksums archive: ZipArchive) {
    members = archive.members
    source = archive.source
    comparesZeroChecksums = false
    checksums = Mutex(Array(repeating: RunningChecksum(), count: members.count))
  }

  private static func entries(_ directory: LittleEndianBytes, count: Int) throws(ZipError) -> [ZipMember] {
    var members: [ZipMember] = []
    members.reserveCapacity(count)
    // As bytes: two names that Unicode takes for the same are two names.
    var names: Set<[UInt8]> = []
    var position = 0
    for number in 0..<count {
      let member = try ZipMember(directory, at: &position, number: number)
      guard names.insert(member.nameBytes).inserted else { throw .duplicateName(member.name) }
      members.append(member)
    }
    if position < directory.bytes.count {
      throw .trailingDirectoryBytes(count: directory.bytes.count - position)
    }
    return members
  }

  /// The bytes of a member.
  func bytes(of member: Int) -> any ByteSource { ZipMemberSource(archive: self, member: member) }

  func index(of name: String) -> Int? { members.firstIndex { $0.name == name } }

  /// Compares the checksum of a member that has been read through.
  func check(_ member: Int, _ checksum: UInt32) throws(ZipError) {
    let expected = members[member].checksum
    if expected == 0 && !comparesZeroChecksums { return }
    if checksum != expected {
      throw .checksumMismatch(member: members[member].name, expected: expected, actual: checksum)
    }
  }
}

/// A member's bytes, as they were before they were put into the archive.
private struct ZipMemberSource: ByteSource {
  let archive: ZipArchive
  let member: Int

  var byteCount: Int { archive.members[member].size }

  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
    if buffer.isEmpty { return }
    if archive.members[member].method == ZipFormat.stored {
      try archive.readStored(member, at: offset, into: buffer)
    } else {
      try archive.readDeflated(member, at: offset, into: buffer)
    }
  }
}
