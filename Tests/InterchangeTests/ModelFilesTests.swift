import Foundation
import ModelContext
import Npy
import Tensors
import Testing

@testable import Interchange

@Suite struct ModelFilesTests {
  private let folder: TemporaryFolder
  private let files = ModelFiles()

  init() throws { folder = try TemporaryFolder() }

  private func bytes(_ file: ModelFile, tensor index: Int) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0xee, count: file.tensors[index].byteCount)
    // In two pieces, so that offsets count.
    try bytes.withUnsafeMutableBytes { buffer in
      let half = buffer.count / 2
      try file.source.read(
        tensor: index, at: 0, into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<half]))
      try file.source.read(
        tensor: index, at: half, into: UnsafeMutableRawBufferPointer(rebasing: buffer[half...]))
    }
    return bytes
  }

  @Test("a safetensors file gives tensors, metadata, a guess and bytes, whatever its name")
  func safetensorsFile() throws {
    let text =
      "{\"__metadata__\":{\"format\":\"pt\"},\(entry("x.attn", "U8", "[3]", "[4,7]")),\(entry("b", "F32", "[1]", "[0,4]"))}"
    let path = try folder.file("model.npy", safetensors(text, data: [1, 2, 3, 4, 5, 6, 7]))
    let file = try files.open(path)
    #expect(file.format == "safetensors")
    #expect(file.path == path)
    #expect(try file.tensors == [info("b", .float32, [1]), info("x.attn", .uint8, [3])])
    #expect(file.metadata == ["format": "pt"])
    #expect(file.modelType == "LLM")
    #expect(try bytes(file, tensor: 0) == [1, 2, 3, 4])
    #expect(try bytes(file, tensor: 1) == [5, 6, 7])
    #expect(file.byteCount == text.utf8.count + 15)
    #expect(file.bytes.byteCount == file.byteCount)
  }

  @Test("a .npy file gives one unnamed tensor in C order, whatever its name")
  func npyFile() throws {
    var npy = NpyHeader.encode(dtype: .int16, shape: [2, 3])
    let order = try #require(npy.firstRange(of: Array("False".utf8)))
    npy.replaceSubrange(order, with: Array("True ".utf8))
    let path = try folder.file("a.safetensors", npy + [0, 0, 3, 0, 1, 0, 4, 0, 2, 0, 5, 0])
    let file = try files.open(path)
    #expect(file.format == "npy")
    #expect(try file.tensors == [info("", .int16, [2, 3])])
    #expect(file.modelType == nil)
    #expect(try bytes(file, tensor: 0) == [0, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0])
  }

  @Test("a GGUF file gives tensors, facts, type and bytes, whatever its name")
  func ggufFile() throws {
    let content = GGUFFile().with("general.architecture", GGUFBytes.string("x"))
      .with("x.context_length", GGUFBytes.uint32(8)).with("general.name", GGUFBytes.string("né"))
      .with(tensor: "b", 24, [2, 2], at: 32).with(tensor: "a", 8, [32], at: 64).with(
        tensor: "c", 99, [3], at: 0
      )
      .with(data: 98)
    for name in ["model.gguf", "model.safetensors", "model"] {
      let path = try folder.file(name, content.all)
      let file = try files.open(path)
      #expect(file.format == "gguf" && file.path == path && file.byteCount == content.all.count)
      #expect(
        try file.tensors == [info("c", .uint8, [32]), info("b", .int8, [2, 2]), info("a", .q80, [32])])
      #expect(try bytes(file, tensor: 0) == Array(content.data[0..<32]))
      #expect(try bytes(file, tensor: 1) == [32, 33, 34, 35])
      #expect(try bytes(file, tensor: 2) == Array(content.data[64..<98]))
      #expect(file.modelType == "LLM")
      let plan = try file.importPlan()
      #expect(plan.metadata["name"] == "né" && plan.metadata["model_type"] == "LLM")
      #expect(plan.config["max_position_embeddings"] == .integer(8))
    }
  }

  @Test("the tensors of a GGUF file that does not say what it is are guessed at")
  func ggufGuess() throws {
    let convolution = GGUFFile().with(tensor: "conv.weight", 24, [1, 1, 1, 1], at: 0).with(data: 1)
    #expect(try files.open(folder.file("a", convolution.all)).modelType == "CNN")
    let nothing = GGUFFile().with(tensor: "x", 24, [1], at: 0).with(data: 1)
    #expect(try files.open(folder.file("b", nothing.all)).modelType == nil)
  }

  @Test("paths are made absolute without following links")
  func paths() throws {
    let real = try folder.file("real", safetensors("{\(entry("a", "U8", "[0]", "[0,0]"))}"))
    let link = folder.path + "/./model.safetensors"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: real)
    #expect(try files.open(link).path == folder.path + "/model.safetensors")
  }

  @Test("a bad file is an error that names the file and its fault")
  func badContent() throws {
    let npy = try folder.file("a.npy", Array("\u{93}NUMPY".unicodeScalars.map { UInt8($0.value) }))
    #expect(throws: InterchangeError.npy(path: npy, .tooShort(byteCount: 6))) { try files.open(npy) }
    let short = try folder.file("b.safetensors", [1, 2, 3])
    #expect(throws: InterchangeError.safetensors(path: short, .tooShort(byteCount: 3))) {
      try files.open(short)
    }
    let list = try folder.file("c.safetensors", safetensors("[]"))
    #expect(throws: InterchangeError.safetensors(path: list, .headerNotObject)) { try files.open(list) }
    let cut = try folder.file("weights", safetensors("{\(entry("a", "U8", "[9]", "[0,9]"))}", data: [1]))
    let error = #expect(throws: InterchangeError.self) { try files.open(cut) }
    #expect(error == .safetensors(path: cut, .dataTruncated(tensor: "a", end: 9, actual: 1)))
    #expect(
      error?.description.hasPrefix("\(cut): the safetensors file is cut short: tensor ‘a’ ends at") == true)
    let gguf = try folder.file("e.gguf", Array("GGUF\u{3}\0\0\0".utf8))
    #expect(throws: InterchangeError.gguf(path: gguf, .tooShort(byteCount: 8))) { try files.open(gguf) }
    let text = try folder.file("d.npy", Array("hello".utf8))
    #expect(throws: InterchangeError.npy(path: text, .notNpy)) { try files.open(text) }
  }

  @Test("formats that are not read are told by their first bytes, with a way out")
  func foreignFormats() throws {
    let known: [(ForeignFormat, [UInt8])] = [
      (.zip, zip([TestMember("[Content_Types].xml", [1])])),
      (.hdf5, [0x89, 0x48, 0x44, 0x46, 13]),
      (.pickle, [0x80, 2, 0x7d]), (.gzip, [0x1f, 0x8b, 8]),
      (.lfsPointer, Array("version https://git-lfs.github.com/spec/v1\n".utf8)),
    ]
    #expect(known.map(\.0) == ForeignFormat.allCases)
    for (format, bytes) in known {
      let path = try folder.file("model.bin", bytes)
      let error = #expect(throws: InterchangeError.self) { try files.open(path) }
      #expect(error == .unsupportedFormat(path: path, format))
      #expect(error?.description == "\(path): \(format.advice)")
    }
    let pointer = try folder.file("model.safetensors", known[4].1)
    #expect(throws: InterchangeError.unsupportedFormat(path: pointer, .lfsPointer)) {
      try files.open(pointer)
    }
    let empty = try folder.file("empty.npy", [])
    #expect(throws: InterchangeError.empty(path: empty)) { try files.open(empty) }
    let text = try folder.file("notes", Array("{ \"a\": {} }".utf8))
    #expect(throws: InterchangeError.unknownFormat(path: text)) { try files.open(text) }
  }

  @Test("FIFOs and devices are refused at once, and a missing file is named")
  func irregular() throws {
    let fifo = folder.path + "/fifo"
    #expect(mkfifo(fifo, 0o600) == 0)
    #expect(throws: FileError.notRegular(path: fifo, kind: "a FIFO")) { try files.open(fifo) }
    #expect(throws: FileError.notRegular(path: "/dev/zero", kind: "a device")) { try files.open("/dev/zero") }
    #expect(throws: FileError.notFound(path: fifo + "x")) { try files.open(fifo + "x") }
  }

  @Test("a file that shrinks after it was opened is an error, not a crash")
  func shrinking() throws {
    let path = try folder.file("a", safetensors("{\(entry("a", "U8", "[9]", "[0,9]"))}", data: Array(1...9)))
    let file = try files.open(path)
    #expect(truncate(path, off_t(file.byteCount - 4)) == 0)
    #expect(throws: FileError.truncated(path: path, expected: file.byteCount, actual: file.byteCount - 4)) {
      try bytes(file, tensor: 0)
    }
  }
}
