import Builds
import Foundation
import Interchange
import ModelContext
import Npy
import SlotStore
import Synchronization
import Tensors
import Testing

struct BuildQueueTests {
  private func store(probe: Probe? = nil) throws -> PersistentStore {
    let directory = NSTemporaryDirectory() + "slotscope-builds-" + UUID().uuidString
    var options = StoreOptions(access: .create)
    options.probe = probe
    return try PersistentStore(at: directory, options: options)
  }

  private func remove(_ store: PersistentStore) {
    try? FileManager.default.removeItem(atPath: store.directory)
  }

  private func order(_ type: NodeType, _ slot: Int? = nil, preset: String = "reference") -> BuildRequest {
    .build(BuildOrder(nodeType: type, slotID: slot, settings: NodeSettings(preset: preset)))
  }

  @Test("builds without a slot get the next free ones, each its own")
  func nextFree() async throws {
    let store = try store()
    defer { remove(store) }
    let queue = BuildQueue(store: store, parallel: 4)
    try store.saveContext(LLMNode(slotIndex: 4).buildContext(), in: 4)
    for _ in 0..<5 { try queue.submit(order(.llm)) }
    await queue.waitUntilIdle()
    #expect(try store.slotIDs() == Array(4...9))
    #expect(queue.builds.allSatisfy { if case .finished = $0.state { true } else { false } })
    // Each is the reference of its own slot: the generator belongs to its build.
    for slot in 4...9 {
      #expect(
        try store.loadContext(slot).weights.tensors[0].values(as: Double.self)
          == LLMNode(slotIndex: slot).buildContext().weights.tensors[0].values(as: Double.self))
    }
  }

  @Test("what is submitted together is one group, and each build without a slot gets its own")
  func group() async throws {
    let store = try store()
    defer { remove(store) }
    let queue = BuildQueue(store: store, parallel: 2)
    let alone = try queue.submit(order(.llm))
    let together = try queue.submit([order(.llm), order(.cnn), order(.llm, 9)])
    await queue.waitUntilIdle()
    #expect(queue.builds.map(\.id) == [alone] + together)
    #expect(queue.builds.map(\.group) == [alone, together[0], together[0], together[0]])
    #expect(try store.slotIDs() == [0, 1, 2, 9])
  }

  @Test("what failed is asked for again and takes its place; what did not fail is not")
  func retry() async throws {
    let store = try store()
    defer { remove(store) }
    let queue = BuildQueue(store: store)
    let file = store.directory + "-later.npy"
    defer { try? FileManager.default.removeItem(atPath: file) }
    let failed = try queue.submit(.importFile(path: file))
    await queue.waitUntilIdle()
    guard case .failed = queue.builds[0].state else {
      return #expect(Bool(false), "\(queue.builds[0].state)")
    }
    let header = NpyHeader.encode(dtype: .float64, shape: [2])
    try Data(header + [UInt8](repeating: 0, count: 16)).write(to: URL(fileURLWithPath: file))
    let again = try #require(try queue.retry(failed))
    await queue.waitUntilIdle()
    #expect(queue.builds.map(\.id) == [again])
    guard case .finished = queue.builds[0].state else {
      return #expect(Bool(false), "\(queue.builds[0].state)")
    }
    #expect(try queue.retry(again) == nil)
    #expect(try queue.retry(failed) == nil)
    #expect(try store.slotIDs() == [0])
  }

  @Test("progress ends at the plan's bytes, and the outcome says what was before")
  func outcome() async throws {
    let store = try store()
    defer { remove(store) }
    let queue = BuildQueue(store: store)
    try queue.submit(order(.cnn, 3))
    await queue.waitUntilIdle()
    try queue.submit(.rebuild(slotID: 3, set: ["stride": .integer(2)]))
    await queue.waitUntilIdle()
    let build = try #require(queue.builds.last)
    #expect(build.action == .rebuild)
    #expect(build.completedBytes == 133_688)
    #expect(build.totalBytes == 133_688)
    guard case .finished(let outcome) = build.state else { return #expect(Bool(false), "\(build.state)") }
    #expect(outcome.before?.config["stride"] == .integer(1))
    #expect(outcome.after.config["stride"] == .integer(2))
    #expect(outcome.before?.summary.checksum == outcome.after.summary.checksum)
  }

  @Test("a rebuild keeps preset, seed, dtype, config and name")
  func recipe() async throws {
    let store = try store()
    defer { remove(store) }
    let queue = BuildQueue(store: store)
    let settings = NodeSettings(
      preset: "nano", seed: 77, dtype: .bfloat16, config: ["temperature": .number(0.1)], name: "mine")
    try queue.submit(.build(BuildOrder(nodeType: .llm, slotID: 1, settings: settings)))
    await queue.waitUntilIdle()
    let first = try #require(try store.details(of: 1))
    try queue.submit(.rebuild(slotID: 1))
    await queue.waitUntilIdle()
    let second = try #require(try store.details(of: 1))
    #expect(first.summary.checksum == second.summary.checksum)
    #expect(first.config == second.config)
    #expect(second.summary.name == "mine")
    #expect(second.recipe == first.recipe)
    guard case .finished(let outcome)? = queue.builds.last?.state else { return #expect(Bool(false)) }
    #expect(outcome.isUnchanged)
    try queue.submit(.rebuild(slotID: 1, seed: 78))
    await queue.waitUntilIdle()
    #expect(try store.details(of: 1)?.summary.checksum != first.summary.checksum)
  }

  @Test("cancelling ends queued and running builds and leaves nothing behind")
  func cancel() async throws {
    // Cancelled by what the build itself does: at the second piece of weights that it writes.
    let cancelled = Mutex<BuildQueue?>(nil)
    let writes = Atomic<Int>(0)
    let store = try store { operation, _ in
      if operation == .write, writes.add(1, ordering: .relaxed).newValue == 3 {
        cancelled.withLock { $0 }?.cancelAll()
      }
    }
    defer { remove(store) }
    let queue = BuildQueue(store: store, parallel: 1)
    cancelled.withLock { $0 = queue }
    // The queue has the store, and the store this.
    defer { cancelled.withLock { $0 = nil } }
    try queue.submit(order(.llm, 1, preset: "gpt2"))
    try queue.submit(order(.llm, 2, preset: "gpt2"))
    await queue.waitUntilIdle()
    #expect(queue.builds.allSatisfy { if case .cancelled = $0.state { true } else { false } })
    #expect(try store.slotIDs().isEmpty)
    #expect(try FileManager.default.contentsOfDirectory(atPath: store.directory + "/wal") == ["lock"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: store.directory + "/revisions").isEmpty)
  }

  @Test("a build that fails says why, and the others go on")
  func failure() async throws {
    let store = try store()
    defer { remove(store) }
    let queue = BuildQueue(store: store)
    try queue.submit(order(.cnn, 40))
    try queue.submit(.importFile(path: "/nowhere/model.safetensors"))
    try queue.submit(order(.llm, 1))
    await queue.waitUntilIdle()
    let failures = queue.builds.compactMap { if case .failed(let why) = $0.state { why } else { nil } }
    #expect(failures.count == 2)
    #expect(failures.contains { $0.contains("CNN slot 40") })
    #expect(failures.contains { $0.contains("/nowhere/model.safetensors") })
    #expect(try store.slotIDs() == [1])
  }

  @Test("an import takes the file over, and a rebuild says whether it has changed")
  func importing() async throws {
    let store = try store()
    defer { remove(store) }
    let queue = BuildQueue(store: store)
    let path = store.directory + "/weights.npy"
    func write(_ value: Float) throws {
      var file = Data(NpyHeader.encode(dtype: .float32, shape: [3, 4]))
      file += [Float](repeating: value, count: 12).withUnsafeBytes { Data($0) }
      try file.write(to: URL(fileURLWithPath: path))
    }
    try write(1)
    try queue.submit(.importFile(path: path, modelType: "CNN"))
    await queue.waitUntilIdle()
    let details = try #require(try store.details(of: 0))
    #expect(details.summary.name == "weights")
    #expect(details.summary.modelType == "CNN")
    #expect(details.summary.shape == [3, 4])
    #expect(details.recipe?.source?.md5?.count == 32)
    for (value, changed) in [(Float(1), false), (2, true)] {
      try write(value)
      try queue.submit(.rebuild(slotID: 0))
      await queue.waitUntilIdle()
      guard case .finished(let outcome) = queue.builds.last?.state else {
        return #expect(Bool(false), "\(String(describing: queue.builds.last))")
      }
      #expect(outcome.sourceChanged == changed)
    }
    #expect(
      try store.loadContext(0).weights.tensors[0].values(as: Float.self) == Array(repeating: 2, count: 12))
  }

  /// A safetensors file of one tensor.
  private func safetensors(_ name: String, _ values: [UInt8]) -> Data {
    let header =
      #"{"\#(name)":{"dtype":"U8","shape":[\#(values.count)],"data_offsets":[0,\#(values.count)]}}"#
    return Data(
      (0..<8).map { UInt8(truncatingIfNeeded: header.utf8.count >> (8 * $0)) } + header.utf8 + values)
  }

  @Test(
    "shards become one slot, whose source is all their bytes, and a rebuild says if one of them has changed")
  func shards() async throws {
    let store = try store()
    defer { remove(store) }
    let queue = BuildQueue(store: store)
    let folder = store.directory + "/Model-1.5"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    func write(_ name: String, _ data: Data) throws {
      try data.write(to: URL(fileURLWithPath: folder + "/" + name))
    }
    let first = safetensors("a", Array(repeating: 1, count: 3_000_000))
    let second = safetensors("b", [2, 3])
    try write("x-2.safetensors", second)
    try write("x-1.safetensors", first)
    try queue.submit(.importFile(path: folder))
    await queue.waitUntilIdle()
    let details = try #require(try store.details(of: 0))
    #expect(details.summary.name == "Model-1.5")
    #expect(details.tensors.map(\.info.name) == ["a", "b"])
    var checksum = Checksum()
    (first + second).withUnsafeBytes { checksum.update($0) }
    #expect(
      details.recipe?.source
        == Recipe.SourceFile(path: folder, md5: checksum.finalize(), byteCount: first.count + second.count))
    for (value, changed) in [(UInt8(3), false), (4, true)] {
      try write("x-2.safetensors", safetensors("b", [2, value]))
      try queue.submit(.rebuild(slotID: 0))
      await queue.waitUntilIdle()
      guard case .finished(let outcome) = queue.builds.last?.state else {
        return #expect(Bool(false), "\(String(describing: queue.builds.last))")
      }
      #expect(outcome.sourceChanged == changed)
      #expect(outcome.after.summary.name == "Model-1.5")
    }
    let weights = try store.loadContext(0).weights
    #expect(weights["b"]?.values(as: UInt8.self) == [2, 4])
    #expect(weights["a"]?.values(as: UInt8.self) == Array(repeating: 1, count: 3_000_000))
  }

  /// Writes to the file that it has opened.
  private struct Meddler: ModelFileReader {
    func open(_ path: String) throws -> ModelFile {
      let file = try ModelFiles().open(path)
      let writer = try #require(FileHandle(forWritingAtPath: path))
      try writer.seek(toOffset: UInt64(file.byteCount) - 1)
      try writer.write(contentsOf: Data([99]))
      return file
    }
  }

  @Test(
    "a source that is written to while it is imported is refused, large or small", arguments: [5, 5_000_000])
  func changingSource(byteCount: Int) async throws {
    let store = try store()
    defer { remove(store) }
    let path = store.directory + "/a.safetensors"
    try safetensors("a", Array(repeating: 1, count: byteCount)).write(to: URL(fileURLWithPath: path))
    // Its time is another than that of the writing to come.
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1e9)], ofItemAtPath: path)
    let queue = BuildQueue(store: store, reader: Meddler())
    try queue.submit(.importFile(path: path))
    await queue.waitUntilIdle()
    guard case .failed(let why) = queue.builds[0].state else {
      return #expect(Bool(false), "\(queue.builds[0].state)")
    }
    #expect(why == FileError.changed(path: path).description)
    #expect(try store.slotIDs() == [])
    #expect(try FileManager.default.contentsOfDirectory(atPath: store.directory + "/wal") == ["lock"])
  }

  @Test("a node given a file builds from it, with the node's own config")
  func nodeWithFile() async throws {
    let store = try store()
    defer { remove(store) }
    let path = store.directory + "/w.npy"
    var file = Data(NpyHeader.encode(dtype: .int8, shape: [4]))
    file += Data([1, 2, 3, 4])
    try file.write(to: URL(fileURLWithPath: path))
    let context = try LLMNode(slotIndex: 2, settings: NodeSettings(modelPath: path), reader: ModelFiles())
      .buildContext()
    #expect(context.weights.tensors[0].values(as: Int8.self) == [1, 2, 3, 4])
    #expect(context.config["max_tokens"] == .integer(2048))
    #expect(context.metadata["model_path"] == path)
  }

  @Test("a slot that nobody can rebuild says so")
  func noRecipe() async throws {
    let store = try store()
    defer { remove(store) }
    try store.saveContext(Context(weights: Weights([1.0]), metadata: ["model_type": "Tree"]), in: 1)
    let queue = BuildQueue(store: store)
    try queue.submit(.rebuild(slotID: 1))
    await queue.waitUntilIdle()
    guard case .failed(let why) = queue.builds[0].state else {
      return #expect(Bool(false), "it did not fail")
    }
    #expect(why.contains("'Tree'"))
  }
}
