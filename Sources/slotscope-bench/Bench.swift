import ArgumentParser
import ModelContext
import SlotStore
import Statistics
import StrictJSON

/// What must be timed inside the process: each command prints `{"seconds": […]}`, one figure a repetition, on
/// standard output. `scripts/bench` runs it beside the alternatives.
@main
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "slotscope-bench", abstract: "Times single operations of the library.",
    subcommands: [
      Load.self, Hit.self, Metadata.self, ListPage.self, Generate.self, StatisticsOnce.self,
      QuantilesOnce.self, Profiles.self, HeatMapOnce.self, DifferenceOnce.self, Cache.self,
      Save.self, VerifyOnce.self, ReadOnce.self, States.self,
    ])
}

/// Runs `body` so many times and prints how long each took.
func measure(_ count: Int, _ body: () throws -> Void) throws {
  var seconds: [JSONValue] = []
  let clock = ContinuousClock()
  for _ in 0..<count {
    let elapsed = try clock.measure(body).components
    let value = Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18
    seconds.append(.number(value.description))
  }
  print(JSONValue.object([JSONMember(name: "seconds", value: .array(seconds))]).text())
}

struct Load: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Row and map of one slot, nothing cached.")
  @Argument var store: String
  @Argument var slot: Int
  @Argument var count: Int

  func run() throws {
    let store = try PersistentStore(at: store, options: StoreOptions(access: .read, cacheCount: 0))
    _ = try store.loadContext(slot)
    try measure(count) { _ = try store.loadContext(slot) }
  }
}

struct Hit: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "A load served from the cache, checked with the index.")
  @Argument var store: String
  @Argument var slot: Int
  @Argument var count: Int

  func run() throws {
    let store = try PersistentStore(at: store, options: StoreOptions(access: .read))
    _ = try store.loadContext(slot)
    try measure(count) { _ = try store.loadContext(slot) }
  }
}

struct Metadata: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Config and metadata of random slots below ROWS.")
  @Argument var store: String
  @Argument var rows: Int
  @Argument var count: Int

  func run() throws {
    let store = try PersistentStore(at: store, options: StoreOptions(access: .read))
    _ = try store.metadata(of: 0)
    var generator = SystemRandomNumberGenerator()
    try measure(count) { _ = try store.metadata(of: Int.random(in: 0..<rows, using: &generator)) }
  }
}

struct ListPage: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "A page of one model type, newest first; --middle from the middle by cursor.")
  @Argument var store: String
  @Argument var type: String
  @Argument var limit: Int
  @Argument var count: Int
  @Flag var middle = false

  func run() throws {
    let store = try PersistentStore(at: store, options: StoreOptions(access: .read))
    var after: SlotCursor?
    if middle {
      let half = try store.countSlots(modelType: type) / 2
      after = try store.listSlots(modelType: type, limit: 1, offset: half).first.map {
        SlotCursor($0, order: .updated)
      }
    }
    _ = try store.listSlots(modelType: type, limit: limit, after: after)
    try measure(count) { _ = try store.listSlots(modelType: type, limit: limit, after: after) }
  }
}

struct Generate: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "A context in memory.")
  @Argument var type: String
  @Argument var slot: Int
  @Argument var count: Int
  @Option var preset = Preset.reference

  func run() throws {
    guard let type = NodeType(type) else { throw ValidationError("llm or cnn") }
    let node = type.node(slotIndex: slot, settings: NodeSettings(preset: preset))
    _ = try node.buildContext()
    try measure(count) { _ = try node.buildContext() }
  }
}

struct Cache: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "A million gets of a cache of 64, per get.")
  @Argument var count: Int

  func run() throws {
    let cache = ContextCache(count: 64, bytes: 1 << 20)
    for slot in 0..<64 { cache.cacheContext(Context(weights: Weights([1.0])), for: slot) }
    var found = 0
    try measure(count) {
      for number in 0..<1_000_000 where cache.cachedContext(for: number & 63) != nil { found += 1 }
    }
    precondition(found == count * 1_000_000)
  }
}
