import Tensors
import Testing

@testable import Interchange

/// What is refused: what is no archive, a damaged directory, and members that are not as it says.
extension ZipTests {
  @Test("what has no end record is no archive, at whatever byte it is cut")
  func truncated() throws {
    let whole = zip([
      abc,
      long.with {
        $0.data = deflatedAsStored([1, 2, 3])
        $0.plain = [1, 2, 3]
        $0.size = 3
        $0.compressedSize = 8
      },
    ])
    for count in 0..<whole.count {
      #expect(throws: ZipError.noEndRecord) { try archive(Array(whole[..<count])) }
    }
    #expect(throws: ZipError.noEndRecord) { try archive(whole + [0]) }
  }

  @Test(
    "an end that lies is refused",
    arguments: [
      (TestEnd(disk: 1), ZipError.severalDisks),
      (TestEnd(count: 0xffff), .missingZip64Record),
      (TestEnd(offset: 0xffff_ffff), .missingZip64Record),
      (TestEnd(isWide: true, locatorOffset: 1), .badZip64Record),
      (TestEnd(isWide: true, locatorOffset: .max), .badZip64Record),
      (TestEnd(isWide: true, zip64Size: 45), .badZip64Record),
      (TestEnd(isWide: true, narrowCount: 7), .contradictoryEndRecords),
      (TestEnd(offset: 3), .directoryMisplaced(end: 58, expected: 101)),
      (TestEnd(beforeEnd: [0]), .directoryMisplaced(end: 101, expected: 102)),
      (TestEnd(offset: .max, isWide: true), .directoryMisplaced(end: .max, expected: 101)),
      (TestEnd(count: 1 << 62, isWide: true), .tooManyMembers(count: 1 << 62)),
      (TestEnd(count: 2), .tooManyMembers(count: 2)),
      (TestEnd(count: 0), .trailingDirectoryBytes(count: 55)),
    ])
  func ends(end: TestEnd, error: ZipError) throws {
    let member = TestMember("abcdefghi", Array("1234567".utf8))
    #expect(throws: error) { try archive(zip([member], end)) }
  }

  @Test("a directory longer than any real one is refused before it is read")
  func longDirectory() throws {
    let count = 20_000_001
    let tail = ZipRecords.end(memberCount: 1, directoryOffset: 0, directoryByteCount: count)
    let source = SparseSource(byteCount: count + tail.count, pieces: [(count, tail)])
    #expect(throws: ZipError.directoryTooLong(byteCount: UInt64(count))) { try ZipArchive(source) }
  }

  @Test("a damaged directory is refused where the damage is")
  func damagedEntries() throws {
    let whole = zip([abc, TestMember("x", [1])])
    let directory = try #require(whole.firstRange(of: [0x50, 0x4b, 1, 2])?.lowerBound)
    let second = ZipFormat.entryByteCount + abc.name.utf8.count
    for (place, offset) in [
      (directory, 0), (directory + second + 3, second), (directory + 28, 0), (directory + 29, 0),
    ] {
      var changed = whole
      changed[place] ^= 0x40
      #expect(throws: ZipError.self) { try archive(changed) }
      if place != directory + 28 {
        #expect(throws: ZipError.badEntry(offset: offset)) { try archive(changed) }
      }
    }
  }

