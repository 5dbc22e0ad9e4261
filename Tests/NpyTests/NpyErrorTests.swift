import Tensors
import Testing

@testable import Npy

@Suite struct NpyErrorTests {
  @Test("a file that is no .npy file is told from one that is cut short")
  func beginnings() {
    #expect(throws: NpyError.notNpy) { try parse([]) }
    #expect(throws: NpyError.notNpy) { try parse(Array("PK\u{3}\u{4}".utf8)) }
    #expect(throws: NpyError.notNpy) { try parse(Array(repeating: 0, count: 100)) }
    let file = npyFile(npyHeader(), data: Array(repeating: 0, count: 8))
    #expect(throws: NpyError.tooShort(byteCount: 3)) { try parse(Array(file.prefix(3))) }
    #expect(throws: NpyError.tooShort(byteCount: 9)) { try parse(Array(file.prefix(9))) }
  }

  @Test("versions other than 1.0, 2.0 and 3.0 are refused")
  func versions() {
    for version in [(0, 0), (1, 1), (2, 1), (4, 0), (255, 255)] as [(UInt8, UInt8)] {
      #expect(throws: NpyError.unsupportedVersion(major: version.0, minor: version.1)) {
        try parse(npyFile(npyHeader(), version: version, data: Array(repeating: 0, count: 8)))
      }
    }
  }

  @Test("the header's length is checked against numpy's limit and the file")
  func headerLengths() {
    #expect(throws: NpyError.headerTooLong(byteCount: 10_001)) {
      try parse(npyFile(npyHeader(), version: (2, 0), headerByteCount: 10_001))
    }
    #expect(throws: NpyError.headerTooLong(byteCount: 0xffff_ffff)) {
      try parse(npyFile(npyHeader(), version: (3, 0), headerByteCount: 0xffff_ffff))
    }
    let text = npyHeader()
    #expect(throws: NpyError.headerTruncated(expected: 9_000, actual: text.count)) {
      try parse(npyFile(text, headerByteCount: 9_000))
    }
    #expect(throws: NpyError.malformedHeader(byteOffset: 0)) { try parse(npyFile([])) }
  }

  @Test(
    "a header that is no dict literal is refused where it stops being one",
    arguments: [
      ("[]", 0), ("{'descr' '<f4'}", 9), ("{'descr': '<f4' 'shape': ()}", 16), ("{descr: '<f4'}", 1),
      ("{'descr': }", 10), ("{'descr': '<f4', 'shape': (2,), 'fortran_order': False", 54),
      ("{'descr': '<f4', 'shape': (2,), 'fortran_order': False}}", 55), ("{'descr': '<f4", 14),
      ("{'descr': [('a'", 15), ("{'shape': (2 3)}", 13), ("{'shape': (,)}", 11), ("{,}", 1),
    ])
  func malformed(text: String, offset: Int) {
    #expect(throws: NpyError.malformedHeader(byteOffset: offset)) { try parse(npyFile(text.utf8)) }
  }

  @Test("each key must be there exactly once, and no other")
  func keys() {
    #expect(throws: NpyError.missingKey("descr")) {
      try parse(npyFile("{'fortran_order': False, 'shape': ()}".utf8))
    }
    #expect(throws: NpyError.missingKey("fortran_order")) {
      try parse(npyFile("{'descr': '<f4', 'shape': ()}".utf8))
    }
    #expect(throws: NpyError.missingKey("shape")) {
      try parse(npyFile("{'descr': '<f4', 'fortran_order': False}".utf8))
    }
    for key in ["descr': '<f4'", "fortran_order': True", "shape': (2,)"] {
      let name = String(key.prefix { $0 != "'" })
      let text = String(npyHeader()).replacing("}", with: "'\(key)}")
      #expect(throws: NpyError.duplicateKey(name)) { try parse(npyFile(text.utf8)) }
    }
    #expect(throws: NpyError.unexpectedKey("colour")) { try parse(npyFile("{'colour': 1}".utf8)) }
  }

  @Test(
    "what numpy can write and is not read here is called unsupported",
    arguments: [
      ("<c32", "complex"), (">c24", "complex"), (">f16", "dtype ‘>f16’"), ("|c8", "complex"),
      ("|O", "nothing is ever unpickled"), ("O", "nothing is ever unpickled"), ("|S5", "strings"),
      ("<U10", "strings"), ("|S0", "strings"), ("|T16", "strings"), ("<M8[ns]", "dates"),
      ("<m8[25us]", "dates"),
      ("<M8", "dates"), ("|V8", "raw bytes"), ("|V1", "raw bytes"), ("<f16", "dtype ‘<f16’"),
      ("<f1", "dtype ‘<f1’"), (">V2", "raw bytes"), ("|f4", "dtype ‘|f4’"),
    ])
  func unsupported(descr: String, word: String) {
    let error = #expect(throws: NpyError.self) { try parse(npyFile(npyHeader("'\(descr)'"))) }
    #expect(error == .unsupported(descr))
    #expect(error?.description.contains(word) == true)
  }

  @Test("structured dtypes are unsupported, however they are nested")
  func structured() {
    for descr in ["[('a', '<f4'), ('b]', '|S3', (2,))]", "('<f4', (2,))", "[]"] {
      let error = #expect(throws: NpyError.self) { try parse(npyFile(npyHeader(descr))) }
      #expect(error == .unsupported(descr))
      #expect(error?.description.contains("structured") == true)
    }
    let deep = String(repeating: "[", count: 4_000) + String(repeating: "]", count: 4_000)
    #expect(throws: NpyError.unsupported(deep)) { try parse(npyFile(npyHeader(deep))) }
  }

  @Test("what is no dtype at all is a bad descr")
  func badDescr() {
    for descr in ["", "<", "f3", "hello", "<f4 ", "<i16", "b2", "c7", "c4", ">c", "M9", "é"] {
      #expect(throws: NpyError.badDescr(descr)) {
        try parse(npyFile(npyHeader("'\(descr)'"), version: (3, 0)))
      }
    }
    #expect(throws: NpyError.badDescr("None")) { try parse(npyFile(npyHeader("None"))) }
    #expect(throws: NpyError.badDescr("4")) { try parse(npyFile(npyHeader("4"))) }
  }

  @Test("fortran_order is True or False", arguments: ["1", "0", "None", "'True'", "true", "(True)"])
  func fortranOrder(text: String) {
    #expect(throws: NpyError.badFortranOrder(text)) { try parse(npyFile(npyHeader(order: text))) }
  }

  @Test("the shape is a tuple", arguments: ["3", "[3]", "(3)", "None", "'(3,)'", "{3}"])
  func shapeKinds(text: String) {
    #expect(throws: NpyError.badShape(text)) { try parse(npyFile(npyHeader(shape: text))) }
  }

  @Test(
    "extents are integers as Python writes them",
    arguments: ["3.0", "True", "'3'", "3e2", "0x10", "1_000", "03", "+3", "None", "(3,)", "-", "L", "--3"])
  func extents(text: String) {
    #expect(throws: NpyError.extentNotInteger(text)) { try parse(npyFile(npyHeader(shape: "(2, \(text))"))) }
  }

  @Test("negative extents are refused")
  func negative() {
    #expect(throws: NpyError.negativeExtent("-1")) { try parse(npyFile(npyHeader(shape: "(-1,)"))) }
    #expect(throws: NpyError.negativeExtent("-3")) { try parse(npyFile(npyHeader(shape: "(0, -3)"))) }
  }

  @Test("no more than 64 dimensions")
  func dimensions() throws {
    func shape(_ count: Int) -> String { "(" + String(repeating: "1,", count: count) + ")" }
    let file = npyFile(npyHeader("'|u1'", shape: shape(64)), data: [1])
    #expect(try parse(file).shape.count == 64)
    #expect(throws: NpyError.tooManyDimensions(65)) { try parse(npyFile(npyHeader(shape: shape(65)))) }
  }

  @Test(
    "shapes whose size does not fit are refused, also where an extent is 0",
    arguments: [
      "(9223372036854775807,)", "(4294967296, 4294967296)", "(9223372036854775808,)",
      "(2305843009213693952, 0)",
      "(99999999999999999999999999, 0)",
    ])
  func tooLarge(shape: String) {
    let error = #expect(throws: NpyError.self) { try parse(npyFile(npyHeader(shape: shape))) }
    guard case .shapeTooLarge = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test("the data must be there, and nothing behind them")
  func dataLength() {
    #expect(throws: NpyError.dataTruncated(expected: 8, actual: 7)) {
      try parse(npyFile(npyHeader(), data: Array(repeating: 0, count: 7)))
    }
    #expect(throws: NpyError.dataTruncated(expected: 8_000_000_000_000, actual: 0)) {
      try parse(npyFile(npyHeader(shape: "(2000000, 1000000)")))
    }
    #expect(throws: NpyError.trailingBytes(count: 1)) {
      try parse(npyFile(npyHeader(), data: Array(repeating: 0, count: 9)))
    }
    #expect(throws: NpyError.trailingBytes(count: 1)) {
      try parse(npyFile(npyHeader(shape: "(0,)"), data: [0]))
    }
  }

  @Test("text from a file is cut and made safe in messages")
  func messages() {
    let text = NpyError.unexpectedKey("\u{1b}[31m\u{202e}" + String(repeating: "x", count: 1000)).description
    #expect(text.hasPrefix(#"the .npy header has an unknown key ‘\u{1B}[31m\u{202E}xxx"#))
    #expect(text.count < 200)
    #expect(!text.contains("\u{1b}"))
  }

  @Test("no truncation and no single changed byte of a file crashes, and none is taken for a longer array")
  func mutations() {
    for order in ["False", "True"] {
      let data: [UInt8] = Array(0..<48)
      let file = npyFile(npyHeader(order: order, shape: "(2, 3, 2)"), data: data)
      for count in 0..<file.count {
        #expect(throws: NpyError.self) { try parse(Array(file.prefix(count))) }
      }
      for index in 0..<file.count - data.count {
        for byte in UInt8.min...UInt8.max {
          var changed = file
          changed[index] = byte
          guard let array = try? NpyArray(ByteRegion(changed)) else { continue }
          #expect(array.header.dataByteCount == array.header.elementCount * array.header.dtype.itemSize)
          #expect(array.header.dataOffset + array.header.dataByteCount == file.count)
          #expect((try? array.data.allBytes())?.count == array.header.dataByteCount)
        }
      }
    }
  }
}
