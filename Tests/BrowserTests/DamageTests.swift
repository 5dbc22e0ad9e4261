import Canvas
import Foundation
import ModelContext
import SlotStore
import Synchronization
import Testing

@testable import Browser

@Suite("How many slots are damaged")
struct DamageTests {
  private func header(_ count: DamageCount, width: Int = 140, glyphs: Glyphs = .unicode) -> Substring? {
    var shell = FakeShell(width: width, height: 24, glyphs: glyphs)
    shell.send(.damage(count))
    return shell.picture.split(separator: "\n").first
  }

  @Test("the header says how many, and while they are counted that they are")
  func words() throws {
    #expect(try #require(header(DamageCount(count: 1234))).hasSuffix("· 3.4 GB · 1,234 damaged"))
    #expect(
      try #require(header(DamageCount(count: 1234, isCounting: true))).hasSuffix("· 1,234 damaged, counting"))
    #expect(try #require(header(DamageCount(count: 0, isCounting: true))).hasSuffix("· looking for damage"))
    #expect(try #require(header(DamageCount(count: 0))).hasSuffix("· 3.4 GB"))
    #expect(
      try #require(header(DamageCount(count: 0, isCounting: true), width: 60)).hasSuffix("· 3.4 GB · ✗ …"))
    #expect(try #require(header(DamageCount(count: 0), width: 60)).hasSuffix("· 3.4 GB"))
    #expect(try #require(header(DamageCount(count: 12), width: 60)).hasSuffix("✗ 12"))
    #expect(try #require(header(DamageCount(count: 12, isCounting: true), width: 60)).hasSuffix("✗ 12…"))
  }

  /// What a counter told, in order.
  private final class Told: Sendable {
    private let counts = Mutex<[DamageCount]>([])

    func add(_ count: DamageCount) { counts.withLock { $0.append(count) } }

    /// Waits for a count that is complete and wanted.
    func wait(for count: Int) async throws {
      for _ in 0..<2000 {
        if counts.withLock({ $0.last == DamageCount(count: count) }) { return }
        try await Task.sleep(for: .milliseconds(10))
      }
      Issue.record("never \(count), but \(counts.withLock { $0 })")
    }
  }

  @Test("they are counted when the store has changed, and not before")
  func counter() async throws {
    let folder = NSTemporaryDirectory() + "damage-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let store = try PersistentStore(at: folder, options: StoreOptions(access: .create))
    for slot in 0..<3 {
      let weights = Weights([Double](repeating: Double(slot), count: 10))
      try store.saveContext(Context(weights: weights, config: [:], metadata: [:]), in: slot)
    }
    let told = Told()
    let counter = DamageCounter(store: store, isInTheWay: { false }, tell: { told.add($0) })
    counter.storeChanged()
    try await told.wait(for: 0)
    let revisions = folder + "/revisions/"
    let names = try FileManager.default.contentsOfDirectory(atPath: revisions)
    for (number, name) in names.sorted().prefix(2).enumerated() {
      unlink(revisions + name)
      counter.storeChanged()
      try await told.wait(for: number + 1)
    }
    try store.deleteContext(0)
    counter.storeChanged()
    try await told.wait(for: 1)
    counter.stop()
  }
}
