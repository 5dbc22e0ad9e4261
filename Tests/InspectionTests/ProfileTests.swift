import Foundation
import ModelContext
import SlotStore
import Statistics
import Synchronization
import Tensors
import Testing

@testable import Inspection

@Suite struct ProfileTests {
  private func withStore(_ body: (PersistentStore) throws -> Void) throws {
    let directory = NSTemporaryDirectory() + "slotscope-profiles-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: directory) }
    try body(try PersistentStore(at: directory, options: StoreOptions(access: .create)))
  }

  /// Tensors of several dtypes and sizes: some share a batch, one has more than a chunk.
  private func model(_ shift: Float = 0) throws -> Context {
    let values = (0..<400_000).map { Float(($0 * 7919) % 400_000) / 4096 + shift }
    let infos = [
      try TensorInfo(name: "large", dtype: .float32, shape: [400_000]),
      try TensorInfo(name: "halves", dtype: .float16, shape: [3000]),
      try TensorInfo(name: "none", dtype: .float32, shape: [0]),
      try TensorInfo(name: "nan", dtype: .float32, shape: [2]),
      try TensorInfo(name: "bytes", dtype: .int8, shape: [20_000]),
    ]
    let layout = try WeightLayout(infos)
    let bytes = ByteRegion(byteCount: layout.byteCount) { memory in
      memory.initializeMemory(as: UInt8.self, repeating: 0)
      func put<T: BitwiseCopyable>(_ tensor: Int, _ values: [T]) {
        values.withUnsafeBytes {
          UnsafeMutableRawBufferPointer(rebasing: memory[layout.tensors[tensor].byteRange]).copyMemory(
            from: $0)
        }
      }
      put(0, values)
      put(1, values.prefix(3000).map { Float16($0) })
      put(3, [Float.nan, .infinity])
      put(4, (0..<20_000).map { Int8(truncatingIfNeeded: $0 * 37) })
    }
    return Context(weights: Weights(layout: layout, bytes: bytes))
  }

  private func profiles(
    _ inspector: Inspector, _ slot: Int = 0, revision: Int? = nil, _ progress: WorkProgress? = nil
  ) throws -> [Int: TensorProfile] {
    var found: [Int: TensorProfile] = [:]
    try inspector.profiles(of: slot, revision: revision, progress: progress) {
      #expect(found.updateValue($1, forKey: $0) == nil)
    }
    return found
  }

  /// A look that is cancelled before it begins shows what is known without reading any weights.
  private func known(_ store: PersistentStore, revision: Int? = nil) -> Int {
    let progress = WorkProgress()
    progress.cancel()
    var count = 0
    try? Inspector(store: store).profiles(of: 0, revision: revision, progress: progress) { _, _ in count += 1
    }
    return count
  }

  private func keptText(_ store: PersistentStore) throws -> String? {
    store.keptSummary(of: try store.openWeights(0))
  }

  @Test("a profile is what a pass over the tensor finds")
  func profiles() throws {
    try withStore { store in
      try store.saveContext(model(), in: 0)
      let progress = WorkProgress()
      let found = try profiles(Inspector(store: store), 0, progress)
      #expect(found.count == 5)
      let opened = try store.openWeights(0)
      for (index, profile) in found {
        let made = try Inspector.pass(opened, tensor: index).statistics(
          bins: 64, range: .central(0.998), quantiles: Quantiles.standardProbabilities)
        #expect(profile.summary == made.summary)
        #expect(profile.histogram == made.histogram)
        #expect(profile.quantiles == made.quantiles)
      }
      #expect(found[0]?.quantiles?.values[3] == 199_999.5 / 4096)
      #expect(found[2]?.summary.count == 0)
      #expect(found[3]?.quantiles == nil)
      #expect(progress.total == 400_000 * 4 + 3000 * 2 + 8 + 20_000)
      #expect(progress.completed == progress.total)
    }
  }

  @Test("another process knows the profiles that one has made, and reads no weights")
  func kept() throws {
    try withStore { store in
      try store.saveContext(model(), in: 0)
      #expect(known(store) == 0)
      let found = try profiles(Inspector(store: store))
      #expect(known(store) == 5)
      // A row that is read for anything else leaves them where they are.
      #expect(try store.openWeights(0).row.summaryJSON == nil)
      let readOnly = try PersistentStore(at: store.directory, options: StoreOptions(access: .read))
      let progress = WorkProgress()
      #expect(try profiles(Inspector(store: readOnly), 0, progress) == found)
      #expect(progress.total == 0)
      let statistics = try Inspector(store: readOnly).weightStatistics(
        of: 0, tensor: "large", bins: 10, range: .all, quantiles: true)
      #expect(statistics.summary == found[0]?.summary)
      #expect(statistics.quantiles == found[0]?.quantiles)
      let opened = try store.openWeights(0)
      let fresh = try Inspector.pass(opened, tensor: 0).statistics(bins: 10, range: .all)
      #expect(statistics.histogram == fresh.histogram)
    }
  }

