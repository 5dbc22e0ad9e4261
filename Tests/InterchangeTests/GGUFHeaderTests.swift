import Tensors
import Testing

@testable import Interchange

@Suite struct GGUFHeaderTests {
  private func header(_ file: GGUFFile) throws -> GGUFHeader { try header(file.all) }
  private func header(_ bytes: [UInt8]) throws -> GGUFHeader { try GGUFHeader(ByteRegion(bytes)) }

  /// One tensor of eight bytes.
  private let small = GGUFFile().with(tensor: "t", 24, [8], at: 0).with(data: 8)

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

  @Test("a file cut short in its first bytes, or of another format or version")
  func head() {
    #expect(throws: GGUFError.tooShort(byteCount: 23)) { try header(Array(small.all.prefix(23))) }
    var file = small
    file.magic = Array("GGUX".utf8)
    #expect(throws: GGUFError.notGGUF) { try header(file) }
    file = small
    file.version = 1
    #expect(throws: GGUFError.version1) { try header(file) }
    for version in [0, 4, .max] as [UInt32] {
      file.version = version
      #expect(throws: GGUFError.unknownVersion(version)) { try header(file) }
    }
    for version in 1...3 as ClosedRange<UInt32> {
      file.version = version.byteSwapped
      #expect(throws: GGUFError.bigEndian) { try header(file) }
    }
  }

