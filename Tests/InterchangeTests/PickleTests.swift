import Tensors
import Testing

@testable import Interchange

@Suite struct PickleTests {
  private func run(_ pickle: Pickle) throws -> PickleValue { try PickleMachine.run(pickle.bytes).root }

  @Test("every plain value, by each of its instructions")
  func plainValues() throws {
    let start = Pickle()
    let known: [(Pickle, PickleValue)] = [
      (start.op("N."), .none), (start.op("\u{88}."), .bool(true)), (start.op("\u{89}."), .bool(false)),
      (start.raw([0x4b, 200, 0x2e]), .integer(200)), (start.raw([0x4d, 1, 2, 0x2e]), .integer(513)),
      (start.raw([0x4a, 0xfe, 0xff, 0xff, 0xff, 0x2e]), .integer(-2)),
      (start.raw([0x8a, 0, 0x2e]), .integer(0)), (start.raw([0x8a, 1, 0xff, 0x2e]), .integer(-1)),
      (start.raw([0x8a, 2, 0, 0x80, 0x2e]), .integer(-32768)),
      (start.raw([0x8a, 9, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0, 0x2e]), .integer(.max)),
      (start.raw([0x8a, 9, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0x2e]), .hugeInteger),
      (start.raw([0x8a, 9, 0, 0, 0, 0, 0, 0, 0, 0x80, 0xff, 0x2e]), .integer(.min)),
      (start.raw([0x8a, 9, 0, 0, 0, 0, 0, 0, 0, 0x7f, 0xff, 0x2e]), .hugeInteger),
      (start.raw([0x8a, 9, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0x2e]), .hugeInteger),
      (start.raw([0x8b, 1, 0, 0, 0, 7, 0x2e]), .integer(7)),
      (start.raw([0x47, 0x3f, 0xd0, 0, 0, 0, 0, 0, 0, 0x2e]), .number(0.25)),
      (start.raw([0x58, 2, 0, 0, 0, 0xc3, 0xa9, 0x2e]), .text("é")),
      (start.raw([0x8c, 1, 0x61, 0x2e]), .text("a")),
      (start.raw([0x8d, 1, 0, 0, 0, 0, 0, 0, 0, 0x61, 0x2e]), .text("a")),
      (start.raw([0x55, 1, 0x61, 0x2e]), .text("a")),
      (start.raw([0x54, 1, 0, 0, 0, 0x61, 0x2e]), .text("a")),
      (start.raw([0x43, 2, 0, 0, 0x2e]), .bytes(count: 2)),
      (start.raw([0x42, 1, 0, 0, 0, 9, 0x2e]), .bytes(count: 1)),
      (start.raw([0x8e, 1, 0, 0, 0, 0, 0, 0, 0, 9, 0x2e]), .bytes(count: 1)),
      (start.raw([0x95, 1, 0, 0, 0, 0, 0, 0, 0]).op("N."), .none),
    ]
    for (pickle, value) in known { #expect(try run(pickle) == value) }
  }

  @Test("containers, the stack and the memo")
  func containers() throws {
    let (root, heap) = try PickleMachine.run(
      Pickle().op("]q\u{1}(").integer(1).integer(2).op("e").text("x").op("a(").integer(3).op("t")
        .op("h\u{1}0Nh\u{1}\u{86}").op("(N1N0(0").op(".").bytes)
    // [1, 2, "x"], (3,) and (None, list) were made; the last is on top.
    #expect(heap.lists[0] == [.integer(1), .integer(2), .text("x")])
    #expect(heap.lists[1] == [.integer(3)])
    #expect(root == .tuple(2))
    #expect(heap.lists[2] == [.none, .list(0)])
    let (dictionary, others) = try PickleMachine.run(
      Pickle().op("}\u{94}").text("a").integer(1).op("s(").text("b").op("h\u{0}u2\u{85}0.").bytes)
    #expect(dictionary == .dictionary(0))
    #expect(others.dictionaries[0].map(\.key) == [.text("a"), .text("b")])
    #expect(others.dictionaries[0].map(\.value) == [.integer(1), .dictionary(0)])
    let sets = try PickleMachine.run(
      Pickle().op("\u{8f}(").integer(1).op("\u{90}(").integer(2).op("\u{91}\u{86}.").bytes)
    #expect(sets.heap.lists.prefix(2) == [[.integer(1)], [.integer(2)]])
    let long = try PickleMachine.run(Pickle().op("]r\u{1}\u{1}\u{0}\u{0}0j\u{1}\u{1}\u{0}\u{0}.").bytes)
    #expect(long.root == .list(0))
  }

  @Test("the names that are known, and what calling them gives")
  func names() throws {
    for (module, name, global) in [
      ("collections", "OrderedDict", .orderedDictionary), ("torch", "HalfStorage", .storage(.float16)),
      ("torch.storage", "UntypedStorage", .untypedStorage), ("torch", "float8_e4m3fn", .dtype(.float8E4M3FN)),
      ("torch._utils", "_rebuild_parameter", .rebuildParameter),
    ] as [(String, String, TorchGlobal)] {
      #expect(try run(Pickle().global(module, name).op(".")) == .global(global))
      #expect(try run(Pickle([0x80, 4]).text(module).text(name).op("\u{93}.")) == .global(global))
    }
    #expect(try run(Pickle().global("collections", "OrderedDict").op(")R}b.")) == .dictionary(0))
    #expect(
      try run(Pickle().global("torch", "device").op("(").text("cuda").integer(0).op("tR.")) == .text("cuda"))
    let (size, heap) = try PickleMachine.run(
      Pickle().global("torch", "Size").integers([2, 3]).op("\u{85}R.").bytes)
    #expect(size == .tuple(2) && heap.lists[2] == [.integer(2), .integer(3)])
    let (tensor, tensors) = try PickleMachine.run(
      Pickle().global("torch._utils", "_rebuild_parameter").op("(").tensor([2, 3], count: 6).op("\u{88})tR.")
        .bytes)
    #expect(tensor == .tensor(0))
    #expect(
      tensors.tensors == [
        TorchTensor(
          storage: TorchStorage(key: "0", dtype: .float32, elementCount: 6), dtype: .float32, offset: 0,
          size: [2, 3], stride: [3, 1])
      ])
  }

  // ------------------------------------------------------------------ what is refused

  @Test(
    "a pickle that is damaged is refused where it is",
    arguments: [
      (Pickle([]), .pickleTruncated), (Pickle(), .pickleTruncated), (Pickle().op("K"), .pickleTruncated),
      (Pickle().op("ctorch"), .pickleTruncated), (Pickle().raw([0x58, 9, 0, 0, 0, 0x61]), .pickleTruncated),
      (Pickle([0x80, 4]).raw([0x8d] + Array(repeating: 0xff, count: 8)), .pickleTruncated),
      (Pickle().op("N.N"), .trailingBytes(count: 1)), (Pickle([0x80, 1]).op("N."), .unsupportedProtocol(1)),
      (Pickle([0x80, 6]).op("N."), .unsupportedProtocol(6)),
      (Pickle().op("N\u{ff}"), .unknownOpcode(255, offset: 3)),
      (Pickle().op("."), .emptyStack(offset: 2)), (Pickle().op("N\u{86}."), .emptyStack(offset: 3)),
      (Pickle().op("N(0a."), .emptyStack(offset: 5)), (Pickle().op("N("), .pickleTruncated),
      (Pickle().op("N(."), .emptyStack(offset: 4)), (Pickle().op("t"), .emptyStack(offset: 2)),
      (Pickle().op("q\u{0}"), .emptyStack(offset: 2)), (Pickle().op("h\u{3}"), .missingMemo(offset: 2)),
      (Pickle().raw([0x8c, 1, 0xff]), .textNotUTF8(offset: 4)),
      (Pickle().op("NNa"), .misusedOpcode("APPEND", offset: 4)),
      (Pickle().op("N(Ne"), .misusedOpcode("APPENDS", offset: 5)),
      (Pickle().op("}(Nu"), .misusedOpcode("SETITEMS", offset: 5)),
      (Pickle().op("]NNs"), .misusedOpcode("SETITEM", offset: 5)),
      (Pickle().op("N)R"), .misusedOpcode("REDUCE", offset: 4)),
      (Pickle().op("N}b"), .misusedOpcode("BUILD", offset: 4)),
      (Pickle().op("NN\u{93}"), .misusedOpcode("STACK_GLOBAL", offset: 4)),
      (Pickle().op("NQ"), .badPersistentID(offset: 3)),
      (Pickle().global("torch", "FloatStorage").op(")R"), .badArguments("torch's storage of float32")),
      (
        Pickle().global("collections", "OrderedDict").op("N\u{85}R"), .badArguments("collections.OrderedDict")
      ),
      (
        Pickle().global("torch._utils", "_rebuild_tensor_v2").op(")R"),
        .badArguments("torch._utils._rebuild_tensor_v2")
      ),
      (Pickle().tensor(Array(repeating: 1, count: 65), count: 1), .tooManyDimensions(65)),
    ] as [(Pickle, TorchError)])
  func damaged(pickle: Pickle, error: TorchError) {
    #expect(throws: error) { try run(pickle) }
  }

  @Test("instructions and names that could do anything are refused by name")
  func forbidden() {
    for (byte, name) in PickleOpcode.forbidden {
      #expect(throws: TorchError.forbiddenOpcode(name, offset: 2)) { try run(Pickle().raw([byte])) }
    }
    for (module, name) in [
      ("os", "system"), ("builtins", "eval"), ("torch", "load"), ("torch", "QInt8Storage"),
      ("torch.nn", "Linear"),
      ("torch._utils", "_rebuild_qtensor"), ("collections", "Counter"), ("", ""), ("torch", "float8"),
    ] {
      #expect(throws: TorchError.forbiddenGlobal("\(module).\(name)")) {
        try run(Pickle().global(module, name))
      }
    }
  }

  @Test("no pickle makes more values than it may")
  func bounds() {
    let many = TorchFormat.maximumValueCount + 1
    for (start, repeated) in [("", "N"), ("", "("), ("", "]0"), ("N\u{85}q\u{0}", "\u{85}")] {
      let instructions = Array(repeated.unicodeScalars.map { UInt8($0.value) })
      let pickle = Pickle().op(start).raw(Array(repeatElement(instructions, count: many).joined()))
      #expect(throws: TorchError.tooManyValues) { try run(pickle) }
    }
  }

  @Test("messages are plain text of bounded length")
  func messages() {
    let long = String(repeating: "x", count: 5000)
    for error in [
      TorchError.forbiddenGlobal("\u{1b}[2J" + long), .badKey(in: long), .duplicateName("\u{202e}" + long),
    ] {
      #expect(error.description.utf8.count < 600)
      #expect(!error.description.contains("\u{1b}") && !error.description.contains("\u{202e}"))
    }
  }
}
