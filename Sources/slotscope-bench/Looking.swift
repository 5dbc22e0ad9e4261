import ArgumentParser
import Inspection
import SlotStore
import Statistics

/// What a look at the values of a slot costs.
struct StatisticsOnce: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "statistics", abstract: "Summary and histogram over every value of a slot.")
  @Argument var store: String
  @Argument var slot: Int
  @Argument var bins: Int
  @Argument var count: Int

  func run() throws {
    let pass = try StatisticsPass(store, slot)
    _ = try pass.statistics(bins: bins, range: .all)
    try measure(count) { _ = try pass.statistics(bins: bins, range: .all) }
  }
}

struct QuantilesOnce: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quantiles", abstract: "The seven quantiles of every value of a slot.")
  @Argument var store: String
  @Argument var slot: Int
  @Argument var count: Int

  func run() throws {
    let pass = try StatisticsPass(store, slot)
    _ = try pass.quantiles()
    try measure(count) { _ = try pass.quantiles() }
  }
}

struct Profiles: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "The profiles of all tensors of a slot, made; then as a later process finds them kept.")
  @Argument var store: String
  @Argument var slot: Int
  @Argument var count: Int
  @Flag(help: "Made anew each time; nothing is kept.") var made = false

  func run() throws {
    if !made {
      let store = try PersistentStore(at: store, options: StoreOptions(access: .write))
      try Inspector(store: store).profiles(of: slot) { _, _ in }
    }
    let store = try PersistentStore(at: store, options: StoreOptions(access: .read))
    try measure(count) { try Inspector(store: store).profiles(of: slot) { _, _ in } }
  }
}

extension StatisticsPass {
  /// Over every value of a slot.
  fileprivate init(_ store: String, _ slot: Int) throws {
    let store = try PersistentStore(at: store, options: StoreOptions(access: .read))
    let opened = try store.openWeights(slot)
    let segments = opened.layout.tensors.map {
      TensorSegment(dtype: $0.info.dtype, byteOffset: $0.offset, elementCount: $0.info.elementCount)
    }
    self.init(segments: segments, source: opened.data)
  }
}
