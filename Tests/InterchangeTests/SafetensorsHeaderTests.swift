import StrictJSON
import Tensors
import Testing

@testable import Interchange

@Suite struct SafetensorsHeaderTests {
  private func header(_ file: [UInt8]) throws -> SafetensorsHeader { try SafetensorsHeader(ByteRegion(file)) }

  @Test("tensors come in the order of their bytes, with metadata")
  func order() throws {
    let text =
      "{\(entry("b", "I64", "[2]", "[4,20]")), \"__metadata__\": {\"format\":\"pt\",\"\":\"\"},"
      + "\(entry("empty", "F32", "[3, 0]", "[4,4]")),\(entry("a", "F16", "[2,1]", "[0,4]")),"
      + "\(entry("scalar", "U8", "[]", "[20,21]"))}  \n"
    let header = try header(safetensors(text, data: Array(repeating: 0, count: 21)))
    #expect(header.tensors.map(\.info.name) == ["a", "empty", "b", "scalar"])
    #expect(header.tensors.map(\.info.shape) == [[2, 1], [3, 0], [2], []])
    #expect(header.tensors.map(\.byteRange) == [0..<4, 4..<4, 4..<20, 20..<21])
    #expect(header.metadata == ["format": "pt", "": ""])
    #expect(header.dataOffset == 8 + text.utf8.count)
  }

  @Test(
    "every dtype has its name",
    arguments: [
      ("BOOL", .bool), ("I8", .int8), ("I16", .int16), ("I32", .int32), ("I64", .int64), ("U8", .uint8),
      ("U16", .uint16), ("U32", .uint32), ("U64", .uint64), ("F16", .float16), ("BF16", .bfloat16),
      ("F32", .float32), ("F64", .float64), ("C64", .complex64), ("F8_E4M3", .float8E4M3FN),
      ("F8_E5M2", .float8E5M2), ("F8_E8M0", .float8E8M0FNU), ("F8_E4M3FNUZ", .float8E4M3FNUZ),
      ("F8_E5M2FNUZ", .float8E5M2FNUZ), ("F6_E2M3", .float6E2M3FN), ("F6_E3M2", .float6E3M2FN),
      ("F4", .float4E2M1FN),
    ] as [(String, DType)])
  func dtypes(name: String, dtype: DType) throws {
    let size = dtype.bytesPerBlock * 3
    let count = dtype.elementsPerBlock * 3
    let file = safetensors(
      "{\(entry("x", name, "[\(count)]", "[0,\(size)]"))}", data: Array(repeating: 1, count: size))
    #expect(try header(file).tensors.map(\.info) == [info("x", dtype, [count])])
    #expect(SafetensorsFormat.name(of: dtype) == name)
  }

