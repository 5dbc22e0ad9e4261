import ArgumentParser
import ModelContext
import SlotStore
import StrictJSON
import Tensors

struct Read: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Loads slots and checks every value, while others write.",
    discussion: """
      Prints one line of JSON at the end: how many loads there were, how many met an empty slot, how many gave weights
      that don't belong together or to their row, how many failed, and what the first of those said.
      """)

  @Argument var store: String
  @Option var slots = 16
  @Option var seconds: Double
  @Option var seed: UInt64 = 1

  func run() throws {
    var readings = Readings(
      cached: try PersistentStore(at: store, options: StoreOptions(access: .read)),
      uncached: try PersistentStore(at: store, options: StoreOptions(access: .read, cacheCount: 0)))
    var generator = SeededGenerator(seed: seed)
    let start = ContinuousClock.now
    while start.duration(to: .now) < .seconds(seconds) {
      readings.take(Int.random(in: 0..<slots, using: &generator))
    }
    Report().say(readings.json.text())
  }
}

/// What came of loading slots again and again.
struct Readings {
  let cached: PersistentStore
  /// Maps the file at each load.
  let uncached: PersistentStore
  private var loads = 0
  private var empty = 0
  private var mismatches = 0
  private var errors = 0
  private var firstFault = ""

  init(cached: PersistentStore, uncached: PersistentStore) {
    self.cached = cached
    self.uncached = uncached
  }

  /// Loads a slot in one of the three ways in turn.
  mutating func take(_ slot: Int) {
    do {
      switch (loads + empty) % 3 {
      case 0: note(StampedContext.fault(of: try cached.loadContext(slot), in: slot), slot)
      case 1: note(StampedContext.fault(of: try uncached.loadContext(slot), in: slot), slot)
      default: note(try faultOfChecksum(slot), slot)
      }
      loads += 1
    } catch StoreError.noSlot {
      empty += 1
    } catch {
      errors += 1
      if firstFault.isEmpty { firstFault = "slot \(slot): \(error)" }
    }
  }

  /// Hashes the mapped bytes: the row that came with them must say the same.
  private func faultOfChecksum(_ slot: Int) throws -> String? {
    let opened = try uncached.openWeights(slot)
    let count = opened.data.byteCount
    let bytes = try ByteRegion.mapping(opened.file, from: opened.file.stamp.size - count, byteCount: count)
    let actual = try Checksum.md5(of: bytes)
    if actual == opened.row.checksum { return nil }
    return "MD5 \(actual), the row says \(opened.row.checksum ?? "none")"
  }

  private mutating func note(_ fault: String?, _ slot: Int) {
    guard let fault else { return }
    mismatches += 1
    if firstFault.isEmpty { firstFault = "slot \(slot): \(fault)" }
  }

  var json: JSONValue {
    .object([
      JSONMember(name: "loads", value: .number(String(loads))),
      JSONMember(name: "empty", value: .number(String(empty))),
      JSONMember(name: "mismatches", value: .number(String(mismatches))),
      JSONMember(name: "errors", value: .number(String(errors))),
      JSONMember(name: "first_fault", value: .string(firstFault)),
    ])
  }
}
