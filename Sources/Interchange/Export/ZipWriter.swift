import Tensors

/// Writes an archive of stored members, each in one pass: its checksum is put into its header when it is known.
final class ZipWriter: ByteSink {
  private let file: StagedFile
  private var offset = 0
  private var directory: [UInt8] = []
  private var memberCount = 0
  private var member: Member?

  private struct Member {
    let name: [UInt8]
    let size: Int
    let headerOffset: Int
    var checksum = RunningChecksum()
  }

  init(to file: StagedFile) { self.file = file }

  /// Begins a member.
  ///
  /// - Parameters:
  ///   - name: at most 65,535 bytes of UTF-8.
  ///   - size: as many bytes as will be written.
  func begin(_ name: String, size: Int) throws {
    let member = Member(name: Array(name.utf8), size: size, headerOffset: offset)
    try put(ZipRecords.localHeader(name: member.name, size: size, checksum: 0, at: offset))
    self.member = member
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws {
    member?.checksum.update(bytes)
    try file.write(bytes)
    offset += bytes.count
  }

  /// - Precondition: as many bytes were written as `begin` was told.
  func end() throws {
    guard let member else { return }
    precondition(member.checksum.byteCount == member.size)
    var checksum: [UInt8] = []
    checksum.append(littleEndian: member.checksum.value)
    try checksum.withUnsafeBytes {
      try file.overwrite($0, at: member.headerOffset + ZipRecords.checksumOffset)
    }
    directory += ZipRecords.entry(
      name: member.name, size: member.size, checksum: member.checksum.value,
      headerOffset: member.headerOffset)
    memberCount += 1
    self.member = nil
  }

  /// Writes the directory.
  func finish() throws {
    let end = ZipRecords.end(
      memberCount: memberCount, directoryOffset: offset, directoryByteCount: directory.count)
    try put(directory + end)
  }

  private func put(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { try file.write($0) }
    offset += bytes.count
  }
}
