import Tensors
import Testing

@testable import Interchange

/// What is refused, each with the part of the file that is at fault.
extension GGUFHeaderTests {
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

  @Test("a part of a model does not pass for all of it, and a first part may have no tensors")
  func parts() {
    func part(_ number: UInt16, of count: UInt16) -> GGUFFile {
      small.with("split.no", GGUFBytes.uint16(number)).with("split.count", GGUFBytes.uint16(count))
    }
    #expect(throws: Never.self) { try header(part(0, of: 1)) }
    #expect(throws: GGUFError.onePart(number: 2, count: 3)) { try header(part(1, of: 3)) }
    var first = part(0, of: 3)
    first.tensors = []
    #expect(throws: GGUFError.onePart(number: 1, count: 3)) { try header(first) }
    let unnumbered = small.with("split.count", GGUFBytes.int64(.max))
      .with("split.no", GGUFBytes.int64(.max))
    #expect(throws: GGUFError.onePart(number: 1, count: .max)) { try header(unnumbered) }
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
}
