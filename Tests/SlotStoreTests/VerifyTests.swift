import Foundation
import ModelContext
import SlotStore
import Synchronization
import Tensors
import Testing

struct VerifyTests {
  /// A slot of three tensors, the last of which is larger than a chunk of digests.
  private func large() throws -> TemporaryStore {
    let temporary = try TemporaryStore()
    let layout = try WeightLayout([
      TensorInfo(name: "embed", dtype: .float32, shape: [10, 100]),
      TensorInfo(name: "norm", dtype: .float32, shape: [10]),
      TensorInfo(name: "head", dtype: .float32, shape: [5_000_000]),
    ])
    let weights = Weights(layout: layout, bytes: ByteRegion([Float](repeating: 3, count: 5_001_010)))
    try temporary.store.saveContext(Context(weights: weights, config: [:], metadata: [:]), in: 1)
    return temporary
  }

  /// Changes one bit of the data at a byte.
  private func flip(_ temporary: TemporaryStore, at byte: Int) throws {
    try temporary.damage(1) { $0[$0.count - 20_004_040 + byte] ^= 1 }
  }

  @Test("changed bits are placed by tensor and bytes, by MD5 and by digests alike", arguments: [false, true])
  func places(quick: Bool) throws {
    let temporary = try large()
    #expect(try temporary.store.verify(1, quick: quick).ok)
    try flip(temporary, at: 4010)
    let first = try temporary.store.verify(1, quick: quick)
    #expect(first.damage == .changed(places: [4000..<4040], tensors: ["norm"]))
    #expect(first.error == "changed bits: tensor norm, bytes 4000 to 4039")
    try flip(temporary, at: 20_000_000)
    let both = try temporary.store.verify(1, quick: quick)
    #expect(
      both.damage == .changed(places: [4000..<4040, 16_777_216..<20_004_040], tensors: ["norm", "head"]))
    #expect(both.actual == nil || both.actual != both.expected)
    #expect(try temporary.store.summary(of: 1)?.integrity == .mismatch)
  }

  @Test("a file cut short is torn, not changed")
  func torn() throws {
    let temporary = try large()
    try temporary.damage(1) { $0.removeLast(64) }
    let result = try temporary.store.verify(1)
    guard case .torn = result.damage else {
      Issue.record("\(String(describing: result.damage))")
      return
    }
    #expect(result.error?.contains("cut short") == true)
  }

  @Test("what still is verified is skipped where that is wanted; a touched file is read again")
  func skips() throws {
    let temporary = try large()
    #expect(try temporary.store.verify(1, skippingVerified: true).method == .full)
    #expect(try temporary.store.verify(1, skippingVerified: true).method == .remembered)
    #expect(try temporary.store.verify(1).method == .full)
    try temporary.damage(1) { _ in }
    #expect(try temporary.store.verify(1, skippingVerified: true).method == .full)
  }

  @Test("another program's slot gets digests when it is verified, and they are quick and right from then on")
  func foreign() throws {
    let temporary = try TemporaryStore()
    try ForeignProgram.write(5, slot: 1, in: temporary.directory)
    #expect(try temporary.store.verify(1, quick: true).method == .full)
    #expect(try temporary.store.verify(1, quick: true).method == .quick)
    let path = temporary.path("slots/00000001.npy")
    var data = try Data(contentsOf: URL(fileURLWithPath: path))
    data[data.count - 1] ^= 1
    try data.write(to: URL(fileURLWithPath: path))
    #expect(try temporary.store.verify(1, quick: true).damage == .changed(places: [0..<80], tensors: [""]))
  }

  @Test("a restored revision brings its digests with it")
  func restored() throws {
    let temporary = try large()
    try temporary.store.saveContext(.sample(2), in: 1)
    try temporary.store.restoreContext(1)
    #expect(try temporary.store.verify(1, quick: true).method == .quick)
  }

  @Test("many slots are verified at once, reported in order and noted")
  func many() throws {
    let temporary = try TemporaryStore()
    for slot in 0..<40 { try temporary.store.saveContext(.sample(Double(slot)), in: slot) }
    try temporary.damage(7) { $0[$0.count - 1] ^= 1 }
    var seen: [Verification] = []
    let progress = WorkProgress()
    try temporary.store.verify(Array(0..<40), progress: progress) { seen.append($0) }
    #expect(seen.map(\.slotID) == Array(0..<40))
    #expect(seen.filter { !$0.ok }.map(\.slotID) == [7])
    #expect(progress.completed == progress.total)
    let states = try temporary.another().listSlots(order: .id).map(\.integrity)
    #expect(states.enumerated().allSatisfy { $0.element == ($0.offset == 7 ? .mismatch : .verified) })
  }

  @Test("a slot that is deleted meanwhile is left out")
  func deleted() throws {
    let temporary = try TemporaryStore()
    for slot in 0..<3 { try temporary.store.saveContext(.sample(Double(slot)), in: slot) }
    try temporary.store.deleteContext(1)
    var seen: [Int] = []
    try temporary.store.verify([0, 1, 2]) { seen.append($0.slotID) }
    #expect(seen == [0, 2])
  }

  @Test("cancelling ends it, and what was found until then is noted")
  func cancelled() throws {
    let temporary = try TemporaryStore()
    for slot in 0..<4 { try temporary.store.saveContext(.sample(Double(slot)), in: slot) }
    let progress = WorkProgress()
    #expect(throws: CancellationError.self) {
      try temporary.store.verify([0, 1, 2, 3, 3, 3], progress: progress) { _ in progress.cancel() }
      try progress.checkCancellation()
    }
    #expect(try temporary.another().summary(of: 0)?.integrity == .verified)
  }
}
