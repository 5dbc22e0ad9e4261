import Foundation

/// The name of a staged weight file: unique, as the protocol wants it, and telling who writes it for which slot.
///
/// It is a UUID of version 8 (RFC 9562, section 5.8), so that older programs see one like any other: they sweep
/// what is left of it, and know nothing of what it says. Its bytes, most significant first:
///
///     0…5    slot number; all ones where it is not known yet, or greater
///     6      version 8, four random bits
///     7      random
///     8      variant 0b10, six random bits
///     9…11   process number
///     12…15  random
struct StagedName: Sendable, Hashable {
  /// nil where it is not known.
  let slot: Int?
  let process: Int32
  /// Without the extension.
  let text: String

  private static let unknownSlot: UInt64 = (1 << 48) - 1
  static let fileExtension = ".npy"

  /// A new name.
  init(slot: Int?, process: Int32 = getpid()) {
    var bytes = [UInt8](repeating: 0, count: 16)
    for index in bytes.indices { bytes[index] = .random(in: 0...255) }
    let number = slot.flatMap { UInt64(exactly: $0) }.map { min($0, Self.unknownSlot) } ?? Self.unknownSlot
    for index in 0..<6 { bytes[index] = UInt8(truncatingIfNeeded: number >> UInt64(8 * (5 - index))) }
    bytes[6] = 0x80 | bytes[6] & 0x0F
    bytes[8] = 0x80 | bytes[8] & 0x3F
    for index in 0..<3 { bytes[9 + index] = UInt8(truncatingIfNeeded: process >> (8 * (2 - Int32(index)))) }
    self.slot = number == Self.unknownSlot ? nil : slot
    self.process = process
    text = Self.text(bytes)
  }

  /// nil where the file was named by a program that tells nothing, or is none that is staged.
  init?(file: String) {
    guard file.hasSuffix(Self.fileExtension),
      let uuid = UUID(uuidString: String(file.dropLast(Self.fileExtension.count)))
    else { return nil }
    let bytes = withUnsafeBytes(of: uuid.uuid) { Array($0) }
    guard bytes[6] >> 4 == 8, bytes[8] >> 6 == 0b10 else { return nil }
    let number = bytes[..<6].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    slot = number == Self.unknownSlot ? nil : Int(number)
    process = bytes[9...11].reduce(Int32(0)) { $0 << 8 | Int32($1) }
    text = Self.text(bytes)
  }

  private static func text(_ bytes: [UInt8]) -> String {
    let digits = bytes.map { String(format: "%02X", $0) }
    return [0..<4, 4..<6, 6..<8, 8..<10, 10..<16].map { digits[$0].joined() }.joined(separator: "-")
  }
}
