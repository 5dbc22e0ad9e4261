import Foundation
import ModelContext
import StrictJSON
import Tensors
import Testing

@testable import Interchange

@Suite struct SafetensorsExportTests {
  private let folder: TemporaryFolder
  private var path: String { folder.path + "/out.safetensors" }

  init() throws { folder = try TemporaryFolder() }

  /// Byte b of tensor t is 16 t + b.
  private struct Numbered: TensorSource {
    func read(tensor index: Int, at offset: Int, into buffer: UnsafeMutableRawBufferPointer) {
      for place in buffer.indices { buffer[place] = UInt8(truncatingIfNeeded: 16 * index + offset + place) }
    }
  }

  private struct Failing: TensorSource {
    func read(tensor index: Int, at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
      if offset > 0 { throw FileError.notFound(path: "gone") }
    }
  }

  private func write(_ tensors: [TensorInfo], metadata: [String: String] = [:]) throws -> SafetensorsHeader {
    try SafetensorsExport.write(tensors, source: Numbered(), metadata: metadata, to: path, overwriting: true)
    return try SafetensorsHeader(FileSource(OpenFile(path: path)))
  }

  @Test("tensors lie in their order without gaps, behind a header of whole eights of bytes")
  func order() throws {
    let tensors = try [
      info("b", .float64, [1]), info("a", .float32, [2, 1]), info("none", .int64, [0, 3]),
      info("z", .uint8, []),
    ]
    let header = try write(tensors, metadata: ["format": "pt", "é\u{1b}": "\n"])
    #expect(header.tensors.map(\.info) == tensors)
    #expect(header.tensors.map(\.byteRange) == [0..<8, 8..<16, 16..<16, 16..<17])
    #expect(header.metadata == ["format": "pt", "é\u{1b}": "\n"])
    #expect(header.dataOffset % 8 == 0)
    let data = try contents(path)[header.dataOffset...]
    #expect(Array(data) == Array(0..<8) + Array(16..<24) + [48])
    #expect(try folder.names == ["out.safetensors"])
  }

  @Test("where their order leaves elements unaligned, the larger ones come first")
  func alignment() throws {
    let tensors = try [
      info("a", .uint8, [3]), info("b", .float16, [2]), info("c", .float4E2M1FN, [2]),
      info("d", .float64, [1]),
      info("e", .bfloat16, [1]),
    ]
    let header = try write(tensors)
    #expect(header.tensors.map(\.info.name) == ["d", "b", "e", "a", "c"])
    let data = try contents(path)[header.dataOffset...]
    #expect(Array(data) == Array(48..<56) + [16, 17, 18, 19, 64, 65, 0, 1, 2, 32])
  }

  @Test("an array without a name gets one, and no metadata are written where there are none")
  func unnamed() throws {
    let header = try write([info("", .int8, [2])])
    #expect(header.tensors.map(\.info.name) == ["weights"])
    #expect(try !contents(path).contains(Array("__metadata__".utf8)))
  }

  @Test("data longer than a chunk, with progress")
  func long() throws {
    let progress = WorkProgress()
    try SafetensorsExport.write(
      [info("a", .uint8, [9_000_001])], source: Numbered(), to: path, progress: progress)
    #expect(progress.completed == 9_000_001)
    let file = try contents(path)
    let start = file.count - 9_000_001
    #expect((0..<9_000_001).allSatisfy { file[start + $0] == UInt8(truncatingIfNeeded: $0) })
  }

  @Test("dtypes that the format lacks, and names that it can't hold, are refused before anything is written")
  func refusals() throws {
    let complex = try info("z", .complex128, [1])
    #expect(throws: InterchangeError.cantHold(path: path, tensor: "z", .complex128)) { try write([complex]) }
    let quantised = try info("q", .q80, [32])
    #expect(throws: InterchangeError.cantHold(path: path, tensor: "q", .q80)) { try write([quantised]) }
    for names in [["__metadata__"], ["a", "a"], ["", "weights"]] {
      let tensors = try names.map { try info($0, .int8, [1]) }
      #expect(throws: InterchangeError.nameNotPossible(path: path, tensor: names.last ?? "")) {
        try write(tensors)
      }
    }
    #expect(throws: Never.self) { try write([info("\u{e9}", .int8, [1]), info("e\u{301}", .int8, [1])]) }
  }

  @Test("an error or a cancellation in the middle leaves nothing behind, and what was there stays")
  func failures() throws {
    let large = try info("a", .uint8, [9 << 20])
    #expect(throws: FileError.notFound(path: "gone")) {
      try SafetensorsExport.write([large], source: Failing(), to: path)
    }
    let progress = WorkProgress()
    progress.cancel()
    #expect(throws: CancellationError.self) {
      try SafetensorsExport.write([large], source: Numbered(), to: path, progress: progress)
    }
    #expect(try folder.names == [])
    _ = try folder.file("out.safetensors", [7])
    #expect(throws: InterchangeError.alreadyExists(path: path)) {
      try SafetensorsExport.write([large], source: Numbered(), to: path)
    }
    #expect(throws: FileError.notFound(path: "gone")) {
      try SafetensorsExport.write([large], source: Failing(), to: path, overwriting: true)
    }
    #expect(try contents(path) == [7])
    #expect(try folder.names == ["out.safetensors"])
  }

  @Test("a config that an export wrote is read as the config again")
  func config() throws {
    let tensors = try [info("wte.weight", .int8, [2, 1])]
    let text = "{\"layers\":12,\"eps\":1e-05,\"name\":\"x\"}"
    _ = try write(tensors, metadata: [ModelFiles.configName: text, "format": "pt"])
    let file = try ModelFiles().open(path)
    #expect(file.config == ["layers": .integer(12), "eps": .number(1e-5), "name": .string("x")])
    #expect(file.metadata == ["format": "pt"])
    _ = try write(tensors, metadata: [ModelFiles.configName: "12"])
    #expect(try ModelFiles().open(path).metadata == [ModelFiles.configName: "12"])
  }
}

