import Foundation
import ModelContext
import Npy
import Tensors
import Testing

@testable import Interchange

@Suite struct NpzTests {
  private let folder: TemporaryFolder
  private var path: String { folder.path + "/out.npz" }

  init() throws { folder = try TemporaryFolder() }

  private func npy(_ dtype: DType, _ shape: [Int], _ data: [UInt8]) -> [UInt8] {
    NpyHeader.encode(dtype: dtype, shape: shape) + data
  }

  /// Tensor 0 is all ones, tensor 1 counts up, and so on.
  private struct Counting: TensorSource {
    func read(tensor index: Int, at offset: Int, into buffer: UnsafeMutableRawBufferPointer) {
      for place in buffer.indices {
        buffer[place] = index == 0 ? 0xff : UInt8(truncatingIfNeeded: index * (offset + place))
      }
    }
  }

  private func bytes(_ file: ModelFile, tensor index: Int, chunk: Int = 1 << 20) throws -> [UInt8] {
    try TensorBytes(index: index, byteCount: file.tensors[index].byteCount, source: file.source).allBytes(
      chunk: chunk)
  }

  // ------------------------------------------------------------------ reading

  @Test("arrays come in the archive's order, in C order and little-endian, stored or deflated")
  func reading() throws {
    var transposed = npy(.int16, [2, 3], [0, 0, 0, 3, 0, 1, 0, 4, 0, 2, 0, 5])
    for (word, other) in [("False", "True "), ("<i2", ">i2")] {
      transposed.replaceSubrange(
        try #require(transposed.firstRange(of: Array(word.utf8))), with: Array(other.utf8))
    }
    let members = [
      TestMember("z/w.npy", npy(.uint8, [3], [1, 2, 3])),
      TestMember("a.npy", transposed, deflated: deflatedAsStored(transposed)),
    ]
    let file = try ModelFiles().open(try folder.file("m.pt", zip(members)))
    #expect(file.format == "npz")
    #expect(try file.tensors == [info("z/w", .uint8, [3]), info("a", .int16, [2, 3])])
    for chunk in [1, 5, 100] {
      #expect(try bytes(file, tensor: 1, chunk: chunk) == [0, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0])
      #expect(try bytes(file, tensor: 0, chunk: chunk) == [1, 2, 3])
    }
  }

  @Test("what is no .npz archive is refused by what it has, or lacks")
  func badArchives() throws {
    let good = TestMember("a.npy", npy(.uint8, [1], [1]))
    let bad: [([TestMember], NpzError)] = [
      ([], .noArrays), ([good, TestMember("readme.txt", [])], .foreignMember("readme.txt")),
      ([good, TestMember("sub/", [])], .foreignMember("sub/")),
      ([TestMember(".npy", good.plain)], .unnamedArray),
      ([TestMember("a.npy", [])], .array(name: "a", .notNpy)),
      (
        [TestMember("a.npy", npy(.uint8, [2], [1]))],
        .array(name: "a", .dataTruncated(expected: 2, actual: 1))
      ),
    ]
    for (members, error) in bad {
      let path = try folder.file("bad.npz", zip(members))
      #expect(throws: InterchangeError.npz(path: path, error)) { try ModelFiles().open(path) }
    }
    var object = npy(.float64, [1], Array(repeating: 0, count: 8))
    object.replaceSubrange(try #require(object.firstRange(of: Array("<f8".utf8))), with: Array("|O8".utf8))
    let path = try folder.file("objects.npz", zip([TestMember("things.npy", object)]))
    let error = #expect(throws: InterchangeError.self) { try ModelFiles().open(path) }
    #expect(
      error?.description.hasPrefix("\(path): array ‘things’: object arrays (‘|O8’) are not supported") == true
    )
    let other = try folder.file("other.zip", zip([TestMember("word/document.xml", [1])]))
    #expect(throws: InterchangeError.unsupportedFormat(path: other, .zip)) { try ModelFiles().open(other) }
    let damaged = try folder.file("cut.npz", Array(zip([good]).dropLast()))
    #expect(throws: InterchangeError.zip(path: damaged, .noEndRecord)) { try ModelFiles().open(damaged) }
  }

  @Test("damage that shows only when an array is read names the file")
  func lateDamage() throws {
    let member = TestMember("a.npy", npy(.uint8, [3000], Array(repeating: 1, count: 3000))).with {
      $0.data[2130] ^= 1
    }
    let path = try folder.file("bad.npz", zip([member]))
    let file = try ModelFiles().open(path)
    let error = #expect(throws: InterchangeError.self) { try bytes(file, tensor: 0) }
    guard case .zip(path, .checksumMismatch("a.npy", _, _)) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  // ------------------------------------------------------------------ writing

  @Test("what is written is read again, each array's data on a 64-byte boundary")
  func roundTrip() throws {
    let tensors = try [
      info("w", .float32, [2, 3]), info("layer/1.b", .bfloat16, [5]), info("empty", .int64, [0, 4]),
      info("é", .float8E4M3FN, [3]), info("q", .q80, [64]), info("", .bool, []),
      info("long", .uint8, [9_000_001]),
    ]
    let progress = WorkProgress()
    try NpzExport.write(tensors, source: Counting(), to: path, progress: progress)
    #expect(progress.completed == tensors.reduce(0) { $0 + $1.byteCount })
    #expect(try folder.names == ["out.npz"])
    let file = try ModelFiles().open(path)
    #expect(
      try file.tensors == [
        info("w", .float32, [2, 3]), info("layer/1.b", .bfloat16, [5]), info("empty", .int64, [0, 4]),
        info("é", .uint8, [3]), info("q", .uint8, [68]), info("arr_5", .bool, []),
        info("long", .uint8, [9_000_001]),
      ])
    for index in tensors.indices {
      let expected = try TensorBytes(index: index, byteCount: tensors[index].byteCount, source: Counting())
        .allBytes()
      #expect(try bytes(file, tensor: index) == expected)
    }
    let archive = try ZipArchive(FileSource(OpenFile(path: path)))
    #expect(archive.members.allSatisfy { $0.dataOffset % 64 == 0 })
  }

  @Test("names that no archive should have are refused, and nothing is left behind")
  func names() throws {
    for name in ["/a", "../a", "a/../b", "a\n", "a\\b", String(repeating: "x", count: 65_532)] {
      #expect(throws: InterchangeError.npz(path: path, .unsafeName(name))) {
        try NpzExport.write([info(name, .uint8, [1])], source: Counting(), to: path)
      }
    }
    #expect(throws: InterchangeError.npz(path: path, .duplicateName("a"))) {
      try NpzExport.write([info("a", .uint8, [1]), info("a", .int8, [2])], source: Counting(), to: path)
    }
    #expect(throws: InterchangeError.npz(path: path, .noArrays)) {
      try NpzExport.write([], source: Counting(), to: path)
    }
    let deep = try info("deep", .uint8, Array(repeating: 1, count: 65))
    #expect(throws: InterchangeError.npy(path: path, .tooManyDimensions(65))) {
      try NpzExport.write([deep], source: Counting(), to: path)
    }
    #expect(try folder.names == [])
  }

  @Test("an error or a cancellation in the middle leaves what was there")
  func failures() throws {
    _ = try folder.file("out.npz", [7])
    let one = try info("a", .uint8, [9])
    #expect(throws: InterchangeError.alreadyExists(path: path)) {
      try NpzExport.write([one], source: Counting(), to: path)
    }
    let progress = WorkProgress()
    progress.cancel()
    #expect(throws: CancellationError.self) {
      try NpzExport.write([one], source: Counting(), to: path, overwriting: true, progress: progress)
    }
    struct Failing: TensorSource {
      func read(tensor index: Int, at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
        if index == 1 { throw FileError.notFound(path: "gone") }
      }
    }
    #expect(throws: FileError.notFound(path: "gone")) {
      try NpzExport.write([one, info("b", .int8, [1])], source: Failing(), to: path, overwriting: true)
    }
    #expect(try contents(path) == [7])
    #expect(try folder.names == ["out.npz"])
    try NpzExport.write([one], source: Counting(), to: path, overwriting: true)
    #expect(try bytes(ModelFiles().open(path), tensor: 0) == Array(repeating: 0xff, count: 9))
  }

  @Test("members and offsets beyond 4 GiB have their numbers in zip64's fields")
  func wide() throws {
    let size = 5 << 30
    let name = Array("big.npy".utf8)
    let header = ZipRecords.localHeader(name: name, size: size, checksum: 1, at: 0)
    let second = header.count + size
    let secondHeader = ZipRecords.localHeader(name: [0x62], size: 3, checksum: 2, at: second)
    #expect(header.count % 64 == 0 && (second + secondHeader.count) % 64 == 0)
    let directoryOffset = second + secondHeader.count + 3
    let directory =
      ZipRecords.entry(name: name, size: size, checksum: 1, headerOffset: 0)
      + ZipRecords.entry(name: [0x62], size: 3, checksum: 2, headerOffset: second)
    let end = ZipRecords.end(
      memberCount: 2, directoryOffset: directoryOffset, directoryByteCount: directory.count)
    let source = SparseSource(
      byteCount: directoryOffset + directory.count + end.count,
      pieces: [(0, header), (second, secondHeader), (directoryOffset, directory + end)])
    let archive = try ZipArchive(source)
    #expect(archive.members.map(\.size) == [size, 3])
    #expect(archive.members.map(\.headerOffset) == [0, second])
    #expect(archive.members.map(\.dataOffset) == [header.count, second + secondHeader.count])
    // As many members as the end record's field can't count.
    let many = ZipRecords.end(memberCount: 65_535, directoryOffset: 0, directoryByteCount: 65_535 * 46)
    #expect(many.count == 56 + 20 + 22)
  }
}
