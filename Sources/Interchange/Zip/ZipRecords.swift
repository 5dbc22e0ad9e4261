/// The records of an archive that is written: stored members, zip64 where a number asks for it.
enum ZipRecords {
  /// 1 January 1980, the earliest that the format knows: the same tensors give the same archive at any time.
  private static let date: UInt32 = 0x0021_0000
  private static let zip64Version: UInt16 = 45
  private static let plainVersion: UInt16 = 20
  /// numpy maps arrays that begin on such a boundary.
  private static let alignment = 64

  static func isWide(_ number: Int) -> Bool { number >= Int(UInt32.max) }

  /// - Parameter offset: where the header begins in the archive; it is padded so that the data begin on a boundary.
  static func localHeader(name: [UInt8], size: Int, checksum: UInt32, at offset: Int) -> [UInt8] {
    let isWide = isWide(size)
    var extra: [UInt8] = []
    if isWide {
      extra.append(littleEndian: ZipFormat.zip64ExtraField)
      extra.append(littleEndian: UInt16(16))
      extra.append(littleEndian: UInt64(size))
      extra.append(littleEndian: UInt64(size))
    }
    extra += padding(behind: offset + ZipFormat.localByteCount + name.count + extra.count)
    var header: [UInt8] = []
    header.append(littleEndian: ZipFormat.localSignature)
    appendCommon(&header, isWide: isWide, checksum: checksum, size: size)
    header.append(littleEndian: UInt16(name.count))
    header.append(littleEndian: UInt16(extra.count))
    return header + name + extra
  }

  /// Of the checksum in a local header.
  static let checksumOffset = 14

  /// The directory's entry.
  static func entry(name: [UInt8], size: Int, checksum: UInt32, headerOffset: Int) -> [UInt8] {
    let isWide = isWide(size)
    var numbers: [UInt8] = []
    if isWide {
      numbers.append(littleEndian: UInt64(size))
      numbers.append(littleEndian: UInt64(size))
    }
    if Self.isWide(headerOffset) { numbers.append(littleEndian: UInt64(headerOffset)) }
    var extra: [UInt8] = []
    if !numbers.isEmpty {
      extra.append(littleEndian: ZipFormat.zip64ExtraField)
      extra.append(littleEndian: UInt16(numbers.count))
      extra += numbers
    }
    var entry: [UInt8] = []
    entry.append(littleEndian: ZipFormat.entrySignature)
    entry.append(littleEndian: zip64Version)
    appendCommon(&entry, isWide: !numbers.isEmpty, checksum: checksum, size: size)
    entry.append(littleEndian: UInt16(name.count))
    entry.append(littleEndian: UInt16(extra.count))
    // No comment, the first disk, no attributes.
    entry += repeatElement(0, count: 10)
    entry.append(littleEndian: narrow(headerOffset))
    return entry + name + extra
  }

  /// What stands behind the directory.
  static func end(memberCount: Int, directoryOffset: Int, directoryByteCount: Int) -> [UInt8] {
    let isWide =
      memberCount >= Int(UInt16.max) || Self.isWide(directoryOffset) || Self.isWide(directoryByteCount)
    var end: [UInt8] = []
    if isWide {
      end.append(littleEndian: ZipFormat.zip64EndSignature)
      end.append(littleEndian: UInt64(ZipFormat.zip64EndByteCount - 12))
      end.append(littleEndian: zip64Version)
      end.append(littleEndian: zip64Version)
      end.append(littleEndian: UInt64(0))  // disks
      end.append(littleEndian: UInt64(memberCount))
      end.append(littleEndian: UInt64(memberCount))
      end.append(littleEndian: UInt64(directoryByteCount))
      end.append(littleEndian: UInt64(directoryOffset))
      end.append(littleEndian: ZipFormat.zip64LocatorSignature)
      end.append(littleEndian: UInt32(0))
      end.append(littleEndian: UInt64(directoryOffset + directoryByteCount))
      end.append(littleEndian: UInt32(1))
    }
    end.append(littleEndian: ZipFormat.endSignature)
    end.append(littleEndian: UInt32(0))  // disks
    let count = UInt16(clamping: memberCount)
    end.append(littleEndian: count)
    end.append(littleEndian: count)
    end.append(littleEndian: narrow(directoryByteCount))
    end.append(littleEndian: narrow(directoryOffset))
    end.append(littleEndian: UInt16(0))  // no comment
    return end
  }

  /// What stands alike in both headers: from the version that a reader needs to the sizes.
  private static func appendCommon(_ bytes: inout [UInt8], isWide: Bool, checksum: UInt32, size: Int) {
    bytes.append(littleEndian: isWide ? zip64Version : plainVersion)
    bytes.append(littleEndian: ZipFormat.utf8Flag)
    bytes.append(littleEndian: ZipFormat.stored)
    bytes.append(littleEndian: date)
    bytes.append(littleEndian: checksum)
    bytes.append(littleEndian: narrow(size))
    bytes.append(littleEndian: narrow(size))
  }

  private static func narrow(_ number: Int) -> UInt32 { isWide(number) ? .max : UInt32(number) }

  /// An extra field that ends on a boundary; none where one is there already.
  private static func padding(behind offset: Int) -> [UInt8] {
    if offset % alignment == 0 { return [] }
    let header = 4
    let room = (alignment - (offset + header) % alignment) % alignment
    var field: [UInt8] = []
    field.append(littleEndian: ZipFormat.paddingExtraField)
    field.append(littleEndian: UInt16(room))
    return field + repeatElement(0, count: room)
  }
}