  @Test("they go with the weights: to a save of the same, and to what is brought back, not to others")
  func revisions() throws {
    try withStore { store in
      try store.saveContext(model(), in: 0)
      let found = try profiles(Inspector(store: store))
      try store.saveContext(model(), in: 0)
      #expect(known(store) == 5)
      try store.saveContext(model(1), in: 0)
      #expect(known(store) == 0)
      #expect(known(store, revision: 2) == 5)
      try store.restoreContext(0)
      #expect(known(store) == 5)
      #expect(try profiles(Inspector(store: store)) == found)
    }
  }

  @Test("what is damaged, of other weights or of other tensors is not known, and is made again")
  func damaged() throws {
    try withStore { store in
      try store.saveContext(model(), in: 0)
      let found = try profiles(Inspector(store: store))
      let opened = try store.openWeights(0)
      let text = try #require(try keptText(store))
      for damaged in [
        "", "{", "[]", text.replacingOccurrences(of: "checksum", with: "Checksum"),
        text.replacingOccurrences(of: opened.row.checksum ?? "", with: "00"),
        text.replacingOccurrences(of: ",null", with: ""),
        String(text.dropLast(3)) + ",null]}",
      ] where damaged != text {
        store.keepSummary(damaged, of: opened)
        #expect(try keptText(store) == damaged)
        #expect(known(store) == 0, "\(damaged.prefix(80))")
      }
      // A record that is cut, or says what can't be, is missed alone.
      for (record, other) in [("float16 ", "bfloat16 "), ("int8 ", "int8 A"), ("int8 ", "int8 AAAA")] {
        store.keepSummary(text.replacingOccurrences(of: "\"" + record, with: "\"" + other), of: opened)
        #expect(known(store) == 4)
      }
      #expect(try profiles(Inspector(store: store)) == found)
      #expect(try keptText(store) == text)
    }
  }

  @Test("where nothing may be written they are remembered, and nothing is said")
  func readOnly() throws {
    try withStore { store in
      try store.saveContext(model(), in: 0)
      var options = StoreOptions(access: .read)
      let warnings = Mutex(0)
      options.onWarning = { _ in warnings.withLock { $0 += 1 } }
      let inspector = Inspector(store: try PersistentStore(at: store.directory, options: options))
      let found = try profiles(inspector)
      #expect(known(store) == 0)
      let progress = WorkProgress()
      #expect(try profiles(inspector, 0, progress) == found)
      #expect(progress.total == 0)
      #expect(warnings.withLock { $0 } == 0)
    }
  }

  @Test("a cancelled look stops at once, and what it has found is remembered")
  func cancelled() throws {
    try withStore { store in
      try store.saveContext(model(), in: 0)
      let inspector = Inspector(store: store)
      let progress = WorkProgress()
      progress.cancel()
      #expect(throws: CancellationError.self) { try profiles(inspector, 0, progress) }
      #expect(try keptText(store) == nil)
      #expect(try profiles(inspector).count == 5)
    }
  }

  @Test("thousands of small tensors share their threads, and their profiles are about a megabyte")
  func manyTensors() throws {
    try withStore { store in
      let infos = try (0..<3000).map {
        try TensorInfo(name: "t\($0)", dtype: $0 % 2 == 0 ? .float32 : .bfloat16, shape: [300])
      }
      let layout = try WeightLayout(infos)
      let bytes = ByteRegion(byteCount: layout.byteCount) { memory in
        for index in memory.indices {
          memory[index] = UInt8(truncatingIfNeeded: (index &* 2_654_435_761) >> 13) & 0xbf
        }
      }
      try store.saveContext(Context(weights: Weights(layout: layout, bytes: bytes)), in: 0)
      let found = try profiles(Inspector(store: store))
      #expect(found.count == 3000)
      #expect(known(store) == 3000)
      #expect((try keptText(store) ?? "").utf8.count < 1_000_000)
      #expect(try profiles(Inspector(store: store)) == found)
    }
  }
}
