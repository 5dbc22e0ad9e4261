import Tensors

extension NpyHeader {
  /// The bytes that stand before the data of a C-order array: the same that numpy writes.
  ///
  /// Version 1, and version 2 where the header is longer than version 1 can say. Data that follow begin on a
  /// 64-byte boundary. bfloat16 is written `<V2`, as ml_dtypes does. With numpy's 64 dimensions at most, the
  /// header stays far below the 10,000 bytes that numpy reads.
  public static func encode(dtype: DType, shape: [Int]) -> [UInt8] {
    let extents = shape.map(String.init)
    let tuple = extents.count == 1 ? "(\(extents[0]),)" : "(\(extents.joined(separator: ", ")))"
    var dict = "{'descr': '\(NpyDescr.text(of: dtype))', 'fortran_order': False, 'shape': \(tuple), }"
    if let first = extents.first {
      dict += String(repeating: " ", count: max(0, NpyFormat.growthDigits - first.utf8.count))
    }
    let isVersion1 = padded(dict.utf8.count, majorVersion: 1) <= Int(UInt16.max)
    let major: UInt8 = isVersion1 ? 1 : 2
    let headerByteCount = padded(dict.utf8.count, majorVersion: major)
    var bytes = NpyFormat.magic + [major, 0]
    for index in 0..<(isVersion1 ? 2 : 4) {
      bytes.append(UInt8(truncatingIfNeeded: headerByteCount >> (8 * index)))
    }
    bytes += dict.utf8
    bytes += repeatElement(UInt8(ascii: " "), count: headerByteCount - 1 - dict.utf8.count)
    bytes.append(UInt8(ascii: "\n"))
    return bytes
  }

  /// The header's length with padding (one space at least, as numpy has it) and newline.
  private static func padded(_ count: Int, majorVersion: UInt8) -> Int {
    let prefix = NpyFormat.prefixByteCount(majorVersion: majorVersion)
    let end = prefix + count + 1
    return end + NpyFormat.alignment - end % NpyFormat.alignment - prefix
  }
}
