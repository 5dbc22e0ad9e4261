import ModelContext
import Tensors
import Testing

@testable import Interchange

@Suite struct TorchTests {
  private let folder: TemporaryFolder
  private let files = ModelFiles()

  init() throws { folder = try TemporaryFolder() }

  private func bytes(_ file: ModelFile, _ index: Int, chunk: Int = 1 << 20) throws -> [UInt8] {
    try TensorBytes(index: index, byteCount: file.tensors[index].byteCount, source: file.source).allBytes(
      chunk: chunk)
  }

  private func open(_ bytes: [UInt8]) throws -> ModelFile { try files.open(folder.file("model.bin", bytes)) }

  private func error(_ bytes: [UInt8]) throws -> TorchError? {
    let error = #expect(throws: InterchangeError.self) { try open(bytes) }
    guard case .torch(folder.path + "/model.bin", let torch) = error else {
      Issue.record("\(String(describing: error))")
      return nil
    }
    return torch
  }

  @Test(
    "tensors come in the order of their storages, with dots in their names; settings go to config and metadata"
  )
  func contents() throws {
    let pickle = Pickle().op("}(")
      .text("b").op("}(").text("w").tensor([2], type: "ShortStorage", key: "1", count: 2).integer(3)
      .tensor([1], type: "ByteStorage", key: "2", count: 1).op("u")
      .text("a").op("](").tensor([2, 2], type: "IntStorage", count: 6).op("N").integer(7).op("e")
      .text("epoch").integer(3).text("arch").text("x").text("on").op("\u{88}")
      .text("none").op("Nu.")
    let storages: [String: [UInt8]] = ["0": Array(0..<24), "1": [1, 2, 3, 4], "2": [9]]
    let file = try open(torchFile(pickle, storages))
    #expect(file.format == "pytorch")
    #expect(
      try file.tensors == [info("a.0", .int32, [2, 2]), info("b.w", .int16, [2]), info("b.3", .uint8, [1])])
    #expect(file.config == ["epoch": .integer(3), "on": .bool(true)])
    #expect(file.metadata == ["arch": "x"])
    #expect(try bytes(file, 0) == Array(0..<16))
    #expect(try bytes(file, 1) == [1, 2, 3, 4])
    #expect(try bytes(file, 2) == [9])
  }

  @Test("views of a storage, contiguous or not, in either byte order")
  func views() throws {
    let pickle = Pickle().op("}(")
      .text("a").tensor([3, 2], stride: [1, 3], type: "ShortStorage", count: 12)
      .text("b").tensor([2, 3], offset: 6, type: "ShortStorage", count: 12)
      .text("c").tensor([2, 2], stride: [0, 4], offset: 1, type: "ShortStorage", count: 12)
      .text("d").tensor([0], offset: 12, type: "ShortStorage", count: 12).op("u.")
    let elements: [String: [UInt8]] = [
      "a": [0, 3, 1, 4, 2, 5], "b": [6, 7, 8, 9, 10, 11], "c": [1, 5, 1, 5], "d": [],
    ]
    for isBig in [false, true] {
      let data: [UInt8] = (0..<12).flatMap { isBig ? [0, $0] : [$0, 0] }
      let order = TestMember("m/byteorder", Array((isBig ? "big" : "little").utf8))
      let file = try open(torchFile(pickle, ["0": data], others: [order]))
      #expect(file.tensors.map(\.name) == ["a", "c", "b", "d"])
      for (index, info) in file.tensors.enumerated() {
        let expected: [UInt8] = (elements[info.name] ?? []).flatMap { [$0, 0] }
        for chunk in [1, 3, 100] { #expect(try bytes(file, index, chunk: chunk) == expected) }
      }
    }
  }

  @Test("an UntypedStorage holds whatever dtype its tensor has")
  func untyped() throws {
    let pickle = Pickle().op("}").text("w").global("torch._utils", "_rebuild_tensor_v3").op("((").text(
      "storage"
    )
    .global("torch.storage", "UntypedStorage").text("0").text("cpu").integer(24).op("tQ").integer(2)
    .integers([5]).integers([1]).op("\u{89})").global("torch", "uint32").op("tRs.")
    #expect(try error(torchFile(pickle)) == .outsideStorage(tensor: "w"))
    let good = Pickle(
      Array(pickle.bytes).replacing([5, 0, 0, 0, 0, 0, 0, 0], with: [4, 0, 0, 0, 0, 0, 0, 0]))
    let file = try open(torchFile(good))
    #expect(try file.tensors == [info("w", .uint32, [4])])
    #expect(try bytes(file, 0) == Array(8..<24))
  }

  // ------------------------------------------------------------------ what is refused

  private func one(_ tensor: (Pickle) -> Pickle) -> [UInt8] {
    torchFile(Pickle().raw(tensor(Pickle([]).op("}").text("w")).op("s.").bytes))
  }

  @Test("an archive that is not as torch.save writes it")
  func archives() throws {
    let good = Pickle().op("}").text("w").tensor([6], count: 6).op("s.")
    #expect(try open(torchFile(good, folder: "")).tensors.count == 1)
    #expect(
      try error(torchFile(good, others: [TestMember("n/data.pkl", [])]))
        == .severalPickles("m/data.pkl", "n/data.pkl"))
    #expect(try error(torchFile(good, others: [TestMember("m/constants.pkl", [])])) == .torchScript)
    #expect(try error(torchFile(good, others: [TestMember("m/code/x.py", [])])) == .torchScript)
    #expect(
      try error(torchFile(good, others: [TestMember("m/byteorder", [0x1b])])) == .badByteOrder("\u{1b}"))
    #expect(try error(torchFile(Pickle().op("N"))) == .pickleTruncated)
    let long = TestMember("m/data.pkl", Array(repeating: 0, count: TorchFormat.maximumPickleByteCount + 1))
    #expect(try error(zip([long])) == .pickleTooLong(byteCount: TorchFormat.maximumPickleByteCount + 1))
    let damaged = TestMember("m/data.pkl", good.bytes).with { $0.data[40] ^= 1 }
    let path = try folder.file("damaged.pt", zip([damaged]))
    let error = #expect(throws: InterchangeError.self) { try files.open(path) }
    guard case .zip(path, .checksumMismatch("m/data.pkl", _, _)) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test("a pickle that holds no tensors, or without end, or names that can't be")
  func names() throws {
    #expect(try error(torchFile(Pickle().op("}."))) == .noTensors)
    #expect(try error(torchFile(Pickle().op("]q\u{0}h\u{0}a."))) == .tooDeep)
    #expect(try error(torchFile(Pickle().op("}").text("a").op("})Nss."))) == .badKey(in: "a"))
    let long = String(repeating: "n", count: 2048)
    #expect(
      try error(one { Pickle($0.bytes).op("0").text(long).tensor([6], count: 6) })
        == .nameTooLong(byteCount: 2049))
    let twice = Pickle().op("}").text("1").tensor([6], count: 6).op("s").integer(1).tensor([6], count: 6).op(
      "s.")
    #expect(try error(torchFile(twice)) == .duplicateName("1"))
    var doubling = Pickle().op("]q\u{0}")
    for level in 0..<60 as Range<UInt8> {
      doubling = doubling.op("0](").raw([0x68, level, 0x68, level, 0x65, 0x71, level + 1])
    }
    #expect(try error(torchFile(doubling.op("."))) == .tooManyValues)
  }

  @Test("tensors whose elements are not where they could be")
  func places() throws {
    let bad: [((Pickle) -> Pickle, TorchError)] = [
      ({ $0.tensor([-1], count: 6) }, .badShape(tensor: "w")),
      ({ $0.tensor([2], stride: [-1], count: 6) }, .badShape(tensor: "w")),
      ({ $0.tensor([2], stride: [1, 1], count: 6) }, .badShape(tensor: "w")),
      ({ $0.tensor([2], offset: -1, count: 6) }, .badShape(tensor: "w")),
      ({ $0.tensor([2], count: -1) }, .badShape(tensor: "w")),
      ({ $0.tensor([.max], stride: [0], count: 6) }, .tooLarge(tensor: "w")),
      ({ $0.tensor([1 << 40, 1 << 40], stride: [0, 0], count: 6) }, .tooLarge(tensor: "w")),
      ({ $0.tensor([6], offset: 1, count: 6) }, .outsideStorage(tensor: "w")),
      ({ $0.tensor([0], offset: 7, count: 6) }, .outsideStorage(tensor: "w")),
      ({ $0.tensor([2, 2], stride: [5, 1], count: 6) }, .outsideStorage(tensor: "w")),
      ({ $0.tensor([3], stride: [.max], count: 6) }, .outsideStorage(tensor: "w")),
      ({ $0.tensor([2, 2], stride: [.max / 2, .max / 2 + 2], count: 6) }, .outsideStorage(tensor: "w")),
      ({ $0.tensor([2, 2], stride: [1, 1], count: 6) }, .overlappingStrides(tensor: "w")),
      ({ $0.tensor([2, 3], stride: [2, 1], count: 6) }, .overlappingStrides(tensor: "w")),
      ({ $0.tensor([6], key: "1", count: 6) }, .missingStorage(tensor: "w", key: "1")),
      ({ $0.tensor([5], count: 5) }, .wrongStorageSize(key: "0", expected: 20, actual: 24)),
      ({ $0.tensor([6], count: .max) }, .wrongStorageSize(key: "0", expected: .max, actual: 24)),
    ]
    for (tensor, expected) in bad { #expect(try error(one(tensor)) == expected) }
    let inflated = one { $0.tensor([1 << 30], stride: [0], count: 6) }
    #expect(try error(inflated) == .inflated(byteCount: 4 << 30, fileByteCount: inflated.count))
    // Small repetitions are no bombs.
    let repeated = try open(one { $0.tensor([3, 2], stride: [0, 1], count: 6) })
    #expect(
      try bytes(repeated, 0) == [0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7])
  }

  @Test("no truncation and no changed byte of a pickle crashes")
  func mutations() throws {
    let pickle = Pickle().op("}").text("w").tensor([2, 3], stride: [1, 2], count: 6).op("s.")
    for count in pickle.bytes.indices {
      #expect(throws: TorchError.self) { try PickleMachine.run(Array(pickle.bytes[..<count])) }
    }
    for index in pickle.bytes.indices {
      for byte in UInt8.min...UInt8.max {
        var changed = pickle.bytes
        changed[index] = byte
        guard let (root, heap) = try? PickleMachine.run(changed) else { continue }
        guard let contents = try? TorchContents(root, heap) else { continue }
        for (name, tensor) in contents.tensors { _ = try? TorchPlace(tensor, name: name) }
      }
    }
  }
}
