import Npy
import Tensors

@testable import Interchange

/// A whole zip archive, and the .npz file that it may be.
enum ZipFuzzer {
  static func check(_ bytes: UnsafeRawBufferPointer) throws {
    let archive: ZipArchive
    do {
      archive = try ZipArchive(BorrowedBytes(bytes: bytes))
    } catch let error as ZipError {
      return try promisePlain(error)
    }
    var end = 0
    for (index, member) in archive.members.enumerated() {
      try promise(member.headerOffset >= end && member.end <= bytes.count, "members lie apart: \(member)")
      try promise(
        member.dataOffset + member.compressedSize <= member.end, "data lie in their member: \(member)")
      try promise(
        member.size <= member.compressedSize * ZipFormat.maximumRatio, "a size that can be: \(member)")
      end = member.end
      try checkReading(archive, index)
    }
    try checkArrays(archive)
    try checkWriting(archive)
  }

  private static func checkReading(_ archive: ZipArchive, _ index: Int) throws {
    let source = archive.bytes(of: index)
    do {
      let data = try source.allBytes(chunk: max(1, source.byteCount))
      try promise(data.count == archive.members[index].size, "the size that the directory has")
      try promise(try source.allBytes(chunk: 7) == data, "the same in pieces")
      if data.count > 3 {
        var part: [UInt8] = [0, 0]
        try part.withUnsafeMutableBytes { try source.read(at: 1, into: $0) }
        try promise(part == Array(data[1..<3]), "the same backwards")
      }
    } catch let error as ZipError {
      try promisePlain(error)
    }
  }

  private static func checkArrays(_ archive: ZipArchive) throws {
    do {
      let arrays = try NpzArrays(archive, path: "x")
      for (index, info) in arrays.tensors.enumerated() {
        _ = try TensorBytes(index: index, byteCount: info.byteCount, source: arrays).allBytes(chunk: 100)
      }
    } catch let error as NpzError {
      try promisePlain(error)
    } catch let error as ZipError {
      try promisePlain(error)
    } catch let error as InterchangeError {
      try promisePlain(error)
    }
  }

  /// The same stored members by our own records.
  private static func checkWriting(_ archive: ZipArchive) throws {
    var body: [UInt8] = []
    var directory: [UInt8] = []
    for member in archive.members {
      directory += ZipRecords.entry(
        name: member.nameBytes, size: member.compressedSize, checksum: member.checksum,
        headerOffset: body.count)
      body += ZipRecords.localHeader(
        name: member.nameBytes, size: member.compressedSize, checksum: member.checksum, at: body.count)
      try promise(body.count % 64 == 0, "data begin on a 64-byte boundary")
      body += repeatElement(0, count: member.compressedSize)
    }
    let end = ZipRecords.end(
      memberCount: archive.members.count, directoryOffset: body.count, directoryByteCount: directory.count)
    let again = try (body + directory + end).withUnsafeBytes { try ZipArchive(BorrowedBytes(bytes: $0)) }
    try promise(again.members.map(\.nameBytes) == archive.members.map(\.nameBytes), "written and read again")
    try promise(again.members.map(\.size) == archive.members.map(\.compressedSize), "written and read again")
  }
}
