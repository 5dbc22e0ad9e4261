import ModelContext
import Synchronization

/// The contexts used last, bounded by count and by bytes of weights. Safe from any thread; never locked while
/// anything is read or written.
public final class ContextCache: Sendable {
  struct Entry {
    let context: Context
    /// Of the store's row; nil where someone else cached the context.
    let revision: RevisionStamp?
    /// The index's version at which the revision was seen to be current.
    var version: Int
  }

  fileprivate struct Node {
    var slot: Int
    var entry: Entry
    var newer: Int
    var older: Int
  }

  /// A list in an array: `nodes[0]` is its head and tail.
  fileprivate struct State {
    var nodes: [Node?] = [nil]
    var newest = 0
    var oldest = 0
    var free: [Int] = []
    var places: [Int: Int] = [:]
    var bytes = 0
  }

  /// How many contexts it holds at most.
  public let capacity: Int
  /// How many bytes of weights it holds at most.
  public let byteCapacity: Int
  private let state = Mutex(State())

  public init(count: Int, bytes: Int) {
    capacity = max(0, count)
    byteCapacity = max(0, bytes)
  }

  /// Keeps `context` for `id`; what was used longest ago goes where there is no room.
  public func cacheContext(_ context: Context, for id: Int) {
    insert(context, for: id, revision: nil, version: -1)
  }

  /// The context kept for `id`, which counts as used now.
  public func cachedContext(for id: Int) -> Context? { entry(for: id)?.context }

  public var count: Int { state.withLock { $0.places.count } }
  /// Bytes of weights held.
  public var byteCount: Int { state.withLock { $0.bytes } }

  public func remove(_ id: Int) { state.withLock { $0.remove(id) } }
  public func removeAll() { state.withLock { $0 = State() } }

  func entry(for id: Int) -> Entry? {
    state.withLock { state in
      guard let place = state.places[id] else { return nil }
      state.moveToFront(place)
      return state.nodes[place]?.entry
    }
  }

  func insert(_ context: Context, for id: Int, revision: RevisionStamp?, version: Int) {
    let bytes = context.weights.byteCount
    if capacity == 0 || bytes > byteCapacity { return remove(id) }
    state.withLock { state in
      state.remove(id)
      while state.places.count >= capacity || state.bytes + bytes > byteCapacity { state.removeOldest() }
      state.append(id, Entry(context: context, revision: revision, version: version))
    }
  }

  /// Notes that the index still holds the entry's revision at `version`.
  func confirm(_ id: Int, revision: RevisionStamp, version: Int) {
    state.withLock { state in
      guard let place = state.places[id], state.nodes[place]?.entry.revision == revision else { return }
      state.nodes[place]?.entry.version = version
    }
  }
}

extension ContextCache.State {
  fileprivate mutating func append(_ id: Int, _ entry: ContextCache.Entry) {
    let node = ContextCache.Node(slot: id, entry: entry, newer: 0, older: 0)
    let place: Int
    if let reused = free.popLast() {
      place = reused
      nodes[place] = node
    } else {
      place = nodes.count
      nodes.append(node)
    }
    places[id] = place
    bytes += entry.context.weights.byteCount
    link(place)
  }

  fileprivate mutating func remove(_ id: Int) {
    guard let place = places.removeValue(forKey: id), let node = nodes[place] else { return }
    unlink(place)
    bytes -= node.entry.context.weights.byteCount
    nodes[place] = nil
    free.append(place)
  }

  fileprivate mutating func removeOldest() {
    if let node = nodes[oldest] { remove(node.slot) }
  }

  fileprivate mutating func moveToFront(_ place: Int) {
    if newest == place { return }
    unlink(place)
    link(place)
  }

  private mutating func link(_ place: Int) {
    nodes[place]?.newer = 0
    nodes[place]?.older = newest
    if newest != 0 { nodes[newest]?.newer = place } else { oldest = place }
    newest = place
  }

  private mutating func unlink(_ place: Int) {
    guard let (newer, older) = nodes[place].map({ ($0.newer, $0.older) }) else { return }
    if newer != 0 { nodes[newer]?.older = older } else { newest = older }
    if older != 0 { nodes[older]?.newer = newer } else { oldest = newer }
  }
}
