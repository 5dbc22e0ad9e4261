import Foundation
import Inspection
import ModelContext
import SlotStore
import Statistics
import Tensors
import Testing

struct InspectorTests {
  private func store() throws -> PersistentStore {
    let directory = NSTemporaryDirectory() + "slotscope-inspection-" + UUID().uuidString
    return try PersistentStore(at: directory, options: StoreOptions(access: .create))
  }

  @Test("statistics go over all tensors, or the one that is named")
  func tensors() throws {
    let store = try store()
    defer { try? FileManager.default.removeItem(atPath: store.directory) }
    try store.saveContext(CNNNode(slotIndex: 0).buildContext(), in: 0)
    let inspector = Inspector(store: store)
    let all = try inspector.weightStatistics(of: 0, bins: 8, range: .all)
    #expect(all.summary.count == 5188)
    #expect(all.histogram?.counts.reduce(0, +) == 5188)
    #expect(
      try inspector.weightStatistics(of: 0, tensor: "layer.1.bias", bins: 8, range: .all).summary.count == 1)
    #expect(throws: InspectionError.noTensor(name: "x", slot: 0)) {
      try inspector.weightStatistics(of: 0, tensor: "x", bins: 8, range: .all)
    }
  }

  @Test("a kept revision can be inspected beside the current one")
  func revisions() throws {
    let store = try store()
    defer { try? FileManager.default.removeItem(atPath: store.directory) }
    try store.saveContext(Context(weights: Weights([1.0, 3.0])), in: 0)
    try store.saveContext(Context(weights: Weights([5.0, 5.0])), in: 0)
    let inspector = Inspector(store: store)
    #expect(try inspector.weightStatistics(of: 0, revision: 1, bins: 4, range: .all).summary.mean == 2)
    #expect(try inspector.weightStatistics(of: 0, bins: 4, range: .all).summary.mean == 5)
  }

  @Test("the second look at the same weights reads nothing")
  func remembered() throws {
    let store = try store()
    defer { try? FileManager.default.removeItem(atPath: store.directory) }
    try store.saveContext(CNNNode(slotIndex: 0).buildContext(), in: 0)
    let inspector = Inspector(store: store)
    let first = try inspector.weightStatistics(of: 0, bins: 8, range: .all)
    let progress = WorkProgress()
    progress.cancel()
    #expect(try inspector.weightStatistics(of: 0, bins: 8, range: .all, progress: progress) == first)
    #expect(throws: CancellationError.self) {
      try inspector.weightStatistics(of: 0, bins: 9, range: .all, progress: progress)
    }
  }

  @Test("a verdict names the keys that changed and whether the checksum did")
  func verdict() throws {
    let store = try store()
    defer { try? FileManager.default.removeItem(atPath: store.directory) }
    func save(_ value: Double, _ config: Config) throws -> SlotDetails? {
      try store.saveContext(Context(weights: Weights([value]), config: config), in: 1)
      return try store.details(of: 1)
    }
    let before = try #require(try save(1, ["a": .integer(1), "b": .bool(true)]))
    let same = Verdict(before: before, after: before)
    #expect(same.isUnchanged)
    #expect(same.text == "checksum as before, config as before")
    let after = try #require(try save(2, ["a": .integer(2), "c": .string("x")]))
    let verdict = Verdict(before: before, after: after)
    #expect(!verdict.checksumIsSame)
    #expect(verdict.configChanges.map(\.key) == ["a", "b", "c"])
    #expect(verdict.text == "checksum changed, a 1 → 2, b true (no longer there), c x (new)")
    try store.saveContext(
      Context(
        weights: Weights([2.0]), config: ["a": .integer(2), "c": .string("x")], metadata: ["name": "n"]),
      in: 1)
    let renamed = Verdict(before: after, after: try #require(try store.details(of: 1)))
    #expect(!renamed.isUnchanged)
    #expect(renamed.metadataChanges.map(\.key) == ["name"])
    #expect(renamed.text == "checksum as before, config as before, metadata changed")
  }
}
