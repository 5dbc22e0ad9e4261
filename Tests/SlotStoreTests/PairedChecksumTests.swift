import Testing

@testable import SlotStore

struct PairedChecksumTests {
  private func bytes(_ count: Int, seed: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: ($0 &+ seed) &* 2_654_435_761 >> 13) }
  }

  private func alone(_ bytes: [UInt8]) -> String {
    var checksum = Checksum()
    bytes.withUnsafeBytes { checksum.update($0) }
    return checksum.finalize()
  }

  /// Both given in pieces of these lengths.
  private func paired(_ one: [UInt8], _ other: [UInt8], pieces: (Int, Int)) -> (String, String) {
    var pair = PairedChecksum()
    var (start, otherStart) = (0, 0)
    while start < one.count || otherStart < other.count {
      let part = one[start..<min(one.count, start + pieces.0)]
      let otherPart = other[otherStart..<min(other.count, otherStart + pieces.1)]
      part.withUnsafeBytes { part in otherPart.withUnsafeBytes { pair.update(part, $0) } }
      start += part.count
      otherStart += otherPart.count
    }
    return pair.finalize()
  }

  @Test("the values of RFC 1321 come out of either side")
  func published() {
    let known = [
      ("", "d41d8cd98f00b204e9800998ecf8427e"), ("a", "0cc175b9c0f1b6a831c399e269772661"),
      ("abc", "900150983cd24fb0d6963f7d28e17f72"), ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
      ("abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"),
      (
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", "d174ab98d277d9f5a5611c2c9f419d9f"
      ),
      (String(repeating: "1234567890", count: 8), "57edf4a22be3c955ac49da2e2107b67a"),
    ]
    for (text, digest) in known {
      for (other, otherDigest) in known {
        #expect(paired(Array(text.utf8), Array(other.utf8), pieces: (80, 80)) == (digest, otherDigest))
      }
    }
  }

  @Test("every length up to three blocks, against another length, is what MD5 alone gives")
  func lengths() {
    for count in 0...200 {
      let (one, other) = (bytes(count, seed: 1), bytes(200 - count, seed: 9))
      #expect(paired(one, other, pieces: (500, 500)) == (alone(one), alone(other)))
    }
  }

  @Test(
    "so are pieces of any lengths",
    arguments: [(1, 1), (1, 64), (63, 65), (64, 128), (100, 7), (4096, 1000), (8192, 8192)])
  func pieces(lengths: (Int, Int)) {
    let (one, other) = (bytes(10_007, seed: 3), bytes(8_192, seed: 5))
    #expect(paired(one, other, pieces: lengths) == (alone(one), alone(other)))
    #expect(paired(other, one, pieces: lengths) == (alone(other), alone(one)))
  }
}
