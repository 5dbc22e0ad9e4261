import Synchronization
import Tensors
import Testing

@testable import Npy

@Suite struct ElementOrderTests {
  /// Bytes of an array whose elements count up from 0 in C order, and those bytes in Fortran order.
  private func array(_ shape: [Int], itemSize: Int) -> (c: [UInt8], fortran: [UInt8]) {
    let count = shape.reduce(1, *)
    func bytes(_ element: Int) -> [UInt8] {
      (0..<itemSize).map { UInt8(truncatingIfNeeded: element >> (8 * $0)) }
    }
    var fortran: [UInt8] = []
    for position in 0..<count {
      var rest = position
      var index = [Int]()
      for extent in shape {
        index.append(rest % extent)
        rest /= extent
      }
      fortran += bytes(zip(index, shape).reduce(0) { $0 * $1.1 + $1.0 })
    }
    return ((0..<count).flatMap(bytes), fortran)
  }

  static let shapes = [
    [7], [1], [2, 3], [5, 1], [13, 4], [2, 3, 4], [4, 1, 5], [1, 6, 1], [3, 2, 5, 4], [2, 2, 2, 2, 3],
  ]

  @Test(
    "arrays in Fortran order read as C order", arguments: shapes,
    [DType.uint8, .int16, .float32, .float64, .complex128])
  func reading(shape: [Int], dtype: DType) throws {
    let (c, fortran) = array(shape, itemSize: dtype.itemSize)
    let tuple = "(" + shape.map { "\($0)," }.joined() + ")"
    let descr = String(
      decoding: NpyHeader.encode(dtype: dtype, shape: []).dropFirst(20).prefix { $0 != 0x2c }, as: UTF8.self)
    let file = npyFile(npyHeader(descr, order: "True", shape: tuple), data: fortran)
    let array = try NpyArray(ByteRegion(file))
    #expect(array.header.isFortranOrder)
    #expect(try array.data.allBytes() == c)
    #expect(try array.data.allBytes(chunk: 3) == c)
  }

