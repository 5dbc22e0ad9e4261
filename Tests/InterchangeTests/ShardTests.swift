import Foundation
import ModelContext
import StrictJSON
import Tensors
import Testing

@testable import Interchange

@Suite struct ShardTests {
  private let folder: TemporaryFolder
  private let files = ModelFiles()

  init() throws { folder = try TemporaryFolder() }

  /// A shard of tensors of so many bytes, all of one value.
  @discardableResult
  private func shard(_ name: String, _ tensors: [(String, Int)], filledWith value: UInt8 = 0) throws
    -> [UInt8]
  {
    var end = 0
    let entries = tensors.map { tensor in
      end += tensor.1
      return entry(tensor.0, "U8", "[\(tensor.1)]", "[\(end - tensor.1),\(end)]")
    }
    let bytes = safetensors(
      "{\(entries.joined(separator: ","))}", data: Array(repeating: value, count: end))
    _ = try folder.file(name, bytes)
    return bytes
  }

  private func index(_ text: String, name: String = "model.safetensors.index.json") throws -> String {
    try folder.file(name, Array(text.utf8))
  }

  private func map(_ places: [(String, String)]) -> String {
    "{\"weight_map\":{\(places.map { "\"\($0.0)\":\"\($0.1)\"" }.joined(separator: ","))}}"
  }

  /// Two shards of three tensors: `a` and `b` of 2 and 3 bytes, `c` of 4.
  private func twoShards() throws -> [UInt8] {
    let second = try shard("m-2.safetensors", [("c", 4)], filledWith: 2)
    return try shard("m-1.safetensors", [("a", 2), ("b", 3)], filledWith: 1) + second
  }

  private func read(_ source: any ByteSource, at offset: Int = 0, count: Int? = nil) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0xee, count: count ?? source.byteCount)
    try bytes.withUnsafeMutableBytes { try source.read(at: offset, into: $0) }
    return bytes
  }

  private func checkWhole(_ model: ModelFile, _ all: [UInt8]) throws {
    #expect(try model.tensors == [info("a", .uint8, [2]), info("b", .uint8, [3]), info("c", .uint8, [4])])
    #expect(model.format == "safetensors")
    #expect(model.name == folder.path.split(separator: "/").last.map(String.init))
    #expect(model.byteCount == all.count)
    #expect(try read(model.bytes) == all)
    // Over the end of one shard into the next, and within each.
    for offset in stride(from: 0, to: all.count - 9, by: 7) {
      #expect(try read(model.bytes, at: offset, count: 9) == Array(all[offset..<offset + 9]))
    }
    for (tensor, value) in [(0, UInt8(1)), (1, 1), (2, 2)] {
      var bytes = [UInt8](repeating: 0xee, count: model.tensors[tensor].byteCount)
      try bytes.withUnsafeMutableBytes { try model.source.read(tensor: tensor, at: 0, into: $0) }
      #expect(bytes == Array(repeating: value, count: bytes.count))
    }
  }

  @Test("an index, and the folder that it lies in, are one model, whatever the order of its map")
  func indexed() throws {
    let all = try twoShards()
    let path = try index(
      #"""
      {"metadata": {"total_size": 9, "author": "x", "nested": {}, "none": null}, "other": [1],
       "weight_map": {"c": "m-2.safetensors", "a": "m-1.safetensors", "b": "m-1.safetensors"}}
      """#)
    for place in [path, folder.path, folder.path + "/."] {
      let model = try files.open(place)
      try checkWhole(model, all)
      #expect(model.metadata == ["total_size": "9", "author": "x"])
    }
    #expect(try files.open(folder.path + "/.").path == path)
  }

  @Test("a folder without an index is all its safetensors files")
  func unindexed() throws {
    let all = try twoShards()
    _ = try folder.file("README.md", Array("# hello".utf8))
    _ = try folder.file(".hidden.safetensors", [0])
    try FileManager.default.createDirectory(
      atPath: folder.path + "/sub.safetensors", withIntermediateDirectories: false)
    try checkWhole(files.open(folder.path), all)
    #expect(try files.open(folder.path + "/.").path == folder.path)
    try shard("m-3.safetensors", [("d", 1), ("b", 1)])
    let twice = ShardError.duplicateTensor(tensor: "b", file: "m-3.safetensors", other: "m-1.safetensors")
    #expect(throws: InterchangeError.shards(path: folder.path, twice)) { try files.open(folder.path) }
  }

  @Test("a folder with one model file of any kind is that file; with none or several it is an error")
  func singleFile() throws {
    _ = try folder.file("config.json", Array("{}".utf8))
    _ = try folder.file("empty.safetensors.txt", [])
    #expect(throws: InterchangeError.shards(path: folder.path, .noModel)) { try files.open(folder.path) }
    let unread = try folder.file("model.h5", [0x89, 0x48, 0x44, 0x46, 13])
    #expect(throws: InterchangeError.unsupportedFormat(path: unread, .hdf5)) { try files.open(folder.path) }
    let one = try folder.file("weights", safetensors("{\(entry("a", "U8", "[0]", "[0,0]"))}"))
    #expect(try files.open(folder.path).path == one)
    let other = try folder.file("b", safetensors("{\(entry("a", "U8", "[0]", "[0,0]"))}"))
    #expect(throws: InterchangeError.shards(path: folder.path, .ambiguous(files: ["b", "weights"]))) {
      try files.open(folder.path)
    }
    #expect(rename(other, folder.path + "/model.safetensors") == 0)
    #expect(try files.open(folder.path).path == folder.path + "/model.safetensors")
  }

  @Test("a folder with two indexes is ambiguous")
  func twoIndexes() throws {
    _ = try twoShards()
    let text = map([("a", "m-1.safetensors"), ("b", "m-1.safetensors"), ("c", "m-2.safetensors")])
    _ = try index(text)
    _ = try index(text, name: "model.fp16.safetensors.index.json")
    let names = ["model.fp16.safetensors.index.json", "model.safetensors.index.json"]
    #expect(throws: InterchangeError.shards(path: folder.path, .ambiguous(files: names))) {
      try files.open(folder.path)
    }
  }

  @Test(
    "an index that is none",
    arguments: [
      ("{", .json(JSONError(.unexpectedEnd, at: 1))), ("[]", .notObject), ("{}", .noMap),
      (#"{"weight_map":[]}"#, .mapNotStrings), (#"{"weight_map":{"a":1}}"#, .mapNotStrings),
      (#"{"weight_map":{"a":null}}"#, .mapNotStrings), (#"{"weight_map":{}}"#, .noTensors),
      (#"{"weight_map":{"a":"x"},"weight_map":{}}"#, .duplicateMember("weight_map")),
      (#"{"metadata":{},"metadata":{}}"#, .duplicateMember("metadata")),
      (#"{"weight_map":{"a":"x","\u0061":"y"}}"#, .indexedTwice(tensor: "a")),
      (#"{"weight_map":{"a":"x"}} {}"#, .json(JSONError(.trailingBytes, at: 25))),
    ] as [(String, ShardError)])
  func badIndex(text: String, expected: ShardError) throws {
    let path = try index(text)
    #expect(throws: InterchangeError.shards(path: path, expected)) { try files.open(path) }
  }

  @Test(
    "file names lead nowhere but to the index's own folder",
    arguments: [
      "", ".", "..", "/etc/passwd", "../x.safetensors", "sub/x.safetensors", "a\\u0000b",
    ])
  func fileNames(name: String) throws {
    let path = try index(map([("a", name)]))
    let error = #expect(throws: InterchangeError.self) { try files.open(path) }
    guard case .shards(path, .badFileName(tensor: "a", _)) = error else {
      return #expect(Bool(false), "\(String(describing: error))")
    }
  }

  @Test("canonically equivalent names are different names")
  func exactNames() throws {
    try shard("x", [("\u{e9}", 1), ("e\u{301}", 1)])
    let model = try files.open(index(map([("\u{e9}", "x"), ("e\u{301}", "x")])))
    #expect(model.tensors.count == 2)
    let path = try index(map([("\u{e9}", "x"), ("b", "x")]))
    #expect(
      throws: InterchangeError.shards(
        path: path, .unlisted(file: "x", tensors: ["e\u{301}"], count: 1))
    ) { try files.open(path) }
  }

  @Test("every tensor is where the map has it, and no other is there")
  func agreement() throws {
    _ = try twoShards()
    func check(_ places: [(String, String)], _ expected: ShardError) throws {
      let path = try index(map(places))
      #expect(throws: InterchangeError.shards(path: path, expected)) { try files.open(path) }
    }
    let (one, two) = ("m-1.safetensors", "m-2.safetensors")
    try check([("a", one), ("b", one), ("c", two), ("d", two)], .missingTensor(tensor: "d", file: two))
    try check([("a", one), ("c", two)], .unlisted(file: one, tensors: ["b"], count: 1))
    try check([("c", two), ("d", one)], .unlisted(file: one, tensors: ["a", "b"], count: 2))
    try check([("a", one), ("b", two), ("c", two)], .misplaced(tensor: "b", file: one, listedIn: two))
    try check([("a", one), ("b", "m-3.safetensors")], .missingShard(file: "m-3.safetensors"))
    try check([("a", "model.safetensors.index.json")], .notAShard(file: "model.safetensors.index.json"))
  }

  @Test("what is wrong with a shard itself names the shard")
  func badShard() throws {
    _ = try twoShards()
    let path = try index(map([("a", "m-1.safetensors"), ("c", "m-2.safetensors")]))
    let bad = try folder.file("m-2.safetensors", [1, 2, 3])
    #expect(throws: InterchangeError.safetensors(path: bad, .tooShort(byteCount: 3))) { try files.open(path) }
  }

  @Test("JSON that is no index is no known format unless its name says index")
  func otherJSON() throws {
    let path = try index(" \n{\"a\": 1}", name: "tokenizer.json")
    #expect(throws: InterchangeError.unknownFormat(path: path)) { try files.open(path) }
    let good = try index(map([("a", "nowhere")]), name: "any-name")
    #expect(throws: InterchangeError.shards(path: good, .missingShard(file: "nowhere"))) {
      try files.open(good)
    }
  }

  @Test("a shard that is written to after it was opened is told; one that is replaced stays as it was")
  func changes() throws {
    let all = try twoShards()
    let model = try files.open(folder.path)
    try model.bytes.checkUnchanged()
    let path = folder.path + "/m-2.safetensors"
    let fresh = try folder.file("fresh", safetensors("{}"))
    #expect(rename(fresh, path) == 0)
    try checkWhole(model, all)
    try model.bytes.checkUnchanged()
    let other = folder.path + "/m-1.safetensors"
    let writer = try #require(FileHandle(forWritingAtPath: other))
    try writer.truncate(atOffset: 5)
    #expect(throws: FileError.changed(path: other)) { try model.bytes.checkUnchanged() }
  }

  @Test("messages name shard and tensor, made safe, and list a few of many")
  func messages() {
    let many = ShardError.unlisted(file: "x\u{1b}[2J", tensors: ["a", "b", "c"], count: 7)
    #expect(
      many.description
        == #"‘x\u{1B}[2J’ holds 7 tensors that the index does not list: ‘a’, ‘b’, ‘c’, …"#)
    #expect(
      ShardError.ambiguous(files: ["a", "b"]).description.hasSuffix("import one of them: ‘a’, ‘b’"))
  }
}
