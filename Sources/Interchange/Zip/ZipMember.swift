/// A member of an archive as the directory has it.
struct ZipMember: Equatable, Sendable {
  let name: String
  /// As they stand in the archive.
  let nameBytes: [UInt8]
  let flags: UInt16
  let method: UInt16
  let checksum: UInt32
  /// In the archive.
  let compressedSize: Int
  let size: Int
  /// Of the local header.
  let headerOffset: Int
  /// Of the data; known once the local header has been read.
  var dataOffset = 0
  /// Where the next member may begin: behind the data, and behind their descriptor where there is one.
  var end = 0

  var isFolder: Bool { name.hasSuffix("/") && size == 0 }
  var hasDescriptor: Bool { flags & ZipFormat.descriptorFlag != 0 }
}

extension ZipMember {
  /// Parses the entry that begins at `position` of a directory, and moves to the next.
  init(_ directory: LittleEndianBytes, at position: inout Int, number: Int) throws(ZipError) {
    let start = position
    let left = directory.bytes.count - start
    guard left >= ZipFormat.entryByteCount, directory.u32(start) == ZipFormat.entrySignature else {
      throw .badEntry(offset: start)
    }
    let nameCount = Int(directory.u16(start + 28))
    let extraCount = Int(directory.u16(start + 30))
    let commentCount = Int(directory.u16(start + 32))
    let nameStart = start + ZipFormat.entryByteCount
    guard nameCount + extraCount + commentCount <= left - ZipFormat.entryByteCount else {
      throw .badEntry(offset: start)
    }
    nameBytes = Array(directory.bytes[nameStart..<nameStart + nameCount])
    guard let name = String(validating: nameBytes, as: UTF8.self) else { throw .nameNotUTF8(entry: number) }
    self.name = name
    flags = directory.u16(start + 8)
    method = directory.u16(start + 10)
    checksum = directory.u32(start + 16)
    var numbers = ZipNumbers(
      size: directory.u32(start + 24), compressedSize: directory.u32(start + 20),
      headerOffset: directory.u32(start + 42), disk: directory.u16(start + 34))
    try numbers.resolve(
      directory, extra: nameStart + nameCount..<nameStart + nameCount + extraCount, member: name)
    if numbers.disk != 0 { throw .severalDisks }
    guard let size = Int(exactly: numbers.size), let compressedSize = Int(exactly: numbers.compressedSize),
      let headerOffset = Int(exactly: numbers.headerOffset)
    else { throw .numberTooLarge(member: name) }
    self.size = size
    self.compressedSize = compressedSize
    self.headerOffset = headerOffset
    position = nameStart + nameCount + extraCount + commentCount
    try check()
  }

  private func check() throws(ZipError) {
    if !Self.isSafe(nameBytes) { throw .unsafeName(name) }
    let refused = ZipFormat.encryptedFlag | ZipFormat.strongEncryptionFlag | ZipFormat.maskedFlag
    if flags & refused != 0 || method == 99 { throw .encrypted(member: name) }
    switch method {
    case ZipFormat.stored:
      guard size == compressedSize else {
        throw .storedSizeMismatch(member: name, size: size, storedSize: compressedSize)
      }
    case ZipFormat.deflated where flags & ZipFormat.patchFlag == 0:
      // Rounded up, so that nothing overflows.
      let (quotient, rest) = size.quotientAndRemainder(dividingBy: ZipFormat.maximumRatio)
      if quotient + (rest > 0 ? 1 : 0) > compressedSize {
        throw .impossibleRatio(member: name, size: size, compressedSize: compressedSize)
      }
    default: throw .unsupportedMethod(member: name, method: method)
    }
  }

  /// Names are shown and compared, never used as paths; one that leads out of the archive's folder, or shows as
  /// something else than it is, is refused all the same.
  static func isSafe(_ bytes: [UInt8]) -> Bool {
    let isPlain = bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "\\") }
    let climbs = bytes.split(separator: UInt8(ascii: "/")).contains([0x2e, 0x2e])
    return isPlain && !climbs && !bytes.isEmpty && bytes[0] != UInt8(ascii: "/")
  }
}

/// The numbers of a header that stand in its zip64 extra field where they do not fit.
struct ZipNumbers {
  var size: UInt64
  var compressedSize: UInt64
  var headerOffset: UInt64
  var disk: UInt32
  /// Which of them are all ones.
  private let isOutside: (size: Bool, compressedSize: Bool, headerOffset: Bool, disk: Bool)

  init(size: UInt32, compressedSize: UInt32, headerOffset: UInt32 = 0, disk: UInt16 = 0) {
    self.size = UInt64(size)
    self.compressedSize = UInt64(compressedSize)
    self.headerOffset = UInt64(headerOffset)
    self.disk = UInt32(disk)
    isOutside = (size == .max, compressedSize == .max, headerOffset == .max, disk == .max)
  }

  /// Walks through the extra fields, and takes from zip64's what is there instead of here.
  ///
  /// - Returns: whether there is a zip64 field.
  @discardableResult
  mutating func resolve(
    _ bytes: LittleEndianBytes, extra: Range<Int>, member: String
  ) throws(ZipError) -> Bool {
    var position = extra.lowerBound
    var found = false
    while position < extra.upperBound {
      guard extra.upperBound - position >= 4 else { throw .badExtraField(member: member) }
      let end = position + 4 + Int(bytes.u16(position + 2))
      guard end <= extra.upperBound else { throw .badExtraField(member: member) }
      if bytes.u16(position) == ZipFormat.zip64ExtraField {
        if found { throw .badExtraField(member: member) }
        found = true
        try take(bytes, position + 4..<end, member: member)
      }
      position = end
    }
    let isAnyOutside = isOutside.size || isOutside.compressedSize || isOutside.headerOffset || isOutside.disk
    if isAnyOutside && !found { throw .badExtraField(member: member) }
    return found
  }

  /// In this order, those alone that are outside.
  private mutating func take(
    _ bytes: LittleEndianBytes, _ range: Range<Int>, member: String
  ) throws(ZipError) {
    var position = range.lowerBound
    func next(_ count: Int) throws(ZipError) -> UInt64 {
      guard range.upperBound - position >= count else { throw .badExtraField(member: member) }
      defer { position += count }
      return count == 8 ? bytes.u64(position) : UInt64(bytes.u32(position))
    }
    if isOutside.size { size = try next(8) }
    if isOutside.compressedSize { compressedSize = try next(8) }
    if isOutside.headerOffset { headerOffset = try next(8) }
    if isOutside.disk { disk = UInt32(truncatingIfNeeded: try next(4)) }
  }
}
