import Tensors

// The zip format (PKWARE's APPNOTE.TXT), as far as archives of arrays use it. Numbers are little-endian.
//
//   for each member:
//     local header      30 bytes, name, extra fields
//     data              stored as they are (method 0) or deflated (method 8)
//     data descriptor   where flag 3 is set: CRC-32 and sizes, which the local header then need not have; 12 bytes, or
//                       20 with sizes of 64 bits, and before them a signature of 4 bytes or none
//   central directory   an entry for each member: 46 bytes, name, extra fields, comment
//   zip64 end record    56 bytes or more, and its locator, 20 bytes: only where numbers ask for it, or always
//   end record          22 bytes, comment of up to 65,535 bytes
//
// A number that does not fit its field is all ones there, and stands in the extra field 1 (zip64) or in the zip64 end
// record. Between members there may be gaps; nothing lies between the directory and the end records.

enum ZipFormat {
  static let localSignature: UInt32 = 0x0403_4b50
  static let descriptorSignature: UInt32 = 0x0807_4b50
  static let entrySignature: UInt32 = 0x0201_4b50
  static let zip64EndSignature: UInt32 = 0x0606_4b50
  static let zip64LocatorSignature: UInt32 = 0x0706_4b50
  static let endSignature: UInt32 = 0x0605_4b50

  static let localByteCount = 30
  static let entryByteCount = 46
  static let zip64EndByteCount = 56
  static let zip64LocatorByteCount = 20
  static let endByteCount = 22
  static let maximumCommentByteCount = 0xffff

  static let zip64ExtraField: UInt16 = 1
  /// Ours and Android's: nothing but room, so that data begin on a boundary.
  static let paddingExtraField: UInt16 = 0xd935

  static let encryptedFlag: UInt16 = 1 << 0
  static let descriptorFlag: UInt16 = 1 << 3
  static let patchFlag: UInt16 = 1 << 5
  static let strongEncryptionFlag: UInt16 = 1 << 6
  static let utf8Flag: UInt16 = 1 << 11
  static let maskedFlag: UInt16 = 1 << 13

  static let stored: UInt16 = 0
  static let deflated: UInt16 = 8

  /// 258 bytes of 2 bits: no deflated data hold more than this many times their own bytes.
  static let maximumRatio = 1032
  /// A directory of a million members; no file of tensors has a longer one.
  static let maximumDirectoryByteCount = 100_000_000

  /// What method another number stands for, where people use it.
  static func methodName(_ method: UInt16) -> String {
    switch method {
    case 1: "shrink"
    case 6: "implode"
    case 9: "deflate64"
    case 12: "bzip2"
    case 14: "LZMA"
    case 93: "zstd"
    case 95: "xz"
    case 99: "AES encryption"
    default: "method \(method)"
    }
  }
}

/// Little-endian numbers in a run of bytes.
struct LittleEndianBytes {
  let bytes: [UInt8]

  /// Bytes of `source` from `offset`, which are known to be there.
  init(_ source: any ByteSource, from offset: Int, count: Int) throws {
    bytes = try [UInt8](unsafeUninitializedCapacity: count) { memory, initialized in
      try source.read(
        at: offset,
        into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(memory)[..<count]))
      initialized = count
    }
  }

  func u16(_ offset: Int) -> UInt16 { UInt16(bytes[offset]) | UInt16(bytes[offset + 1]) << 8 }
  func u32(_ offset: Int) -> UInt32 { UInt32(u16(offset)) | UInt32(u16(offset + 2)) << 16 }
  func u64(_ offset: Int) -> UInt64 { UInt64(u32(offset)) | UInt64(u32(offset + 4)) << 32 }
}

extension [UInt8] {
  mutating func append(littleEndian value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
  }
}
