import Foundation
import ModelContext
import SlotStore
import Testing

struct LoadingTests {
  @Test("a slot that isn't there is named")
  func noSlot() throws {
    let temporary = try TemporaryStore()
    #expect { try temporary.store.loadContext(3) } throws: { "\($0)".hasPrefix("slot 3:") }
    #expect(throws: StoreError.self) { try temporary.store.deleteContext(3) }
    // The failed delete holds no lock and no transaction.
    try temporary.another().saveContext(.sample(1), in: 3)
    #expect(try temporary.store.exists(3))
  }

  @Test("a flipped bit is found by verify and by a verifying load, and shown from then on")
  func flippedBit() throws {
    let temporary = try TemporaryStore()
    try temporary.store.saveContext(.sample(1), in: 1)
    try temporary.damage(1) { $0[$0.count - 1] ^= 1 }
    #expect(throws: StoreError.self) { try temporary.store.loadContext(1, verifying: true) }
    let result = try temporary.store.verify(1)
    #expect(!result.ok)
    #expect(result.error == "changed bits: bytes 0 to 79")
    #expect(result.actual != result.expected)
    #expect(try temporary.store.summary(of: 1)?.integrity == .mismatch)
  }

  @Test("a missing file is missing, not empty weights")
  func missing() throws {
    let temporary = try TemporaryStore()
    try temporary.store.saveContext(.sample(1), in: 1)
    try FileManager.default.removeItem(atPath: temporary.weightFile(1))
    #expect { try temporary.another().loadContext(1) } throws: { error in
      if case StoreError.missingWeights = error { true } else { false }
    }
    #expect(try temporary.store.summary(of: 1)?.integrity == .missing)
    #expect(try temporary.store.verify(1).error?.contains("missing") == true)
  }

  @Test("a truncated file and one of another shape are refused", arguments: [true, false])
  func wrongFile(truncated: Bool) throws {
    let temporary = try TemporaryStore()
    try temporary.store.saveContext(.sample(1, count: 10), in: 1)
    try temporary.store.saveContext(.sample(1, count: 12), in: 2)
    if truncated {
      try temporary.damage(1) { $0.removeLast(8) }
    } else {
      let other = try Data(contentsOf: URL(fileURLWithPath: temporary.weightFile(2)))
      try temporary.damage(1) { $0 = other }
    }
    #expect { try temporary.another().loadContext(1) } throws: { error in
      if case StoreError.badWeights = error { true } else { false }
    }
    #expect(try !temporary.store.verify(1).ok)
  }

  @Test("a cached context goes stale with another's save and delete at once")
  func staleCache() throws {
    let temporary = try TemporaryStore()
    try temporary.store.saveContext(.sample(1), in: 1)
    #expect(try temporary.store.loadContext(1).first == 1)
    let other = try temporary.another()
    try other.saveContext(.sample(2), in: 1)
    #expect(try temporary.store.loadContext(1).first == 2)
    try other.saveContext(.sample(5), in: 2)
    #expect(try temporary.store.loadContext(1).first == 2)
    try other.deleteContext(1)
    #expect(throws: StoreError.self) { try temporary.store.loadContext(1) }
  }

  @Test("a second load is served from the cache: the same memory")
  func cached() throws {
    let temporary = try TemporaryStore()
    try temporary.store.saveContext(.sample(1), in: 1)
    let first = try temporary.store.loadContext(1)
    let second = try temporary.store.loadContext(1)
    #expect(first.weights.bytes === second.weights.bytes)
  }

  @Test("a mapped context outlives its slot")
  func outlives() throws {
    let temporary = try TemporaryStore()
    try temporary.store.saveContext(.sample(7), in: 1)
    let context = try temporary.another().loadContext(1)
    for number in 1...3 { try temporary.store.saveContext(.sample(Double(number)), in: 1) }
    #expect(context.first == 7)
  }

  @Test("readers racing writers never see two versions mixed")
  func raceFreeReads() throws {
    let temporary = try TemporaryStore()
    try temporary.store.saveContext(.sample(0, count: 5000), in: 1)
    let reader = try temporary.another()
    DispatchQueue.concurrentPerform(iterations: 2) { side in
      for number in 1...40 {
        if side == 0 {
          _ = try? temporary.store.saveContext(.sample(Double(number), count: 5000), in: 1)
        } else if let context = try? reader.loadContext(1) {
          let values = context.weights.tensors[0].values(as: Double.self) ?? []
          #expect(Set(values).count == 1)
          #expect(context.metadata["name"] == "sample \(Int(values[0]))")
        } else {
          Issue.record("a reader failed")
        }
      }
    }
  }
}