  @Test("counts that the file can't hold are refused before anything is read")
  func counts() {
    var file = small.with("key", GGUFBytes.uint8(0))
    let left = UInt64(file.all.count - 24)
    for count in [left / 13 + 1, 1 << 40, .max] {
      file.pairCount = count
      #expect(throws: GGUFError.tooManyPairs(count)) { try header(file) }
    }
    file.pairCount = nil
    for count in [left / 24 + 1, 1 << 40, .max] {
      file.tensorCount = count
      #expect(throws: GGUFError.tooManyTensors(count)) { try header(file) }
    }
    file.tensorCount = 0
    #expect(throws: GGUFError.noTensors) { try header(file) }
    // Where the file could hold them, but nobody has so many.
    struct Endless: ByteSource {
      let start: [UInt8]
      let byteCount = 1 << 50
      func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) {
        for place in buffer.indices {
          buffer[place] = offset + place < start.count ? start[offset + place] : 0
        }
      }
    }
    file = GGUFFile()
    file.tensorCount = 1_000_001
    #expect(throws: GGUFError.tooManyTensors(1_000_001)) { try GGUFHeader(Endless(start: file.header)) }
    file.tensorCount = 1
    file.pairCount = 100_001
    #expect(throws: GGUFError.tooManyPairs(100_001)) { try GGUFHeader(Endless(start: file.header)) }
    let array = GGUFBytes.array(type: GGUFBytes.uint8Type, count: 1 << 40)
    #expect(throws: GGUFError.headerTooLong) {
      try GGUFHeader(Endless(start: small.with("a", array).header))
    }
    let strings = GGUFBytes.array(type: GGUFBytes.stringType, count: 1 << 40)
    #expect(throws: GGUFError.headerTooLong) {
      try GGUFHeader(Endless(start: small.with("a", strings).header))
    }
  }

  @Test("strings are no longer than what is left, keys and names than is sane")
  func strings() {
    let bytes = small.all
    var file = GGUFFile(pairCount: 1, tensorCount: 1).header
    for length in [31, UInt64.max] {
      #expect(throws: GGUFError.stringTooLong(.key(pair: 0), byteCount: length, left: 30)) {
        try header(file + littleEndian(length) + [UInt8](repeating: 0x6b, count: 30))
      }
    }
    file = small.header
    let place = 24
    file.replaceSubrange(place..<place + 8, with: littleEndian(UInt64.max))
    #expect(
      throws: GGUFError.stringTooLong(.name(tensor: 0), byteCount: .max, left: bytes.count - place - 8)
    ) {
      try header(file + [UInt8](repeating: 0, count: bytes.count - file.count))
    }
    let value = littleEndian(UInt32(8)) + littleEndian(UInt64(1 << 60))
    let error = #expect(throws: GGUFError.self) { try header(small.with("k", value)) }
    guard case .stringTooLong(.value(key: "k"), byteCount: 1 << 60, left: _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    let long = String(repeating: "k", count: 65_536)
    #expect(throws: GGUFError.keyTooLong(pair: 0, byteCount: 65_536)) {
      try header(small.with(long, GGUFBytes.uint8(0)))
    }
    #expect(throws: Never.self) { try header(small.with(String(long.dropLast()), GGUFBytes.uint8(0))) }
    let name = String(repeating: "n", count: 1025)
    #expect(throws: GGUFError.nameTooLong(tensor: 0, byteCount: 1025)) {
      try header(GGUFFile().with(tensor: name, 24, [8], at: 0).with(data: 8))
    }
    #expect(throws: Never.self) {
      try header(GGUFFile().with(tensor: String(name.dropLast()), 24, [8], at: 0).with(data: 8))
    }
  }

  @Test("keys, names and strings are UTF-8")
  func utf8() {
    var file = small
    file.pairs = [([0xff], GGUFBytes.uint8(0))]
    #expect(throws: GGUFError.notUTF8(.key(pair: 0))) { try header(file) }
    file.pairs = [(Array("k".utf8), littleEndian(UInt32(8)) + littleEndian(UInt64(2)) + [0xed, 0xa0])]
    #expect(throws: GGUFError.notUTF8(.value(key: "k"))) { try header(file) }
    file = small
    file.tensors[0][8] = 0xc0
    #expect(throws: GGUFError.notUTF8(.name(tensor: 0))) { try header(file) }
  }

  @Test("no key and no tensor name occurs twice; equal is byte by byte")
  func duplicates() {
    let zero = GGUFBytes.uint8(0)
    #expect(throws: GGUFError.duplicateKey("k")) { try header(small.with("k", zero).with("k", zero)) }
    #expect(throws: Never.self) { try header(small.with("é", zero).with("e\u{301}", zero)) }
    #expect(throws: GGUFError.duplicateTensor("t")) { try header(small.with(tensor: "t", 24, [0], at: 0)) }
  }

  @Test("values of no known type, and bools that are neither 0 nor 1")
  func badValues() {
    for type in [13, .max] as [UInt32] {
      #expect(throws: GGUFError.unknownValueType(key: "k", type: type)) {
        try header(small.with("k", littleEndian(type) + [0]))
      }
      #expect(throws: GGUFError.unknownValueType(key: "k", type: type)) {
        try header(small.with("k", GGUFBytes.array(type: littleEndian(type), count: 0)))
      }
    }
    #expect(throws: GGUFError.badBool(key: "k", byte: 2)) { try header(small.with("k", GGUFBytes.bool(2))) }
    let many = GGUFBytes.array((0..<300).map { GGUFBytes.bool($0 == 299 ? 255 : 0) })
    #expect(throws: GGUFError.badBool(key: "k", byte: 255)) { try header(small.with("k", many)) }
  }

  @Test("arrays of more elements than there are bytes, or too deep in each other")
  func badArrays() {
    for (type, count) in [(0, 200), (12, 26), (8, 26), (9, 18), (4, .max)] as [(UInt32, UInt64)] {
      #expect(throws: GGUFError.arrayTooLong(key: "k", count: count)) {
        try header(small.with("k", GGUFBytes.array(type: littleEndian(type), count: count)))
      }
    }
    func nested(_ depth: Int) -> [UInt8] {
      (1..<depth).reduce(GGUFBytes.array([GGUFBytes.uint8(7)])) { inner, _ in GGUFBytes.array([inner]) }
    }
    #expect(throws: Never.self) { try header(small.with("k", nested(8))) }
    for depth in [9, 5000] {
      #expect(throws: GGUFError.arrayTooDeep(key: "k")) { try header(small.with("k", nested(depth))) }
    }
  }

  @Test("the alignment is a power of two from 8, and holds for every tensor")
  func alignment() throws {
    for (value, text) in [
      (GGUFBytes.uint32(0), "0"), (GGUFBytes.uint32(4), "4"), (GGUFBytes.uint32(24), "24"),
      (GGUFBytes.uint32(1 << 21), "2097152"), (GGUFBytes.int32(-32), "-32"),
      (GGUFBytes.uint64(.max), "18446744073709551615"), (GGUFBytes.string("32"), "32"),
      (GGUFBytes.float32(32), "32.0"),
    ] {
      #expect(throws: GGUFError.badAlignment(text)) { try header(small.with("general.alignment", value)) }
    }
    for alignment in [8, 64, 4096] {
      var file = GGUFFile().with(tensor: "a", 24, [3], at: 0)
        .with(tensor: "b", 24, [1], at: UInt64(alignment)).with(data: alignment + 1)
        .with("general.alignment", GGUFBytes.uint32(UInt32(alignment)))
      file.alignment = alignment
      let header = try header(file)
      #expect(header.dataOffset % alignment == 0 && header.alignment == alignment)
      #expect(header.tensors.map(\.byteRange) == [0..<3, alignment..<alignment + 1])
    }
    for offset in [1, 31, 33, UInt64.max] {
      #expect(throws: GGUFError.unalignedOffset(tensor: "a", offset: offset, alignment: 32)) {
        try header(GGUFFile().with(tensor: "a", 24, [1], at: offset).with(data: 64))
      }
    }
  }

  @Test("shapes have at most four extents, and fit")
  func shapes() {
    func one(_ type: UInt32, _ shape: [UInt64]) -> GGUFFile {
      GGUFFile().with(tensor: "t", type, shape, at: 0).with(data: 64)
    }
    #expect(throws: Never.self) { try header(one(0, [2, 2, 2, 2])) }
    #expect(throws: GGUFError.tooManyDimensions(tensor: "t", count: 5)) {
      try header(one(0, [1, 1, 1, 1, 1]))
    }
    for shape in [
      [1 << 63], [.max], [1 << 62], [1 << 32, 1 << 32], [1 << 31, 1 << 31, 1 << 31, 1 << 31], [0, 1 << 63],
      [0, 1 << 62], [1 << 40, 0, 1 << 40],
    ] as [[UInt64]] {
      #expect(throws: GGUFError.shapeTooLarge(tensor: "t")) { try header(one(0, shape)) }
    }
    // An unknown type has at least its elements counted.
    #expect(throws: GGUFError.shapeTooLarge(tensor: "t")) { try header(one(99, [1 << 32, 1 << 32])) }
    #expect(throws: GGUFError.partialBlock(tensor: "t", row: 16, type: "Q4_0", block: 32)) {
      try header(one(2, [2, 16]))
    }
    #expect(throws: GGUFError.partialBlock(tensor: "t", row: 1, type: "Q4_K", block: 256)) {
      try header(one(12, []))
    }
    #expect(throws: GGUFError.partialBlock(tensor: "t", row: 32, type: "IQ2_XXS", block: 256)) {
      try header(one(16, [8, 32]))
    }
  }

  @Test("tensors lie in the file, without overlap, and with padding alone between them")
  func placing() {
    func bytes(_ places: [(UInt64, UInt64)], data: Int) -> GGUFFile {
      zip(["a", "b", "c"], places).reduce(GGUFFile()) { file, one in
        file.with(tensor: one.0, 24, [one.1.1], at: one.1.0)
      }.with(data: data)
    }
    #expect(throws: Never.self) { try header(bytes([(32, 9), (0, 7)], data: 41)) }
    #expect(throws: Never.self) { try header(bytes([(32, 9), (0, 7)], data: 64)) }
    #expect(throws: GGUFError.trailingBytes(count: 24)) { try header(bytes([(32, 9), (0, 7)], data: 65)) }
    #expect(throws: GGUFError.dataTruncated(tensor: "a", end: 41, actual: 40)) {
      try header(bytes([(32, 9), (0, 7)], data: 40))
    }
    #expect(throws: GGUFError.dataTruncated(tensor: "a", end: 32, actual: 0)) {
      try header(bytes([(32, 9)], data: 0))
    }
    let far = UInt64(1) << 63
    #expect(throws: GGUFError.dataTruncated(tensor: "a", end: far, actual: 64)) {
      try header(bytes([(far, 9)], data: 64))
    }
    #expect(throws: GGUFError.dataTruncated(tensor: "b", end: far, actual: 64)) {
      try header(bytes([(0, 9), (far, 0)], data: 64))
    }
    #expect(throws: GGUFError.overlap(tensor: "b", other: "a")) {
      try header(bytes([(0, 33), (32, 7)], data: 64))
    }
    #expect(throws: GGUFError.overlap(tensor: "b", other: "a")) {
      try header(bytes([(0, 7), (0, 7)], data: 32))
    }
    #expect(throws: GGUFError.hole(tensor: "a", byteCount: 32)) { try header(bytes([(32, 7)], data: 39)) }
    #expect(throws: GGUFError.hole(tensor: "b", byteCount: 57)) {
      try header(bytes([(0, 7), (64, 7)], data: 71))
    }
    // Without bytes: anywhere where a tensor might begin, also where the padding of the last one was not written.
    #expect(throws: Never.self) { try header(bytes([(0, 7), (32, 0), (32, 0)], data: 7)) }
    #expect(throws: GGUFError.dataTruncated(tensor: "b", end: 64, actual: 7)) {
      try header(bytes([(0, 7), (64, 0)], data: 7))
    }
  }

  @Test("a tensor of unknown size takes at least a byte")
  func unknownSizes() {
    func two(_ first: UInt32, _ second: UInt32, at offset: UInt64, data: Int) -> GGUFFile {
      GGUFFile().with(tensor: "a", first, [1], at: 0).with(tensor: "b", second, [1], at: offset).with(
        data: data)
    }
    #expect(throws: GGUFError.overlap(tensor: "b", other: "a")) { try header(two(99, 99, at: 0, data: 32)) }
    #expect(throws: GGUFError.dataTruncated(tensor: "b", end: 32, actual: 32)) {
      try header(two(24, 99, at: 32, data: 32))
    }
    #expect(throws: GGUFError.dataTruncated(tensor: "a", end: 64, actual: 33)) {
      try header(two(99, 24, at: 64, data: 33))
    }
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
