import Foundation
import ModelContext
import SlotStore
import Statistics
import Synchronization
import Tensors
import Testing

@testable import Inspection

struct ComparisonTests {
  /// A store with these contexts as slots 0, 1, …
  private func withStore(_ contexts: [Context], _ body: (PersistentStore, Inspector) throws -> Void) throws {
    let directory = NSTemporaryDirectory() + "slotscope-comparison-" + UUID().uuidString
    let store = try PersistentStore(at: directory, options: StoreOptions(access: .create))
    defer { try? FileManager.default.removeItem(atPath: directory) }
    for (slot, context) in contexts.enumerated() { try store.saveContext(context, in: slot) }
    try body(store, Inspector(store: store))
  }

  /// float32 tensors, all values of one the same.
  private func context(
    _ tensors: [(name: String, value: Float)], config: Config = [:], metadata: [String: String] = [:]
  )
    throws -> Context
  {
    let layout = try WeightLayout(tensors.map { try TensorInfo(name: $0.name, dtype: .float32, shape: [2]) })
    let values = tensors.flatMap { [$0.value, $0.value] }
    return Context(
      weights: Weights(layout: layout, bytes: ByteRegion(values)), config: config, metadata: metadata)
  }

  @Test("config, metadata and every tensor are compared, in the order of the files")
  func everything() throws {
    let a = try context(
      [("same", 1), ("gone", 2), ("moved", 3), ("changed", 4)], config: ["t": .number(0.7)],
      metadata: ["k": "x"])
    let b = try context(
      [("first", 9), ("moved", 3), ("same", 1), ("new", 5), ("changed", 4.5)], config: ["t": .number(0.9)])
    try withStore([a, b]) { _, inspector in
      let comparison = try inspector.comparison(
        of: RevisionReference(slotID: 0), with: RevisionReference(slotID: 1))
      #expect(comparison.known.totals.unknown == 3)
      #expect(comparison.byteCount == 48)
      let reported = Mutex<[Int: TensorDifference]>([:])
      let progress = WorkProgress()
      let difference = try comparison.run(progress: progress) { index, tensor in
        reported.withLock { $0[index] = tensor }
      }
      #expect(progress.completed == 48)
      #expect(difference.tensors.map(\.name) == ["first", "same", "new", "gone", "moved", "changed"])
      #expect(
        difference.tensors.map(\.status) == [.onlyInB, .same, .onlyInB, .onlyInA, .same, .changed])
      #expect(difference.tensors.map(\.indexInA) == [nil, 0, nil, 1, 2, 3])
      #expect(difference.tensors.map(\.indexInB) == [0, 2, 3, nil, 1, 4])
      #expect(reported.withLock { $0 }.allSatisfy { difference.tensors[$0.key] == $0.value })
      #expect(reported.withLock { $0.keys.sorted() } == [1, 4, 5])
      #expect(difference.configChanges.map(\.text) == ["t 0.7 → 0.9"])
      #expect(difference.metadataChanges.map(\.text) == ["k x (no longer there)"])
      #expect(!difference.isSame)
      #expect(difference.totals.text == "6: 1 changed, 2 added, 1 removed")
      #expect(difference.totals.shortText == "1 changed, +2 -1")
      #expect(difference.totals.stepText == "largest step 0.5 in changed")
    }
  }

  @Test("weights whose checksums agree are not read")
  func byChecksum() throws {
    let context = try context([("x", 1), ("y", 2)])
    try withStore([context, context]) { _, inspector in
      let comparison = try inspector.comparison(
        of: RevisionReference(slotID: 0), with: RevisionReference(slotID: 1))
      #expect(comparison.byteCount == 0)
      #expect(comparison.known.isSame)
      #expect(try comparison.run().totals.text == "2: all as before")
    }
  }

  @Test("what was opened is compared as it was, whatever is saved meanwhile")
  func replaced() throws {
    try withStore([context([("x", 1)]), context([("x", 2)])]) { store, inspector in
      let comparison = try inspector.comparison(
        of: RevisionReference(slotID: 0), with: RevisionReference(slotID: 1))
      for value in 3...5 { try store.saveContext(context([("x", Float(value))]), in: 1) }
      #expect(try comparison.run().totals.largestStep == .init(tensor: "x", maxAbs: 1))
    }
  }

  @Test("one tensor alone can be compared, and one that neither has is named")
  func oneTensor() throws {
    let a = try context([("x", 1), ("y", 1)], config: ["c": .bool(true)])
    try withStore([a, context([("x", 1), ("y", 2)])]) { _, inspector in
      let sides = (RevisionReference(slotID: 0), RevisionReference(slotID: 1))
      #expect(try inspector.comparison(of: sides.0, with: sides.1, tensor: "x").run().isSame)
      let other = try inspector.comparison(of: sides.0, with: sides.1, tensor: "y").run()
      #expect(!other.isSame)
      #expect(other.configChanges.isEmpty)
      #expect(throws: InspectionError.noTensor(name: "z", slot: 1)) {
        try inspector.comparison(of: sides.0, with: sides.1, tensor: "z")
      }
    }
  }

  @Test("the previous revision is what was replaced last")
  func previous() throws {
    try withStore([context([("x", 1)])]) { store, inspector in
      #expect(throws: StoreError.self) { try inspector.previous(of: 0) }
      #expect(throws: StoreError.self) { try inspector.previous(of: 5) }
      try store.saveContext(context([("x", 4)]), in: 0)
      let previous = try inspector.previous(of: 0)
      #expect(previous == RevisionReference(slotID: 0, revision: 1))
      let comparison = try inspector.comparison(of: previous, with: RevisionReference(slotID: 0))
      let values = try comparison.distributions(of: 0, bins: 4, range: .all)
      #expect(values.a?.summary.mean == 1)
      #expect(values.b?.summary.mean == 4)
    }
  }

  @Test("tensors of one name are matched in turn, and single arrays whatever their names")
  func matching() throws {
    func placed(_ names: [String]) throws -> [PlacedTensor] {
      try names.map { PlacedTensor(info: try TensorInfo(name: $0, dtype: .int8, shape: [1]), offset: 0) }
    }
    func match(_ a: [String], _ b: [String]) throws -> [TensorMatching.Match] {
      TensorMatching.matches(try placed(a), try placed(b))
    }
    #expect(
      try match(["x", "x"], ["x", "x", "x"]) == [.init(a: 0, b: 0), .init(a: 1, b: 1), .init(a: nil, b: 2)])
    #expect(try match([""], ["x"]) == [.init(a: 0, b: 0)])
    #expect(try match(["x"], ["y"]) == [.init(a: nil, b: 0), .init(a: 0, b: nil)])
    #expect(try match([""], ["x", ""]) == [.init(a: nil, b: 0), .init(a: 0, b: 1)])
    // One letter é, and e with an accent after it: other bytes, another name.
    #expect(try match(["\u{e9}", "x"], ["e\u{301}", "x"]).count == 3)
  }

  @Test("references are slots, or slots with a revision, and nothing else")
  func references() {
    #expect(RevisionReference("7") == RevisionReference(slotID: 7))
    #expect(RevisionReference("7@3") == RevisionReference(slotID: 7, revision: 3))
    #expect(RevisionReference("7@3")?.description == "7@3")
    for text in ["", "x", "-1", "7@", "@3", "7@3@1", "7@x", "+7", "7 ", "99999999999999999999", "7@-1"] {
      #expect(RevisionReference(text) == nil, "\(text)")
    }
  }

  @Test("a tensor's note says what beside its values is different")
  func notes() throws {
    func tensor(
      _ status: TensorDifference.Status, _ a: TensorInfo?, _ b: TensorInfo?, _ values: ValueDifference?
    )
      -> String
    {
      TensorDifference(name: "x", indexInA: 0, indexInB: 0, a: a, b: b, status: status, values: values).note
    }
    let half = try TensorInfo(name: "x", dtype: .float16, shape: [4, 2])
    let whole = try TensorInfo(name: "x", dtype: .float32, shape: [8])
    let steps = ValueDifference(
      finite: 6, differing: 1, notFinite: 2, maxAbs: 1, maxIndex: 5, meanAbs: 1, relativeL2: 1, cosine: 1)
    #expect(tensor(.onlyInA, half, nil, nil) == "only in A, float16 4 × 2")
    #expect(tensor(.changed, half, whole, steps) == "float16 → float32, shape 4 × 2 → 8, 2 not finite")
    #expect(TensorDifference.place(of: 5, in: [4, 2]) == [2, 1])
    #expect(TensorDifference.place(of: 0, in: []) == [])
  }
}