  @Test("packed floats are whole bytes, however their shape divides them")
  func packed() throws {
    func one(_ dtype: String, _ shape: String, _ byteCount: Int) throws -> [TensorInfo] {
      try header(
        safetensors(
          "{\(entry("t", dtype, shape, "[0,\(byteCount)]"))}", data: Array(repeating: 0, count: byteCount))
      ).tensors.map(\.info)
    }
    #expect(try one("F4", "[3,2]", 3) == [info("t", .float4E2M1FN, [3, 2])])
    #expect(try one("F4", "[2,0]", 0) == [info("t", .float4E2M1FN, [2, 0])])
    #expect(try one("F6_E3M2", "[2,2]", 3) == [info("t", .float6E3M2FN, [2, 2])])
    for (name, dtype, shape) in [
      ("F4", DType.float4E2M1FN, "[]"), ("F4", .float4E2M1FN, "[3]"), ("F6_E2M3", .float6E2M3FN, "[2]"),
      ("F6_E3M2", .float6E3M2FN, "[3,3]"),
    ] {
      #expect(throws: SafetensorsError.partialByte(tensor: "t", dtype: dtype)) { try one(name, shape, 2) }
    }
    #expect(throws: SafetensorsError.wrongSize(tensor: "t", expected: 3, actual: 4)) {
      try one("F6_E2M3", "[4]", 4)
    }
  }

  @Test("a file cut short in its first bytes or its header")
  func cutShort() {
    #expect(throws: SafetensorsError.tooShort(byteCount: 7)) { try header(Array(repeating: 0, count: 7)) }
    #expect(throws: SafetensorsError.headerTooLong(byteCount: 100_000_001)) {
      try header(safetensors("{}", headerByteCount: 100_000_001))
    }
    #expect(throws: SafetensorsError.headerTooLong(byteCount: .max)) {
      try header(safetensors("{}", headerByteCount: .max))
    }
    #expect(throws: SafetensorsError.headerTruncated(expected: 100_000_000, actual: 2)) {
      try header(safetensors("{}", headerByteCount: 100_000_000))
    }
  }

  @Test("a header that is no JSON object")
  func notObject() {
    for text in ["", "[]", " {}", "null"] {
      #expect(throws: SafetensorsError.headerNotObject) { try header(safetensors(text)) }
    }
    #expect(throws: SafetensorsError.header(JSONError(.unexpectedEnd, at: 1))) {
      try header(safetensors("{"))
    }
    #expect(throws: SafetensorsError.header(JSONError(.trailingBytes, at: 3))) {
      try header(safetensors("{} x"))
    }
    #expect(throws: SafetensorsError.noTensors) { try header(safetensors("{}")) }
    #expect(throws: SafetensorsError.noTensors) { try header(safetensors(#"{"__metadata__":{}}"#)) }
  }

  @Test("no name occurs twice, also when one is spelled with escapes")
  func duplicates() {
    let once = entry("a", "U8", "[0]", "[0,0]")
    #expect(throws: SafetensorsError.duplicateName("a")) {
      try header(safetensors("{\(once),\(entry(#"\u0061"#, "U8", "[0]", "[0,0]"))}"))
    }
    #expect(throws: SafetensorsError.duplicateName("__metadata__")) {
      try header(safetensors(#"{"__metadata__":{},"__metadata__":{}}"#))
    }
    #expect(throws: SafetensorsError.duplicateName("k")) {
      try header(safetensors(#"{"__metadata__":{"k":"1","k":"2"}}"#))
    }
  }

  @Test(
    "metadata are strings", arguments: ["null", "[]", "\"x\"", "{\"a\":1}", "{\"a\":null}", "{\"a\":{}}"])
  func metadata(text: String) {
    #expect(throws: SafetensorsError.metadataNotStrings) {
      try header(safetensors(#"{"__metadata__":\#(text)}"#))
    }
  }

  @Test(
    "a tensor has exactly dtype, shape and data_offsets",
    arguments: [
      ("5", .entryNotObject(tensor: "t")), ("[]", .entryNotObject(tensor: "t")),
      ("{}", .missingField(tensor: "t", field: "dtype")),
      (#"{"dtype":"U8"}"#, .missingField(tensor: "t", field: "shape")),
      (#"{"dtype":"U8","shape":[]}"#, .missingField(tensor: "t", field: "data_offsets")),
      (#"{"dtype":"U8","dtype":"U8"}"#, .duplicateField(tensor: "t", field: "dtype")),
      (#"{"shape":[],"shape":[]}"#, .duplicateField(tensor: "t", field: "shape")),
      (#"{"data_offsets":[0,0],"data_offsets":[0,0]}"#, .duplicateField(tensor: "t", field: "data_offsets")),
      (#"{"dtype":"U8","colour":1}"#, .unknownField(tensor: "t", field: "colour")),
      (#"{"dtype":7}"#, .dtypeNotString(tensor: "t")), (#"{"dtype":null}"#, .dtypeNotString(tensor: "t")),
      (#"{"dtype":"f32"}"#, .unknownDType(tensor: "t", dtype: "f32")),
      (#"{"dtype":"C128"}"#, .unknownDType(tensor: "t", dtype: "C128")),
      (#"{"shape":3}"#, .badShape(tensor: "t")), (#"{"shape":[-1]}"#, .badShape(tensor: "t")),
      (#"{"shape":[1.0]}"#, .badShape(tensor: "t")), (#"{"shape":[1e2]}"#, .badShape(tensor: "t")),
      (#"{"shape":["1"]}"#, .badShape(tensor: "t")), (#"{"shape":[[1]]}"#, .badShape(tensor: "t")),
      (#"{"shape":[1,]}"#, .badShape(tensor: "t")),
      (#"{"shape":[9223372036854775808]}"#, .shapeTooLarge(tensor: "t")),
      (#"{"data_offsets":[0]}"#, .badOffsets(tensor: "t")),
      (#"{"data_offsets":[0,1,2]}"#, .badOffsets(tensor: "t")),
      (#"{"data_offsets":[2,1]}"#, .badOffsets(tensor: "t")),
      (#"{"data_offsets":[-1,1]}"#, .badOffsets(tensor: "t")),
      (#"{"data_offsets":[0,1.5]}"#, .badOffsets(tensor: "t")),
      (#"{"data_offsets":[0,9223372036854775808]}"#, .badOffsets(tensor: "t")),
      (#"{"data_offsets":"0,1"}"#, .badOffsets(tensor: "t")),
    ] as [(String, SafetensorsError)])
  func entries(text: String, expected: SafetensorsError) {
    #expect(throws: expected) { try header(safetensors(#"{"t":\#(text)}"#)) }
  }

  @Test("JSON faults inside an entry keep their offset")
  func json() {
    #expect(throws: SafetensorsError.header(JSONError(.leadingZero, at: 15))) {
      try header(safetensors(#"{"t":{"shape":[01]}}"#))
    }
    #expect(throws: SafetensorsError.header(JSONError(.unexpectedByte(0x5d), at: 6))) {
      try header(safetensors(#"{"t":{]}"#))
    }
  }

  @Test("sizes agree with shape and dtype, and fit")
  func sizes() {
    func one(_ shape: String, _ offsets: String) -> [UInt8] {
      safetensors("{\(entry("t", "F32", shape, offsets))}", data: [1, 2, 3, 4])
    }
    #expect(throws: SafetensorsError.wrongSize(tensor: "t", expected: 8, actual: 4)) {
      try header(one("[2]", "[0,4]"))
    }
    #expect(throws: SafetensorsError.wrongSize(tensor: "t", expected: 0, actual: 4)) {
      try header(one("[0]", "[0,4]"))
    }
    for shape in ["[4611686018427387904]", "[4294967296,4294967296]", "[0,9223372036854775807]"] {
      #expect(throws: SafetensorsError.shapeTooLarge(tensor: "t")) { try header(one(shape, "[0,0]")) }
    }
    let many = "[" + Array(repeating: "1", count: 65).joined(separator: ",") + "]"
    #expect(throws: SafetensorsError.tooManyDimensions(tensor: "t")) { try header(one(many, "[0,4]")) }
  }

  @Test("tensors cover the data without holes and without overlap, to the end")
  func coverage() {
    func two(_ first: (Int, Int), _ second: (Int, Int), data: Int) -> [UInt8] {
      func bytes(_ name: String, _ range: (Int, Int)) -> String {
        entry(name, "U8", "[\(range.1 - range.0)]", "[\(range.0),\(range.1)]")
      }
      return safetensors(
        "{\(bytes("a", first)),\(bytes("b", second))}", data: Array(repeating: 0, count: data))
    }
    #expect(throws: Never.self) { try header(two((4, 8), (0, 4), data: 8)) }
    #expect(throws: SafetensorsError.hole(tensor: "b", byteCount: 1)) {
      try header(two((0, 4), (5, 8), data: 8))
    }
    #expect(throws: SafetensorsError.hole(tensor: "a", byteCount: 2)) {
      try header(two((2, 4), (4, 8), data: 8))
    }
    #expect(throws: SafetensorsError.overlap(tensor: "b", other: "a")) {
      try header(two((0, 4), (3, 8), data: 8))
    }
    #expect(throws: SafetensorsError.overlap(tensor: "a", other: "b")) {
      try header(two((0, 8), (0, 4), data: 8))
    }
    #expect(throws: SafetensorsError.trailingBytes(count: 1)) { try header(two((0, 4), (4, 8), data: 9)) }
    #expect(throws: SafetensorsError.dataTruncated(tensor: "b", end: 8, actual: 7)) {
      try header(two((0, 4), (4, 8), data: 7))
    }
    #expect(throws: SafetensorsError.hole(tensor: "b", byteCount: 2)) {
      try header(two((0, 4), (6, 6), data: 8))
    }
  }

  @Test("no truncation and no single changed byte of a file crashes the reader")
  func mutations() {
    let text =
      "{\"__metadata__\":{\"k\":\"v\"},\(entry("a", "F16", "[2,1]", "[0,4]")),\(entry("b", "U8", "[3]", "[4,7]"))}"
    let file = safetensors(text, data: [0, 1, 2, 3, 4, 5, 6])
    for count in 0..<file.count {
      #expect(throws: SafetensorsError.self) { try header(Array(file.prefix(count))) }
    }
    for index in 0..<file.count - 7 {
      for byte in UInt8.min...UInt8.max {
        var changed = file
        changed[index] = byte
        guard let header = try? header(changed) else { continue }
        #expect(header.dataOffset + 7 == file.count)
        #expect(header.tensors.reduce(0) { $0 + $1.info.byteCount } == 7)
      }
    }
  }

  @Test("messages name tensor and fault, with text from the file made safe")
  func messages() {
    let error = SafetensorsError.partialByte(tensor: "h.0\u{1b}[2J", dtype: .float6E2M3FN)
    #expect(
      error.description
        == #"tensor ‘h.0\u{1B}[2J’ is no whole number of bytes: float6_e2m3fn comes in packs of 4 elements"#)
    #expect(!error.description.contains("\u{1b}"))
  }
}
