import CStore
import Tensors

/// MD5 of two streams of bytes at once, on one thread and in hardly more time than one takes: of weights and of the
/// file that they come from.
struct PairedChecksum {
  private var one = SlotscopeMD5()
  private var other = SlotscopeMD5()

  init() {
    slotscope_md5_begin(&one)
    slotscope_md5_begin(&other)
  }

  /// Takes the next bytes of each; they need not be equally many.
  mutating func update(_ bytes: UnsafeRawBufferPointer, _ otherBytes: UnsafeRawBufferPointer) {
    slotscope_md5_update_pair(
      &one, bytes.baseAddress, bytes.count, &other, otherBytes.baseAddress, otherBytes.count)
  }

  /// Lower-case hex of both.
  func finalize() -> (String, String) { (Self.digest(one), Self.digest(other)) }

  private static func digest(_ md5: SlotscopeMD5) -> String {
    var md5 = md5
    return Checksum.hex(
      [UInt8](unsafeUninitializedCapacity: 16) { digest, count in
        slotscope_md5_finish(&md5, digest.baseAddress)
        count = 16
      })
  }
}
