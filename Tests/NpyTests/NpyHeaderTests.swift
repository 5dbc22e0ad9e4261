import Tensors
import Testing

@testable import Npy

@Suite struct NpyHeaderTests {
  @Test("a header as numpy writes it is read in all three versions", arguments: [1, 2, 3] as [UInt8])
  func versions(major: UInt8) throws {
    let file = npyFile(npyHeader(shape: "(3, 4)"), version: (major, 0), data: Array(repeating: 1, count: 48))
    let header = try parse(file)
    #expect(header.majorVersion == Int(major))
    #expect(header.dtype == .float32)
    #expect(header.shape == [3, 4])
    #expect(!header.isFortranOrder)
    #expect(header.elementCount == 12)
    #expect(header.dataByteCount == 48)
    #expect(header.dataOffset == file.count - 48)
  }

  @Test(
    "order, spacing, quotes and trailing commas do not matter",
    arguments: [
      "{'shape':(2,),'fortran_order':False,'descr':'<i2'}",
      " \t{ \"descr\" : \"<i2\" ,\n 'fortran_order' :False , 'shape': ( 2 , ) , }   \n",
      "{'fortran_order': False, 'descr': '=i2', 'shape': (2,)}",
      "{'descr': 'i2', 'fortran_order': False, 'shape': (2L,), }",
      "{'shape': (2L,), 'fortran_order': False, 'descr': '<i2'}         ",
      "{u'descr': u'<i2' , u'fortran_order':False,u\"shape\": ( 2L ,)}\n",
    ])
  func spellings(header: String) throws {
    let parsed = try parse(npyFile(header.utf8, data: [1, 2, 3, 4]))
    #expect(parsed.dtype == .int16)
    #expect(parsed.shape == [2])
  }

  @Test(
    "shapes are tuples",
    arguments: [
      ("()", []), ("( )", []), ("(3,)", [3]), ("(3,4)", [3, 4]), ("(3, 4, )", [3, 4]), ("(0,)", [0]),
      ("(2, 0, 3)", [2, 0, 3]), ("(1, 1, 1, 1)", [1, 1, 1, 1]),
    ] as [(String, [Int])])
  func shapes(text: String, shape: [Int]) throws {
    let count = shape.reduce(1, *)
    let header = try parse(npyFile(npyHeader("'|u1'", shape: text), data: Array(repeating: 7, count: count)))
    #expect(header.shape == shape)
    #expect(header.elementCount == count)
  }

  @Test(
    "every dtype has its descr",
    arguments: [
      ("|b1", .bool), ("|i1", .int8), ("<i2", .int16), ("<i4", .int32), ("<i8", .int64), ("|u1", .uint8),
      ("<u2", .uint16), ("<u4", .uint32), ("<u8", .uint64), ("<f2", .float16), ("<f4", .float32),
      ("<f8", .float64), ("<V2", .bfloat16), ("|V2", .bfloat16), ("V2", .bfloat16), (">i1", .int8),
      ("<u1", .uint8), ("<c8", .complex64), ("<c16", .complex128), (">b1", .bool), (">i2", .int16),
      (">u4", .uint32),
      (">f2", .float16), (">f8", .float64), (">c8", .complex64), (">c16", .complex128),
    ] as [(String, DType)])
  func dtypes(descr: String, dtype: DType) throws {
    let data = [UInt8](repeating: 1, count: 2 * dtype.itemSize)
    let header = try parse(npyFile(npyHeader("'\(descr)'"), data: data))
    #expect(header.dtype == dtype)
    #expect(header.isBigEndian == (descr.first == ">" && dtype.itemSize > 1))
    #expect(header.dataByteCount == data.count)
  }

  @Test("Fortran order is C order where no more than one axis is longer than 1")
  func orders() throws {
    func header(_ shape: String, count: Int) throws -> NpyHeader {
      try parse(
        npyFile(npyHeader("'|u1'", order: "True", shape: shape), data: Array(repeating: 0, count: count)))
    }
    #expect(try header("(1, 5, 1)", count: 5).isCOrder)
    #expect(try header("()", count: 1).isCOrder)
    #expect(try header("(3, 0)", count: 0).isCOrder)
    let matrix = try header("(2, 3)", count: 6)
    #expect(matrix.isFortranOrder)
    #expect(!matrix.isCOrder)
  }

  @Test("versions 1 and 2 are Latin-1, version 3 is UTF-8")
  func encodings() {
    let latin = Array(npyHeader("[('\u{e9}', '<f4')]")).split(separator: 0xc3).joined(separator: [])
    let bytes = latin.map { $0 == 0xa9 ? 0xe9 : $0 }
    let error = NpyError.unsupported("[('\u{e9}', '<f4')]")
    #expect(throws: error) { try parse(npyFile(bytes)) }
    #expect(throws: error) { try parse(npyFile(npyHeader("[('\u{e9}', '<f4')]"), version: (3, 0))) }
    #expect(throws: NpyError.headerNotUTF8) { try parse(npyFile(bytes, version: (3, 0))) }
  }

  @Test("a header of 10,000 bytes is read")
  func longestHeader() throws {
    let text = Array(npyHeader())
    let padded = text + repeatElement(0x20, count: 10_000 - text.count)
    let file = npyFile(padded, version: (2, 0), data: Array(repeating: 0, count: 8))
    #expect(try parse(file).dataOffset == 10_012)
    #expect(try NpyHeader.parse(ByteRegion(file)).dataOffset == 10_012)
  }
}
