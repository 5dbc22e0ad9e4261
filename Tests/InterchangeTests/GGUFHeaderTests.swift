import Tensors
import Testing

@testable import Interchange

@Suite struct GGUFHeaderTests {
  func header(_ file: GGUFFile) throws -> GGUFHeader { try header(file.all) }
  func header(_ bytes: [UInt8]) throws -> GGUFHeader { try GGUFHeader(ByteRegion(bytes)) }

  /// One tensor of eight bytes.
  let small = GGUFFile().with(tensor: "t", 24, [8], at: 0).with(data: 8)

  @Test("tensors come in the order of their bytes, shapes outermost first", arguments: [2, 3] as [UInt32])
  func tensors(version: UInt32) throws {
    var file = GGUFFile()
      .with(tensor: "matrix", 0, [2, 3], at: 64).with(tensor: "empty", 1, [4, 0, 2], at: 64)
      .with(tensor: "vector", 30, [5], at: 32).with(tensor: "scalar", 27, [], at: 0).with(data: 64 + 24)
    file.version = version
    let header = try header(file)
    #expect(
      try header.tensors.map(\.info) == [
        info("scalar", .int64, []), info("vector", .bfloat16, [5]), info("empty", .float16, [4, 0, 2]),
        info("matrix", .float32, [2, 3]),
      ])
    #expect(header.tensors.map(\.byteRange) == [0..<8, 32..<42, 64..<64, 64..<88])
    #expect(header.tensors.allSatisfy { $0.rawType == nil })
    #expect(header.dataOffset == file.all.count - 88)
    #expect(header.alignment == 32 && header.pairs.isEmpty)
  }

  @Test("every type of a tensor has its dtype", arguments: GGUFTensorType.dtypes.map { ($0, $1) })
  func dtypes(number: UInt32, dtype: DType) throws {
    let shape = [2, 3 * dtype.elementsPerBlock]
    let size = 6 * dtype.bytesPerBlock
    let file = GGUFFile().with(tensor: "x", number, shape.map { UInt64($0) }, at: 0).with(data: size)
    #expect(try header(file).tensors.map(\.info) == [info("x", dtype, shape)])
  }

  @Test("the dtypes are those that GGML numbers")
  func allDTypes() {
    let quantised = DType.allCases.filter(\.isQuantised)
    let plain: [DType] = [.int8, .int16, .int32, .int64, .float16, .bfloat16, .float32, .float64]
    #expect(Set(GGUFTensorType.dtypes.values) == Set(quantised + plain))
    #expect(GGUFTensorType.dtypes.count == quantised.count + plain.count)
  }

  @Test(
    "tensors of other types are bytes with their type's name: as many as the type has, else up to the next")
  func rawTypes() throws {
    let file = GGUFFile()
      .with(tensor: "known", 16, [2, 256], at: 0).with(tensor: "old", 9, [64], at: 160)
      .with(tensor: "new", 99, [3, 5], at: 256).with(tensor: "none", 99, [0], at: 256).with(data: 300)
    let header = try header(file)
    #expect(
      try header.tensors.map(\.info) == [
        info("known", .uint8, [132]), info("old", .uint8, [96]), info("none", .uint8, [0]),
        info("new", .uint8, [44]),
      ])
    #expect(header.tensors.map(\.byteRange) == [0..<132, 160..<256, 256..<256, 256..<300])
    #expect(
      header.tensors.map(\.rawType) == ["IQ2_XXS [2, 256]", "Q8_1 [64]", "type 99 [0]", "type 99 [3, 5]"])
  }

  @Test("values of every type")
  func values() throws {
    let header = try header(
      small.with("u8", GGUFBytes.uint8(255)).with("i8", GGUFBytes.int8(-128))
        .with("u16", GGUFBytes.uint16(.max)).with("i16", GGUFBytes.int16(.min))
        .with("u32", GGUFBytes.uint32(.max)).with("i32", GGUFBytes.int32(.min))
        .with("f32", GGUFBytes.float32(1e-5)).with("no", GGUFBytes.bool(0)).with("yes", GGUFBytes.bool(1))
        .with("text", GGUFBytes.string("né\0\n数")).with("small", GGUFBytes.uint64(7))
        .with("large", GGUFBytes.uint64(.max)).with("i64", GGUFBytes.int64(.min))
        .with("f64", GGUFBytes.float64(-0.1)).with("infinite", GGUFBytes.float32(-.infinity)))
    #expect(
      header.pairs.map(\.key) == [
        "u8", "i8", "u16", "i16", "u32", "i32", "f32", "no", "yes", "text", "small", "large", "i64", "f64",
        "infinite",
      ])
    #expect(
      header.pairs.map(\.value) == [
        .integer(255), .integer(-128), .integer(65535), .integer(-32768), .integer(4_294_967_295),
        .integer(-2_147_483_648), .number(1e-5), .bool(false), .bool(true), .string("né\0\n数"), .integer(7),
        .large(.max), .integer(.min), .number(-0.1), .number(-.infinity),
      ])
  }

  @Test("short arrays are kept as JSON, nested ones too")
  func arrays() throws {
    let pairs = [
      ("none", GGUFBytes.array([])), ("integers", GGUFBytes.array([-1, 2].map { GGUFBytes.int16($0) })),
      ("numbers", GGUFBytes.array([0.1, .nan].map { GGUFBytes.float32($0) })),
      ("bools", GGUFBytes.array([1, 0].map { GGUFBytes.bool($0) })),
      ("strings", GGUFBytes.array(["en", "a\"b"].map { GGUFBytes.string($0) })),
      (
        "nested",
        GGUFBytes.array([GGUFBytes.array([GGUFBytes.uint8(1), GGUFBytes.uint8(2)]), GGUFBytes.array([])])
      ),
    ]
    let header = try header(pairs.reduce(small) { $0.with($1.0, $1.1) })
    #expect(
      header.pairs.map(\.value.text) == [
        "[]", "[-1,2]", "[0.1,NaN]", "[true,false]", #"["en","a\"b"]"#, "[[1,2],[]]",
      ])
  }

  @Test("what is long is not kept, only counted")
  func longValues() throws {
    let tokens = GGUFBytes.array((0..<30_000).map { GGUFBytes.string("token \($0)") })
    let text = String(repeating: "x", count: 65_536)
    let pairs = [
      ("text", GGUFBytes.string(text)), ("longer", GGUFBytes.string(text + "x")), ("tokens", tokens),
      ("scores", GGUFBytes.array((0..<257).map { GGUFBytes.float32(Float($0)) })),
      ("flags", GGUFBytes.array((0..<257).map { GGUFBytes.bool(UInt8($0 % 2)) })),
      (
        "wide",
        GGUFBytes.array([GGUFBytes.string(String(repeating: "x", count: 5000)), GGUFBytes.string("y")])
      ),
      ("list", GGUFBytes.array([GGUFBytes.string(text + "x")])),
      ("table", GGUFBytes.array([GGUFBytes.array((0..<257).map { GGUFBytes.int8(Int8($0 % 100)) })])),
      ("rows", GGUFBytes.array((0..<300).map { _ in GGUFBytes.array([GGUFBytes.int8(1)]) })),
      (
        "halves",
        GGUFBytes.array(type: GGUFBytes.stringType, count: 2) + GGUFFile.text("a") + littleEndian(UInt64(1))
          + [0xc3]
      ),
      ("last", GGUFBytes.uint8(1)),
    ]
    let header = try header(pairs.reduce(small) { $0.with($1.0, $1.1) })
    #expect(header.pairs.map(\.key) == pairs.map(\.0))
    #expect(
      header.pairs.map(\.value.text) == [
        text, "[65537 bytes of text]", "[30000 strings]", "[257 numbers]", "[257 bools]", "[2 strings]",
        "[1 strings]", "[1 arrays]", "[300 arrays]", "[2 strings]", "1",
      ])
  }

  @Test("no truncation and no single changed byte of a file crashes the reader")
  func mutations() {
    let file = GGUFFile()
      .with("general.architecture", GGUFBytes.string("x")).with("l", GGUFBytes.array([GGUFBytes.string("y")]))
      .with(tensor: "a", 1, [2, 1], at: 0).with(tensor: "b", 2, [32], at: 32).with(data: 50).all
    #expect(throws: Never.self) { try header(file) }
    for count in 0..<file.count {
      #expect(throws: GGUFError.self) { try header(Array(file.prefix(count))) }
    }
    for index in 0..<file.count - 50 {
      for byte in UInt8.min...UInt8.max {
        var changed = file
        changed[index] = byte
        guard let header = try? header(changed) else { continue }
        var end = 0
        for tensor in header.tensors {
          #expect(tensor.byteRange.lowerBound >= end && tensor.byteRange.count == tensor.info.byteCount)
          end = tensor.byteRange.upperBound
        }
        #expect(header.dataOffset + end <= changed.count)
      }
    }
  }

  @Test("a file that ends inside a field says inside which")
  func truncated() {
    // Long enough for the counts to be possible.
    let long = GGUFFile(pairCount: 2, tensorCount: 1).with(
      "long", GGUFBytes.string(String(repeating: "x", count: 50)))
    let key = long.header
    let value = long.with("k", GGUFBytes.uint32(7)).header
    let info = small.with("k", GGUFBytes.uint32(7)).header
    #expect(throws: GGUFError.truncated(inside: .key(pair: 1))) { try header(key) }
    for missing in 1...8 {
      #expect(throws: GGUFError.truncated(inside: .value(key: "k"))) { try header(value.dropLast(missing)) }
    }
    #expect(throws: GGUFError.truncated(inside: .name(tensor: 0))) { try header(value) }
    for missing in 1...24 {
      #expect(throws: GGUFError.truncated(inside: .info(tensor: "t"))) { try header(info.dropLast(missing)) }
    }
  }

  @Test("messages name the part and the fault, with text from the file made safe")
  func messages() {
    let error = GGUFError.partialBlock(tensor: "h.0\u{1b}[2J", row: 16, type: "Q4_0", block: 32)
    #expect(
      error.description
        == #"tensor ‘h.0\u{1B}[2J’ has rows of 16 elements, which are no whole number of blocks of 32, as Q4_0 has them"#
    )
    let part = GGUFError.stringTooLong(.value(key: "k\n"), byteCount: .max, left: 5)
    #expect(
      part.description.hasPrefix(#"the value of ‘k\n’ says that it is 18446744073709551615 bytes long"#))
  }
}
