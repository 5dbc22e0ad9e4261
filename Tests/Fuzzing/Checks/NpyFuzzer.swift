import Tensors

@testable import Npy

/// A whole .npy file.
enum NpyFuzzer {
  static func check(_ bytes: UnsafeRawBufferPointer) throws {
    let array: NpyArray
    do {
      array = try NpyArray(BorrowedBytes(bytes: bytes))
    } catch let error as NpyError {
      return try promisePlain(error)
    }
    let header = array.header
    let info = try TensorInfo(name: "", dtype: header.dtype, shape: header.shape)
    try promise(header.dataOffset + header.dataByteCount == bytes.count, "the data end with the file")
    try promise(
      info.elementCount == header.elementCount && info.byteCount == header.dataByteCount
        && array.data.byteCount == info.byteCount, "sizes agree: \(header)")
    let stored = Array(bytes[header.dataOffset...])
    let data = try array.data.allBytes(chunk: max(1, info.byteCount))
    try promise(try array.data.allBytes(chunk: 7) == data, "the same in pieces: \(header)")
    let asStored = try array.dataInOwnByteOrder.allBytes(chunk: 64)
    try promise(
      data == (header.isBigEndian ? swapped(asStored, header) : asStored), "the byte order: \(header)")
    try checkOrder(of: asStored, stored: stored, header)
    try checkWriting(data, header)
  }

  private static func swapped(_ bytes: [UInt8], _ header: NpyHeader) -> [UInt8] {
    let word = header.dtype.isComplex ? header.dtype.itemSize / 2 : header.dtype.itemSize
    return stride(from: 0, to: bytes.count, by: word).flatMap { bytes[$0..<$0 + word].reversed() }
  }

  private static func checkOrder(of data: [UInt8], stored: [UInt8], _ header: NpyHeader) throws {
    if header.isCOrder { return try promise(data == stored, "C order is as stored") }
    let size = header.dtype.itemSize
    for element in 0..<header.elementCount {
      let place = fortranPlace(of: element, in: header.shape) * size
      try promise(
        data[element * size..<element * size + size] == stored[place..<place + size],
        "element \(element) of \(header)")
    }
    // In blocks smaller than the array, which the fuzzer's inputs would else always fit in.
    let blocks = StridedSource(
      fortranOrder: OwnedBytes(bytes: stored), shape: header.shape, itemSize: size, blockByteCount: 32)
    try promise(try blocks.allBytes(chunk: 24) == data, "block by block: \(header)")
  }

  /// Where an element, counted in C order, lies with the first axis fastest.
  private static func fortranPlace(of element: Int, in shape: [Int]) -> Int {
    var rest = element
    var place = 0
    for extent in shape.reversed() {
      let (quotient, index) = rest.quotientAndRemainder(dividingBy: extent)
      place = place * extent + index
      rest = quotient
    }
    return place
  }

  private static func checkWriting(_ data: [UInt8], _ header: NpyHeader) throws {
    let prefix = NpyHeader.encode(dtype: header.dtype, shape: header.shape)
    try promise(prefix.count % 64 == 0, "data begin on a 64-byte boundary")
    let again = try (prefix + data).withUnsafeBytes {
      try NpyHeader.parse(prefix: $0, fileByteCount: $0.count)
    }
    try promise(
      again.dtype == header.dtype && again.shape == header.shape && again.isCOrder
        && again.dataOffset == prefix.count && again.dataByteCount == data.count,
      "written and read again: \(header), \(again)")
  }
}

private struct OwnedBytes: ByteSource {
  let bytes: [UInt8]

  var byteCount: Int { bytes.count }

  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) {
    bytes.withUnsafeBytes {
      buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<offset + buffer.count]))
    }
  }
}
