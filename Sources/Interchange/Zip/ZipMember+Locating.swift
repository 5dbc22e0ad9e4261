import Tensors

extension ZipMember {
  /// Reads the local header and the data descriptor, compares them with the directory, and notes where the data lie.
  ///
  /// - Parameter limit: where the archive's members end.
  /// - Throws: `ZipError`; what `source` throws.
  mutating func locate(in source: any ByteSource, limit: Int) throws {
    guard headerOffset <= limit - ZipFormat.localByteCount else {
      throw ZipError.memberTruncated(member: name)
    }
    // Enough for most names and extra fields.
    var header = try LittleEndianBytes(source, from: headerOffset, count: min(limit - headerOffset, 256))
    guard header.u32(0) == ZipFormat.localSignature else { throw ZipError.noLocalHeader(member: name) }
    let nameEnd = ZipFormat.localByteCount + Int(header.u16(26))
    let headerEnd = nameEnd + Int(header.u16(28))
    guard headerEnd <= limit - headerOffset else { throw ZipError.memberTruncated(member: name) }
    if headerEnd > header.bytes.count {
      header = try LittleEndianBytes(source, from: headerOffset, count: headerEnd)
    }
    guard header.bytes[ZipFormat.localByteCount..<nameEnd].elementsEqual(nameBytes) else {
      throw ZipError.headerMismatch(member: name, field: "name")
    }
    let isWide = try compare(header, extra: nameEnd..<headerEnd)
    dataOffset = headerOffset + headerEnd
    guard compressedSize <= limit - dataOffset else { throw ZipError.memberTruncated(member: name) }
    end = dataOffset + compressedSize
    if hasDescriptor { end += try descriptorByteCount(in: source, limit: limit, isWide: isWide) }
  }

  /// - Returns: whether the local header has a zip64 field.
  private func compare(_ header: LittleEndianBytes, extra: Range<Int>) throws(ZipError) -> Bool {
    func differs(_ field: String) -> ZipError { .headerMismatch(member: name, field: field) }
    let meaningful = ZipFormat.encryptedFlag | ZipFormat.descriptorFlag | ZipFormat.strongEncryptionFlag
    guard (header.u16(6) ^ flags) & meaningful == 0 else { throw differs("encryption or descriptor flag") }
    guard header.u16(8) == method else { throw differs("method") }
    var numbers = ZipNumbers(size: header.u32(22), compressedSize: header.u32(18))
    let isWide = try numbers.resolve(header, extra: extra, member: name)
    // Where a descriptor follows, each may still be 0 here.
    func agrees(_ local: UInt64, _ own: UInt64) -> Bool { local == own || hasDescriptor && local == 0 }
    guard agrees(UInt64(header.u32(14)), UInt64(checksum)) else { throw differs("CRC-32") }
    guard agrees(numbers.size, UInt64(size)) else { throw differs("size") }
    guard agrees(numbers.compressedSize, UInt64(compressedSize)) else { throw differs("compressed size") }
    return isWide
  }

  /// Writers leave the signature out or have sizes of 64 bits as they like: whichever form has the right numbers.
  private func descriptorByteCount(in source: any ByteSource, limit: Int, isWide: Bool) throws -> Int {
    let found = try LittleEndianBytes(source, from: end, count: min(limit - end, 24))
    for isWide in [isWide, !isWide] {
      var numbers: [UInt8] = []
      numbers.append(littleEndian: checksum)
      for size in [compressedSize, size] {
        if isWide {
          numbers.append(littleEndian: UInt64(size))
        } else {
          numbers.append(littleEndian: UInt32(truncatingIfNeeded: size))
        }
      }
      var signed: [UInt8] = []
      signed.append(littleEndian: ZipFormat.descriptorSignature)
      for form in [signed + numbers, numbers] where found.bytes.starts(with: form) { return form.count }
    }
    throw ZipError.badDescriptor(member: name)
  }
}
