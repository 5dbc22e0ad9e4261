import CZlib
import Synchronization
import Tensors
import Testing

@testable import Interchange

@Suite struct ZipTests {
  let abc = TestMember("a/b.bin", Array("abcabcabc".utf8))
  /// 100,000 bytes, deflated by zlib.
  let long: TestMember = {
    let plain = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 * $0 >> 7) }
    return TestMember("long", plain, deflated: deflated(plain))
  }()

  func archive(_ bytes: [UInt8]) throws -> ZipArchive { try ZipArchive(ByteRegion(bytes)) }

  @Test("members come in the archive's order, with their bytes, stored or deflated")
  func reading() throws {
    let archive = try archive(zip([abc, long, TestMember("empty", []), TestMember("folder/", [])]))
    #expect(archive.members.map(\.name) == ["a/b.bin", "long", "empty", "folder/"])
    #expect(archive.members.map(\.isFolder) == [false, false, false, true])
    #expect(archive.index(of: "long") == 1)
    #expect(archive.index(of: "short") == nil)
    for chunk in [1000, 77, 1 << 20] {
      #expect(try archive.bytes(of: 0).allBytes(chunk: chunk) == abc.plain)
      #expect(try archive.bytes(of: 1).allBytes(chunk: chunk) == long.plain)
      #expect(try archive.bytes(of: 2).allBytes(chunk: chunk) == [])
    }
  }

  @Test("deflated members are read in any ranges, backwards and turn by turn")
  func ranges() throws {
    let other = TestMember(
      "other", Array("hello, hello".utf8), deflated: deflatedAsStored(Array("hello, hello".utf8)))
    let archive = try archive(zip([long, other]))
    for start in [0, 512, 100, 99_990, 50_000, 50_000, 3] {
      #expect(try archive.bytes(of: 0).bytes(start..<start + 10) == Array(long.plain[start..<start + 10]))
      #expect(try archive.bytes(of: 1).bytes(7..<12) == Array("hello".utf8))
    }
    #expect(try archive.bytes(of: 0).bytes(5..<5) == [])
  }

  @Test("a deflated member is read in bounded pieces, once when read forwards")
  func costs() throws {
    let counting = CountingSource(ByteRegion(zip([long])))
    let archive = try ZipArchive(counting)
    counting.total.withLock { $0 = 0 }
    _ = try archive.bytes(of: 0).allBytes(chunk: 1000)
    #expect(counting.total.withLock { $0 } == Int(long.compressedSize))
    #expect(counting.largest.withLock { $0 } <= 1 << 17)
  }

  @Test("an empty archive, comments, extra fields and gaps are no faults")
  func allowances() throws {
    #expect(try archive(zip([])).members == [])
    for count in [1, 22, 1000, 65_535] {
      let comment = [UInt8](repeating: 0x50, count: count)
      let member = abc.with {
        $0.comment = comment
        $0.localExtra = [0x46, 0x42, 2, 0, 9, 9]
      }
      #expect(try archive(zip([member], TestEnd(comment: comment))).members.count == 1)
    }
    // A comment that looks like the end of another archive.
    let decoy = zip([]) + [0]
    #expect(try archive(zip([abc], TestEnd(comment: decoy))).members.count == 1)
    // Bytes that no member has.
    let gap = abc.with {
      $0.data += [1, 2, 3]
      $0.localCompressedSize = 9
    }
    #expect(try archive(zip([gap, TestMember("z", [4])])).bytes(of: 1).allBytes() == [4])
  }

  @Test("numbers of zip64 are read wherever they stand")
  func zip64() throws {
    let wide = [abc.with { $0.isWide = true }, long.with { $0.isWide = true }]
    for end in [TestEnd(), TestEnd(isWide: true), TestEnd(isWide: true, narrowCount: 2)] {
      let archive = try archive(zip(wide, end))
      #expect(try archive.bytes(of: 0).allBytes() == abc.plain)
      #expect(try archive.bytes(of: 1).allBytes() == long.plain)
    }
  }

  @Test("data descriptors are read in every form, and headers before them may have no numbers")
  func descriptors() throws {
    for isSigned in [true, false] {
      for isWide in [true, false] {
        for leavesOut in [true, false] {
          let member = abc.with {
            $0.flags = 8
            if leavesOut { ($0.localChecksum, $0.localSize, $0.localCompressedSize) = (0, 0, 0) }
            $0.descriptor = descriptor($0, isSigned: isSigned, isWide: isWide)
          }
          let archive = try archive(zip([member, TestMember("next", [1])]))
          #expect(try archive.bytes(of: 0).allBytes() == abc.plain)
          #expect(archive.members[0].end == archive.members[1].headerOffset)
        }
      }
    }
  }

  // ------------------------------------------------------------------ what is refused

  @Test("no changed byte crashes, and what is still read is of the size that the directory says")
  func mutations() throws {
    let small = TestMember("s", Array("aaaaaaaaaa".utf8), deflated: deflated(Array("aaaaaaaaaa".utf8)))
    let whole = zip(
      [
        abc, small,
        long.with {
          $0.isWide = true
          $0.data = [3, 0]
          $0.compressedSize = 2
          $0.size = 0
          $0.checksum = 0
        },
      ], TestEnd(isWide: true))
    for index in whole.indices {
      for byte in [0, 1, 0x7f, 0x80, 0xff, whole[index] ^ 1, whole[index] ^ 0x20] {
        var changed = whole
        changed[index] = byte
        guard let archive = try? archive(changed) else { continue }
        for (index, member) in archive.members.enumerated() where member.size < 100_000 {
          #expect((try? archive.bytes(of: index).allBytes())?.count ?? member.size == member.size)
        }
      }
    }
  }

  @Test("messages are plain text of bounded length")
  func messages() {
    let text = ZipError.unsafeName("../\u{1b}[31m" + String(repeating: "x", count: 1000)).description
    #expect(text.count < 250 && !text.contains("\u{1b}"))
    #expect(
      ZipError.checksumMismatch(member: "a", expected: 0x0012_3456, actual: 0xffff_ffff).description
        == "the zip archive's member ‘a’ is damaged: its CRC-32 is ffffffff, and should be 00123456")
  }
}

private func deflated(_ plain: [UInt8]) -> [UInt8] {
  // zlib's own format, without its header and its checksum.
  var count = compressBound(UInt(plain.count))
  var data = [UInt8](repeating: 0, count: Int(count))
  compress(&data, &count, plain, UInt(plain.count))
  return Array(data[2..<Int(count) - 4])
}

private final class CountingSource: ByteSource {
  let base: ByteRegion
  let total = Mutex(0)
  let largest = Mutex(0)
  var byteCount: Int { base.byteCount }

  init(_ base: ByteRegion) { self.base = base }

  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) {
    total.withLock { $0 += buffer.count }
    largest.withLock { $0 = max($0, buffer.count) }
    base.read(at: offset, into: buffer)
  }
}

/// Zeros, but for some pieces.
struct SparseSource: ByteSource {
  let byteCount: Int
  let pieces: [(offset: Int, bytes: [UInt8])]

  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) {
    buffer.initializeMemory(as: UInt8.self, repeating: 0)
    for piece in pieces {
      let range = (piece.offset..<piece.offset + piece.bytes.count).clamped(
        to: offset..<offset + buffer.count)
      for place in range { buffer[place - offset] = piece.bytes[place - piece.offset] }
    }
  }
}