  @Test("names must be names, and each once")
  func names() throws {
    for name in ["", "/etc/passwd", "../a.npy", "a/../b", "a/..", "a\\b", "a\u{1b}[2J", "a\0", "a\u{7f}"] {
      #expect(throws: ZipError.unsafeName(name)) { try archive(zip([TestMember(name, [])])) }
    }
    for name in ["..a", "a..", "a/b/c", "é", "…", "a b", "..."] {
      #expect(try archive(zip([TestMember(name, [])])).members[0].name == name)
    }
    #expect(throws: ZipError.duplicateName("x")) {
      try archive(zip([TestMember("x", [1]), TestMember("x", [2])]))
    }
    var bytes = zip([TestMember("qqq", [])])
    while let place = bytes.firstRange(of: Array("qqq".utf8)) {
      bytes.replaceSubrange(place, with: [0xff, 0xfe, 0x41])
    }
    #expect(throws: ZipError.nameNotUTF8(entry: 0)) { try archive(bytes) }
  }

  @Test("what can't be read is refused by name")
  func kinds() throws {
    let name = abc.name
    for flags in [0x1, 0x40, 0x2000, 0x1 | 0x8] as [UInt16] {
      #expect(throws: ZipError.encrypted(member: name)) { try archive(zip([abc.with { $0.flags = flags }])) }
    }
    #expect(throws: ZipError.encrypted(member: name)) { try archive(zip([abc.with { $0.method = 99 }])) }
    for (method, word) in [
      (1, "shrink"), (9, "deflate64"), (12, "bzip2"), (14, "LZMA"), (93, "zstd"), (95, "xz"), (777, "777"),
    ]
      as [(UInt16, String)]
    {
      let error = #expect(throws: ZipError.self) { try archive(zip([abc.with { $0.method = method }])) }
      #expect(error == .unsupportedMethod(member: name, method: method))
      #expect(error?.description.contains(word) == true)
    }
    #expect(throws: ZipError.unsupportedMethod(member: "long", method: 8)) {
      try archive(zip([long.with { $0.flags = 0x20 }]))
    }
    #expect(throws: ZipError.severalDisks) { try archive(zip([abc.with { $0.disk = 1 }])) }
  }

  @Test("sizes that can't be are refused before anything is inflated")
  func sizes() throws {
    #expect(throws: ZipError.storedSizeMismatch(member: abc.name, size: 10, storedSize: 9)) {
      try archive(zip([abc.with { $0.size = 10 }]))
    }
    let bomb = TestMember("bomb", [], deflated: [1, 2]).with { $0.size = 2 * 1032 + 1 }
    #expect(throws: ZipError.impossibleRatio(member: "bomb", size: 2065, compressedSize: 2)) {
      try archive(zip([bomb]))
    }
    #expect(throws: ZipError.impossibleRatio(member: "bomb", size: .max, compressedSize: 2)) {
      try archive(
        zip([
          bomb.with {
            $0.size = UInt64(Int.max)
            $0.isWide = true
          }
        ]))
    }
    #expect(try archive(zip([bomb.with { $0.size = 2064 }])).members.count == 1)
    #expect(throws: ZipError.numberTooLarge(member: "bomb")) {
      try archive(
        zip([
          bomb.with {
            $0.size = .max
            $0.isWide = true
          }
        ]))
    }
    #expect(throws: ZipError.numberTooLarge(member: abc.name)) {
      try archive(
        zip([
          abc.with {
            $0.headerOffset = 1 << 63
            $0.isWide = true
          }
        ]))
    }
  }

  @Test("extra fields must be whole, and have what they should")
  func extraFields() throws {
    for extra in [[1], [9, 9, 1, 0], [1, 0, 0, 0, 1, 0, 0, 0]] as [[UInt8]] {
      #expect(throws: ZipError.badExtraField(member: abc.name)) {
        try archive(zip([abc.with { $0.entryExtra = extra }]))
      }
      #expect(throws: ZipError.badExtraField(member: abc.name)) {
        try archive(zip([abc.with { $0.localExtra = extra }]))
      }
    }
    #expect(throws: ZipError.badExtraField(member: abc.name)) {
      try archive(
        zip([
          abc.with {
            $0.size = 0xffff_ffff
            $0.compressedSize = 0xffff_ffff
          }
        ]))
    }
    #expect(throws: ZipError.badExtraField(member: abc.name)) {
      try archive(
        zip([
          abc.with {
            $0.size = 0xffff_ffff
            $0.entryExtra = zip64Field([])
          }
        ]))
    }
  }

  @Test("a local header must be there, and say what the directory says")
  func localHeaders() throws {
    let name = abc.name
    #expect(throws: ZipError.noLocalHeader(member: name)) {
      try archive(zip([abc.with { $0.headerOffset = 1 }]))
    }
    #expect(throws: ZipError.memberTruncated(member: name)) {
      try archive(zip([abc.with { $0.headerOffset = 30 }]))
    }
    #expect(throws: ZipError.memberTruncated(member: name)) {
      try archive(
        zip([
          abc.with {
            $0.size = 10
            $0.compressedSize = 10
          }
        ]))
    }
    let differing: [(String, (inout TestMember) -> Void)] = [
      ("name", { $0.localName = "a/b.bim" }), ("name", { $0.localName = "a" }),
      ("method", { $0.localMethod = 8 }), ("encryption or descriptor flag", { $0.localFlags = 1 }),
      ("encryption or descriptor flag", { $0.localFlags = 8 }), ("CRC-32", { $0.localChecksum = 1 }),
      ("size", { $0.localSize = 8 }), ("compressed size", { $0.localCompressedSize = 8 }),
      ("CRC-32", { $0.localChecksum = 0 }),
    ]
    for (field, change) in differing {
      #expect(throws: ZipError.headerMismatch(member: name, field: field)) {
        try archive(zip([abc.with(change)]))
      }
    }
  }

  @Test("a data descriptor must be the directory's")
  func badDescriptors() throws {
    for wrong in [[], [1, 2, 3]] as [[UInt8]] {
      #expect(throws: ZipError.badDescriptor(member: abc.name)) {
        try archive(
          zip([
            abc.with {
              $0.flags = 8
              $0.descriptor = wrong
            }
          ]))
      }
    }
    let changed = abc.with {
      $0.flags = 8
      $0.descriptor = descriptor($0.with { $0.size = 8 }, isSigned: true, isWide: false)
    }
    #expect(throws: ZipError.badDescriptor(member: abc.name)) { try archive(zip([changed])) }
  }

  @Test("members that overlap are refused")
  func overlaps() throws {
    // Two entries, one member.
    let same = TestMember("a", [1, 2, 3])
    #expect(throws: ZipError.overlap(member: "b", other: "a")) {
      try archive(zip([same, TestMember("b", [9]).with { $0.headerOffset = 0 }]))
    }
    // A member inside the data of another.
    let inner = zip([TestMember("in", [7])]).prefix(33)
    let outer = TestMember("out", Array(inner))
    #expect(throws: ZipError.overlap(member: "in", other: "out")) {
      try archive(zip([outer, TestMember("in", [7]).with { $0.headerOffset = 33 }]))
    }
  }

  @Test("deflated data that are damaged, too short or too long are refused when they are read")
  func damagedData() throws {
    func read(_ change: (inout TestMember) -> Void) throws {
      _ = try archive(zip([long.with(change)])).bytes(of: 0).allBytes(chunk: 1000)
    }
    #expect(throws: ZipError.dataTooShort(member: "long", expected: 100_001, actual: 100_000)) {
      try read { $0.size = 100_001 }
    }
    #expect(throws: ZipError.dataTooLong(member: "long", expected: 99_999)) { try read { $0.size = 99_999 } }
    #expect(throws: ZipError.self) {
      try read {
        $0.data.removeLast(5)
        $0.compressedSize -= 5
      }
    }
    #expect(throws: ZipError.corruptData(member: "long")) {
      try read {
        $0.data += [0]
        $0.compressedSize += 1
      }
    }
    #expect(throws: ZipError.corruptData(member: "long")) { try read { $0.data[0] = 0xff } }
    let checksum = long.checksum
    #expect(throws: ZipError.checksumMismatch(member: "long", expected: 7, actual: checksum)) {
      try read { $0.checksum = 7 }
    }
  }

  @Test("the checksum of a stored member is compared when its last byte has been read")
  func storedChecksums() throws {
    let archive = try archive(zip([abc.with { $0.data[0] = 0x41 }]))
    #expect(try archive.bytes(of: 0).bytes(0..<8).count == 8)
    let error = #expect(throws: ZipError.self) { try archive.bytes(of: 0).bytes(6..<9) }
    guard case .checksumMismatch(abc.name, abc.checksum, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    // Not read through: nothing to compare.
    let other = try self.archive(zip([abc.with { $0.data[0] = 0x41 }]))
    #expect(try other.bytes(of: 0).bytes(6..<9) == Array("abc".utf8))
    // PyTorch may have computed none.
    let none = try self.archive(zip([abc.with { $0.checksum = 0 }]))
    #expect(throws: ZipError.self) { try none.bytes(of: 0).allBytes() }
    #expect(try ZipArchive(allowingZeroChecksums: none).bytes(of: 0).allBytes() == abc.plain)
  }
}
