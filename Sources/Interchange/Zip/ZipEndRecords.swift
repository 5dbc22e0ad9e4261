import Tensors

/// Where the directory of an archive lies, by the records at the archive's end.
struct ZipEndRecords {
  let memberCount: Int
  let directoryOffset: Int
  let directoryByteCount: Int

  /// - Parameter source: the whole file.
  /// - Throws: `ZipError`; what `source` throws.
  init(_ source: any ByteSource) throws {
    let tailCount = min(
      source.byteCount,
      ZipFormat.endByteCount + ZipFormat.maximumCommentByteCount + ZipFormat.zip64LocatorByteCount)
    let tailStart = source.byteCount - tailCount
    let tail = try LittleEndianBytes(source, from: tailStart, count: tailCount)
    guard let place = Self.endRecord(in: tail) else { throw ZipError.noEndRecord }
    guard tail.u16(place + 4) == tail.u16(place + 6), [0, .max].contains(tail.u16(place + 4)),
      tail.u16(place + 8) == tail.u16(place + 10)
    else { throw ZipError.severalDisks }
    let narrow = Numbers(
      count: UInt64(tail.u16(place + 10)), byteCount: UInt64(tail.u32(place + 12)),
      offset: UInt64(tail.u32(place + 16)))
    var numbers = narrow
    var endOfDirectory = tailStart + place
    let locator = place - ZipFormat.zip64LocatorByteCount
    if locator >= 0, tail.u32(locator) == ZipFormat.zip64LocatorSignature {
      numbers = try Self.zip64Record(source, tail, locator, at: tailStart + locator, &endOfDirectory)
      guard narrow.agrees(with: numbers) else { throw ZipError.contradictoryEndRecords }
    } else if narrow.count == UInt16.max || narrow.byteCount == UInt32.max || narrow.offset == UInt32.max
      || tail.u16(place + 4) == .max
    {
      throw ZipError.missingZip64Record
    }
    let end = numbers.offset.addingReportingOverflow(numbers.byteCount)
    guard !end.overflow, end.partialValue == UInt64(endOfDirectory) else {
      throw ZipError.directoryMisplaced(
        end: Int(clamping: end.overflow ? .max : end.partialValue), expected: endOfDirectory)
    }
    guard numbers.byteCount <= ZipFormat.maximumDirectoryByteCount else {
      throw ZipError.directoryTooLong(byteCount: numbers.byteCount)
    }
    guard numbers.count <= numbers.byteCount / UInt64(ZipFormat.entryByteCount) else {
      throw ZipError.tooManyMembers(count: numbers.count)
    }
    memberCount = Int(numbers.count)
    directoryOffset = Int(numbers.offset)
    directoryByteCount = Int(numbers.byteCount)
  }

  /// The last one whose comment ends with the file.
  private static func endRecord(in tail: LittleEndianBytes) -> Int? {
    let count = tail.bytes.count
    guard count >= ZipFormat.endByteCount else { return nil }
    let first = max(0, count - ZipFormat.endByteCount - ZipFormat.maximumCommentByteCount)
    return (first...count - ZipFormat.endByteCount).reversed().first { place in
      tail.bytes[place] == 0x50 && tail.u32(place) == ZipFormat.endSignature
        && Int(tail.u16(place + 20)) == count - place - ZipFormat.endByteCount
    }
  }

  /// - Parameter endOfDirectory: becomes the record's own place.
  private static func zip64Record(
    _ source: any ByteSource, _ tail: LittleEndianBytes, _ locator: Int, at locatorOffset: Int,
    _ endOfDirectory: inout Int
  ) throws -> Numbers {
    guard tail.u32(locator + 4) == 0, tail.u32(locator + 16) <= 1 else { throw ZipError.severalDisks }
    guard let offset = Int(exactly: tail.u64(locator + 8)),
      offset <= locatorOffset - ZipFormat.zip64EndByteCount
    else { throw ZipError.badZip64Record }
    let record = try LittleEndianBytes(source, from: offset, count: ZipFormat.zip64EndByteCount)
    // The record's size leaves out its signature and itself.
    guard record.u32(0) == ZipFormat.zip64EndSignature,
      record.u64(4) == UInt64(locatorOffset - offset - 12)
    else { throw ZipError.badZip64Record }
    guard record.u32(16) == 0, record.u32(20) == 0, record.u64(24) == record.u64(32) else {
      throw ZipError.severalDisks
    }
    endOfDirectory = offset
    return Numbers(count: record.u64(32), byteCount: record.u64(40), offset: record.u64(48))
  }

  private struct Numbers {
    let count: UInt64
    let byteCount: UInt64
    let offset: UInt64

    /// Whether each is the same or all ones.
    func agrees(with wide: Numbers) -> Bool {
      (count == UInt16.max || count == wide.count)
        && (byteCount == UInt32.max || byteCount == wide.byteCount)
        && (offset == UInt32.max || offset == wide.offset)
    }
  }
}
