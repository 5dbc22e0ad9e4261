import Tensors
import Testing

@testable import Npy

@Suite struct NpyWritingTests {
  @Test("a header is, byte for byte, the one that numpy writes")
  func header() {
    let text = "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }"
    let padded = text + String(repeating: " ", count: 117 - text.utf8.count) + "\n"
    #expect(NpyHeader.encode(dtype: .float32, shape: [3, 4]) == npyFile(padded.utf8))
  }

  @Test(
    "every dtype and shape comes back as it was written",
    arguments: DType.allCases.filter { $0.arrayDType == $0 })
  func roundTrip(dtype: DType) throws {
    for shape in [
      [], [0], [1], [5], [2, 3], [0, 4], [4, 0, 2], [2, 1, 3, 2], Array(repeating: 1, count: 64),
    ] {
      let count = shape.reduce(dtype.itemSize, *)
      let data = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 7) }
      var writer = try NpyWriter(dtype: dtype, shape: shape, to: ArraySink())
      try data.prefix(3).withUnsafeBytes { try writer.write($0) }
      try data.dropFirst(3).withUnsafeBytes { try writer.write($0) }
      let file = try writer.finish().bytes
      #expect((file.count - count) % 64 == 0)
      let array = try NpyArray(ByteRegion(file))
      #expect(array.header.dtype == dtype)
      #expect(array.header.shape == shape)
      #expect(array.header.majorVersion == 1)
      #expect(!array.header.isFortranOrder)
      #expect(try array.data.allBytes() == data)
    }
  }

  @Test("a header too long for version 1 is written in version 2")
  func version2() {
    let header = NpyHeader.encode(dtype: .uint8, shape: Array(repeating: 1, count: 30_000))
    #expect(header[6] == 2)
    #expect(header.count % 64 == 0)
    #expect(header[8..<12].reversed().reduce(0) { $0 << 8 | Int($1) } == header.count - 12)
  }

  @Test("a writer takes exactly as many bytes as the shape holds")
  func length() throws {
    var writer = try NpyWriter(dtype: .int16, shape: [2], to: ArraySink())
    let header = writer.sink.bytes.count
    #expect(throws: NpyError.tooMuchWritten(expected: 4)) {
      try [1, 2, 3, 4, 5].withUnsafeBytes { try writer.write($0) }
    }
    #expect(writer.sink.bytes.count == header)
    try ([1, 2] as [UInt8]).withUnsafeBytes { try writer.write($0) }
    #expect(throws: NpyError.tooMuchWritten(expected: 4)) {
      try ([3, 4, 5] as [UInt8]).withUnsafeBytes { try writer.write($0) }
    }
    #expect(throws: NpyError.tooLittleWritten(expected: 4, actual: 2)) { try writer.finish() }
    try ([3, 4] as [UInt8]).withUnsafeBytes { try writer.write($0) }
    #expect(try writer.finish().bytes.suffix(4) == [1, 2, 3, 4])
  }

  @Test("a shape that no file can have is refused before anything is written")
  func badShapes() {
    #expect(throws: NpyError.negativeExtent("-2")) {
      try NpyWriter(dtype: .int8, shape: [1, -2], to: ArraySink())
    }
    #expect(throws: NpyError.tooManyDimensions(65)) {
      try NpyWriter(dtype: .int8, shape: Array(repeating: 1, count: 65), to: ArraySink())
    }
    #expect(throws: NpyError.shapeTooLarge("9223372036854775807")) {
      try NpyWriter(dtype: .int16, shape: [.max], to: ArraySink())
    }
  }
}
