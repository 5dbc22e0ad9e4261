import StrictJSON
import Tensors

/// What a safetensors file says of its tensors, checked against the file's length.
struct SafetensorsHeader {
  struct Entry: Equatable {
    let info: TensorInfo
    /// From the first data byte.
    let byteRange: Range<Int>
  }

  /// numpy's limit, so that every tensor can be kept as a .npy file.
  static let maximumDimensions = 64

  let metadata: [String: String]
  /// In the order in which they lie in the file.
  let tensors: [Entry]
  /// Where the data begin in the file, in bytes.
  let dataOffset: Int

  /// Reads and checks the header of a whole file.
  ///
  /// Memory is that of the header and what it lists: a tensor's entry is a good hundred bytes in either.
  ///
  /// - Throws: `SafetensorsError` with the first thing that is wrong; what `file` throws where it can't be read.
  init(_ file: any ByteSource) throws {
    let start = SafetensorsFormat.lengthByteCount
    guard file.byteCount >= start else { throw SafetensorsError.tooShort(byteCount: file.byteCount) }
    var length: UInt64 = 0
    try withUnsafeMutableBytes(of: &length) { try file.read(at: 0, into: $0) }
    length = UInt64(littleEndian: length)
    guard length <= SafetensorsFormat.maximumHeaderByteCount else {
      throw SafetensorsError.headerTooLong(byteCount: length)
    }
    let count = Int(length)
    guard count <= file.byteCount - start else {
      throw SafetensorsError.headerTruncated(expected: count, actual: file.byteCount - start)
    }
    let header = try ByteRegion(byteCount: count) { try file.read(at: start, into: $0) }
    try self.init(header: header, dataOffset: start + count, dataByteCount: file.byteCount - start - count)
  }

  private init(header: ByteRegion, dataOffset: Int, dataByteCount: Int) throws {
    let entries: SafetensorsEntries
    do {
      entries = try header.withUnsafeBytes { try SafetensorsEntries(parsing: $0) }
    } catch let error as JSONError {
      throw SafetensorsError.header(error)
    }
    if entries.tensors.isEmpty { throw SafetensorsError.noTensors }
    // Tensors without bytes come before the one that begins where they lie.
    tensors = entries.tensors.sorted {
      ($0.byteRange.lowerBound, $0.byteRange.upperBound) < ($1.byteRange.lowerBound, $1.byteRange.upperBound)
    }
    metadata = entries.metadata
    self.dataOffset = dataOffset
    try checkCoverage(of: dataByteCount)
  }

  private func checkCoverage(of dataByteCount: Int) throws(SafetensorsError) {
    if let entry = tensors.first(where: { $0.byteRange.upperBound > dataByteCount }) {
      throw .dataTruncated(
        tensor: entry.info.name, end: entry.byteRange.upperBound, actual: dataByteCount)
    }
    var end = 0
    var last = ""
    for entry in tensors {
      let start = entry.byteRange.lowerBound
      if start > end { throw .hole(tensor: entry.info.name, byteCount: start - end) }
      if start < end { throw .overlap(tensor: entry.info.name, other: last) }
      end = entry.byteRange.upperBound
      last = entry.info.name
    }
    if end < dataByteCount { throw .trailingBytes(count: dataByteCount - end) }
  }
}