@Suite struct WidenedTensorsTests {
  private struct Bytes: TensorSource {
    let tensors: [[UInt8]]
    func read(tensor index: Int, at offset: Int, into buffer: UnsafeMutableRawBufferPointer) {
      buffer.copyBytes(from: tensors[index][offset..<offset + buffer.count])
    }
  }

  private func read(_ source: some TensorSource, tensor: Int, _ range: Range<Int>) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0xee, count: range.count)
    try bytes.withUnsafeMutableBytes { try source.read(tensor: tensor, at: range.lowerBound, into: $0) }
    return bytes
  }

  @Test("any range of a widened tensor is that of its decoded values; others are as they were")
  func ranges() throws {
    let packed = (0..<3003).map { UInt8(truncatingIfNeeded: $0 &* 37) }
    let tensors = try [info("a", .float6E2M3FN, [4004]), info("b", .int16, [3]), info("c", .bfloat16, [2])]
    let source = Bytes(tensors: [packed, [1, 2, 3, 4, 5, 6], [0x80, 0x3f, 0x00, 0xc0]])
    let widened = try WidenedTensors(tensors, source: source, as: [.float32, .int16, .float32])
    #expect(
      try widened.tensors == [info("a", .float32, [4004]), info("b", .int16, [3]), info("c", .float32, [2])])

    var values = [Double](repeating: 0, count: 4004)
    packed.withUnsafeBytes { bytes in
      values.withUnsafeMutableBufferPointer { DType.float6E2M3FN.decode(bytes, into: $0) }
    }
    let whole = values.map { Float($0) }.withUnsafeBytes { Array($0) }
    #expect(Set(values).count > 40)
    for range in [0..<16016, 0..<1, 1..<2, 3..<18, 15..<17, 16015..<16016, 9000..<9000, 16_000..<16_016] {
      #expect(try read(widened, tensor: 0, range) == Array(whole[range]), "\(range)")
    }
    #expect(try read(widened, tensor: 1, 1..<4) == [2, 3, 4])
    #expect(try read(widened, tensor: 2, 0..<8) == [1 as Float, -2].withUnsafeBytes { Array($0) })
  }

  @Test("more than a piece of blocks at once")
  func long() throws {
    let count = 10_000
    let stored = (0..<count).flatMap { index -> [UInt8] in
      let bits = Float(index).bitPattern >> 16
      return [UInt8(bits & 0xff), UInt8(bits >> 8)]
    }
    let tensors = try [info("a", .bfloat16, [count])]
    let widened = try WidenedTensors(tensors, source: Bytes(tensors: [stored]), as: [.float32])
    let bytes = try read(widened, tensor: 0, 2..<4 * count - 3)
    let expected = (0..<count).map { Float(bitPattern: Float($0).bitPattern & 0xffff_0000) }
      .withUnsafeBytes { Array($0)[2..<4 * count - 3] }
    #expect(bytes == Array(expected))
  }
}

@Suite struct ExportFormatTests {
  @Test("the extension tells the format")
  func extensions() {
    #expect(ExportFormat(path: "/a/b.SafeTensors") == .safetensors)
    #expect(ExportFormat(path: "x.npy") == .npy)
    #expect(ExportFormat(path: "x.npz") == .npz)
    #expect(ExportFormat(path: "npy") == nil)
    #expect(ExportFormat(path: "x.npy.gz") == nil)
  }

  @Test(
    "every dtype is written as itself, as float32 where that holds its values, or not at all",
    arguments: DType.allCases)
  func dtypes(dtype: DType) {
    for format in ExportFormat.allCases {
      let written = format.dtype(for: dtype)
      #expect(
        written == dtype || written == .float32 && dtype.isFloatingPoint && !dtype.isComplex || written == nil
      )
    }
    #expect((ExportFormat.safetensors.dtype(for: dtype) == nil) == (dtype == .complex128))
    #expect(ExportFormat.npy.dtype(for: dtype) != nil && ExportFormat.npz.dtype(for: dtype) != nil)
  }
}
