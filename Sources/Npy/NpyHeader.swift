import Tensors

/// What a .npy file says of its array, checked against the file's length.
public struct NpyHeader: Sendable, Hashable {
  /// Of the format: 1, 2 or 3 (the minor version is always 0).
  public let majorVersion: Int
  public let dtype: DType
  /// Extents, outermost first; `[]` is a scalar.
  public let shape: [Int]
  /// Whether the data lie with the first axis fastest.
  public let isFortranOrder: Bool
  /// Whether each element's most significant byte comes first.
  public let isBigEndian: Bool
  /// Where the data begin in the file, in bytes.
  public let dataOffset: Int
  public let elementCount: Int
  /// Bytes of data: from `dataOffset` to the end of the file.
  public let dataByteCount: Int

  /// Whether the data lie as C order would have them: always, but for Fortran order with two or more axes
  /// longer than 1.
  public var isCOrder: Bool {
    !isFortranOrder || elementCount == 0 || shape.count { $0 != 1 } < 2
  }
}

extension NpyHeader {
  /// What numpy calls the dtype: `str(array.dtype)`, which says so where the byte order is not the machine's.
  package var numpyName: String {
    isBigEndian ? ">" + NpyDescr.text(of: dtype).dropFirst() : dtype.rawValue
  }

  /// As many bytes of a file as its header can ever need.
  public static let maximumByteCount =
    NpyFormat.prefixByteCount(majorVersion: 2) + NpyFormat.maximumHeaderByteCount

  /// Reads the header of a whole .npy file.
  ///
  /// - Throws: `NpyError` for what is wrong with the file; what `source` throws where it can't be read.
  public static func parse(_ source: any ByteSource) throws -> NpyHeader {
    do {
      return try parse(source, prefixByteCount: min(source.byteCount, usualByteCount))
    } catch NpyError.headerTruncated where source.byteCount > usualByteCount {
      return try parse(source, prefixByteCount: min(source.byteCount, maximumByteCount))
    }
  }

  /// As many bytes as nearly all headers need.
  private static let usualByteCount = 512

  private static func parse(_ source: any ByteSource, prefixByteCount: Int) throws -> NpyHeader {
    try withUnsafeTemporaryAllocation(byteCount: max(1, prefixByteCount), alignment: 16) { buffer in
      let prefix = UnsafeMutableRawBufferPointer(rebasing: buffer[..<prefixByteCount])
      try source.read(at: 0, into: prefix)
      return try parse(prefix: UnsafeRawBufferPointer(prefix), fileByteCount: source.byteCount)
    }
  }

  /// Parses the header at the beginning of a file.
  ///
  /// - Parameters:
  ///   - prefix: the file's first bytes: `maximumByteCount` of them, or the whole file where it is shorter.
  ///   - fileByteCount: the length of the whole file.
  /// - Throws: the first thing that is wrong, the length of the data included.
  public static func parse(
    prefix: UnsafeRawBufferPointer, fileByteCount: Int
  ) throws(NpyError) -> NpyHeader {
    let magic = NpyFormat.magic
    guard prefix.prefix(magic.count).elementsEqual(magic.prefix(prefix.count)), !prefix.isEmpty else {
      throw .notNpy
    }
    guard prefix.count > NpyFormat.lengthOffset else { throw .tooShort(byteCount: prefix.count) }
    let (major, minor) = (prefix[magic.count], prefix[magic.count + 1])
    guard (1...3).contains(major), minor == 0 else { throw .unsupportedVersion(major: major, minor: minor) }
    let start = NpyFormat.prefixByteCount(majorVersion: major)
    guard prefix.count >= start else { throw .tooShort(byteCount: prefix.count) }
    let headerByteCount = prefix[NpyFormat.lengthOffset..<start].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard headerByteCount <= NpyFormat.maximumHeaderByteCount else {
      throw .headerTooLong(byteCount: headerByteCount)
    }
    guard prefix.count - start >= headerByteCount else {
      throw .headerTruncated(expected: headerByteCount, actual: prefix.count - start)
    }
    let fields = try NpyFields(
      parsing: try decode(prefix[start..<start + headerByteCount], majorVersion: major))
    let (elements, bytes) = try size(of: fields.shape, dtype: fields.dtype)
    let dataOffset = start + headerByteCount
    let available = fileByteCount - dataOffset
    guard available >= bytes else { throw .dataTruncated(expected: bytes, actual: available) }
    guard available == bytes else { throw .trailingBytes(count: available - bytes) }
    return NpyHeader(
      majorVersion: Int(major), dtype: fields.dtype, shape: fields.shape,
      isFortranOrder: fields.isFortranOrder, isBigEndian: fields.isBigEndian, dataOffset: dataOffset,
      elementCount: elements, dataByteCount: bytes)
  }

  private static func decode(
    _ header: Slice<UnsafeRawBufferPointer>, majorVersion: UInt8
  ) throws(NpyError) -> String {
    let bytes = UnsafeRawBufferPointer(rebasing: header)
    // ASCII is the same in all versions, and nearly all headers are.
    if bytes.allSatisfy({ $0 < 0x80 }) { return String(decoding: bytes, as: UTF8.self) }
    if majorVersion < 3 {
      var text = String.UnicodeScalarView()
      text.append(contentsOf: header.lazy.map { Unicode.Scalar($0) })
      return String(text)
    }
    guard let text = String(validating: header, as: UTF8.self) else { throw .headerNotUTF8 }
    return text
  }

  /// Element and byte counts. As in numpy, extents of 0 do not excuse others whose product overflows.
  static func size(of shape: [Int], dtype: DType) throws(NpyError) -> (elements: Int, bytes: Int) {
    var bytes = dtype.itemSize
    for extent in shape where extent > 0 {
      let (next, overflow) = bytes.multipliedReportingOverflow(by: extent)
      if overflow { throw .shapeTooLarge(shape.map(String.init).joined(separator: " × ")) }
      bytes = next
    }
    if shape.contains(0) { return (0, 0) }
    return (bytes / dtype.itemSize, bytes)
  }
}