  @Test(
    "big-endian elements are turned round while they are read, in either order",
    arguments: [DType.int16, .float16, .float32, .uint64, .complex64, .complex128], ["False", "True"])
  func bigEndian(dtype: DType, order: String) throws {
    let word = dtype.wordByteCount
    func swapped(_ bytes: [UInt8]) -> [UInt8] {
      stride(from: 0, to: bytes.count, by: word).flatMap { bytes[$0..<$0 + word].reversed() }
    }
    let (c, fortran) = array([3, 2, 5], itemSize: dtype.itemSize)
    let descr = String(
      decoding: NpyHeader.encode(dtype: dtype, shape: []).dropFirst(20).prefix { $0 != 0x2c }, as: UTF8.self)
    let file = npyFile(
      npyHeader(descr.replacing("<", with: ">"), order: order, shape: "(3, 2, 5)"),
      data: swapped(order == "True" ? fortran : c))
    let array = try NpyArray(ByteRegion(file))
    #expect(array.header.isBigEndian)
    #expect(array.header.dtype == dtype)
    for chunk in [1, 3, 7, 16, 1000] { #expect(try array.data.allBytes(chunk: chunk) == c) }
    #expect(try array.dataInOwnByteOrder.allBytes() == swapped(c))
  }

  @Test(
    "any strides give what indexing gives",
    arguments: [
      ([4, 3, 5], [5, 20, 1], 0), ([4, 3, 5], [1, 4, 12], 0), ([4, 3], [15, 5], 2),
      ([3, 4, 5], [0, 5, 1], 10),
      ([5], [7], 3), ([], [], 9), ([2, 1, 3], [20, 999, 2], 1), ([6, 7], [0, 0], 4),
      ([2, 2, 2, 2], [1, 2, 8, 32], 0),
    ] as [([Int], [Int], Int)])
  func strides(shape: [Int], strides: [Int], start: Int) throws {
    let stored = (0..<100).map { UInt32($0) }
    var places = [start]
    for (extent, stride) in zip(shape, strides) {
      places = places.flatMap { place in (0..<extent).map { place + $0 * stride } }
    }
    let expected = places.map { stored[$0] }.withUnsafeBytes { Array($0) }
    for block in [1, 8, 24, 100, 1 << 20] {
      let source = StridedSource(
        ByteRegion(stored), shape: shape, strides: strides, start: start, itemSize: 4, blockByteCount: block)
      #expect(try source.allBytes() == expected)
      #expect(try source.allBytes(chunk: 5) == expected)
    }
  }

  @Test("blocks of any size give the same bytes", arguments: shapes, [1, 8, 12, 20, 64, 200])
  func blocks(shape: [Int], blockByteCount: Int) throws {
    let (c, fortran) = array(shape, itemSize: 4)
    let source = StridedSource(
      fortranOrder: ByteRegion(fortran), shape: shape, itemSize: 4, blockByteCount: blockByteCount)
    #expect(source.byteCount == c.count)
    for chunk in [1, 7, 16, 1000] { #expect(try source.allBytes(chunk: chunk) == c) }
    // Backwards, across the borders of blocks.
    for start in stride(from: c.count - 5, through: 0, by: -5) {
      var part = [UInt8](repeating: 0, count: 5)
      try part.withUnsafeMutableBytes { try source.read(at: start, into: $0) }
      #expect(part == Array(c[start..<start + 5]))
    }
  }

  @Test(
    "extents longer than a window of reading", arguments: [[3, 700_000], [700_000, 3], [2, 9, 100_000]])
  func windows(shape: [Int]) throws {
    let count = shape.reduce(1, *)
    let columns = count / shape[0]
    // Two bytes that tell the place in C order apart well enough.
    let c = (0..<count).map { UInt16(truncatingIfNeeded: $0 &* 40_503) }
    var fortran = [UInt16](repeating: 0, count: count)
    for position in 0..<count {
      let (row, column) = (position / columns, position % columns)
      let inFortran = shape.count == 2 ? column : column % shape[2] * shape[1] + column / shape[2]
      fortran[row + inFortran * shape[0]] = c[position]
    }
    let expected = c.withUnsafeBytes { Array($0) }
    for block in [100_000, 1_000_000, 32 << 20] {
      let source = StridedSource(
        fortranOrder: ByteRegion(fortran), shape: shape, itemSize: 2, blockByteCount: block)
      #expect(try source.allBytes() == expected)
    }
  }

  @Test("reading from front to back reads the stored bytes a bounded number of times, in bounded pieces")
  func readingCosts() throws {
    let shape = [600, 500]
    let counting = CountingSource(ByteRegion(array(shape, itemSize: 4).fortran))
    let source = StridedSource(
      fortranOrder: counting, shape: shape, itemSize: 4, blockByteCount: 300_000)
    _ = try source.allBytes(chunk: 1000)
    // Four blocks; each may at most skip over what the others need.
    #expect(counting.total.withLock { $0 } <= 4 * counting.byteCount)
    #expect(counting.largest.withLock { $0 } <= 1 << 20)
  }

  @Test("an error of the file is passed on, and the next read tries again")
  func errors() throws {
    let source = StridedSource(fortranOrder: FailingOnce(byteCount: 24), shape: [2, 3], itemSize: 4)
    #expect(throws: FileError.notFound(path: "gone")) { try source.allBytes() }
    #expect(try source.allBytes() == Array(repeating: 0, count: 24))
  }
}

private final class CountingSource: ByteSource {
  let base: ByteRegion
  let total = Mutex(0)
  let largest = Mutex(0)
  var byteCount: Int { base.byteCount }

  init(_ base: ByteRegion) { self.base = base }

  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) {
    total.withLock { $0 += buffer.count }
    largest.withLock { $0 = max($0, buffer.count) }
    base.read(at: offset, into: buffer)
  }
}

private final class FailingOnce: ByteSource {
  let byteCount: Int
  private let hasFailed = Mutex(false)

  init(byteCount: Int) { self.byteCount = byteCount }

  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
    let isFirst = hasFailed.withLock { failed in
      defer { failed = true }
      return !failed
    }
    if isFirst { throw FileError.notFound(path: "gone") }
    buffer.initializeMemory(as: UInt8.self, repeating: 0)
  }
}
