import Foundation
import Interchange
import ModelContext
import SlotStore
import Synchronization
import Tensors

/// Builds, rebuilds and imports in the background, several at once. Safe from any thread; nothing here waits.
public final class BuildQueue: Sendable {
  fileprivate struct Entry {
    var build: Build
    let request: BuildRequest
    let progress = WorkProgress()
  }

  fileprivate struct State {
    var entries: [Entry] = []
    var running = 0
    var lastID = 0
    /// Slots given to builds that have not been saved yet.
    var reserved: Set<Int> = []
    var watchers: [Int: AsyncStream<Void>.Continuation] = [:]
    var ticker: (any DispatchSourceTimer)?
  }

  private let store: PersistentStore
  private let reader: any ModelFileReader
  private let parallel: Int
  private let state = Mutex(State())

  /// - Parameter parallel: how many builds run at once.
  public init(
    store: PersistentStore, reader: any ModelFileReader = ModelFiles(),
    parallel: Int = ProcessInfo.processInfo.activeProcessorCount
  ) {
    self.store = store
    self.reader = reader
    self.parallel = max(1, parallel)
  }

  /// All builds of this queue, oldest first.
  public var builds: [Build] {
    state.withLock { state in
      state.entries.map { entry in
        var build = entry.build
        build.completedBytes = entry.progress.completed
        build.totalBytes = entry.progress.total
        return build
      }
    }
  }

  public var isIdle: Bool { state.withLock { !$0.entries.contains { $0.build.state.isActive } } }

  /// Fires when anything has changed, at most 20 times a second while builds run, never while none does.
  public func changes() -> AsyncStream<Void> {
    AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
      let id = state.withLock { state in
        state.lastID += 1
        state.watchers[state.lastID] = continuation
        return state.lastID
      }
      continuation.onTermination = { [weak self] _ in
        self?.state.withLock { _ = $0.watchers.removeValue(forKey: id) }
      }
    }
  }

  /// Puts a request at the end of the queue.
  ///
  /// - Throws: what reading the store's index for a free slot throws.
  @discardableResult
  public func submit(_ request: BuildRequest) throws -> Build.ID { try submit([request])[0] }

  /// Puts requests at the end of the queue, as one group.
  ///
  /// - Throws: what reading the store's index for a free slot throws; then none is in the queue.
  @discardableResult
  public func submit(_ requests: [BuildRequest]) throws -> [Build.ID] { try enter(requests) }

  /// Asks again for what failed or was cancelled; the new build takes the place of the old one.
  ///
  /// - Returns: nil where there is no such build, or it has not failed.
  /// - Throws: what `submit` throws.
  @discardableResult
  public func retry(_ id: Build.ID) throws -> Build.ID? {
    let request = state.withLock { state in
      state.entries.first { $0.build.id == id && $0.build.state.canBeRetried }?.request
    }
    return try request.flatMap { try enter([$0], replacing: id).first }
  }

  private func enter(_ requests: [BuildRequest], replacing old: Build.ID? = nil) throws -> [Build.ID] {
    let nextFree = try store.nextFreeSlot()
    let described = requests.map { ($0, modelType: $0.modelType(in: store), name: $0.name(in: store)) }
    let ids = state.withLock { state in
      if let old { state.entries.removeAll { $0.build.id == old && $0.build.state.canBeRetried } }
      let first = state.lastID + 1
      return described.map { request, modelType, name in
        state.lastID += 1
        var slot = request.slotID
        if slot == nil, request.action == .build { slot = max(nextFree, (state.reserved.max() ?? -1) + 1) }
        if let slot { state.reserved.insert(slot) }
        let build = Build(
          id: state.lastID, group: first, action: request.action, slotID: slot, modelType: modelType,
          name: name, state: .queued)
        state.entries.append(Entry(build: build, request: request))
        return state.lastID
      }
    }
    startWaiting()
    notify()
    return ids
  }

  /// Ends a build within 100 ms, leaving nothing behind. One that has been committed stays.
  public func cancel(_ id: Build.ID) {
    state.withLock { state in
      guard let index = state.entries.firstIndex(where: { $0.build.id == id }) else { return }
      state.entries[index].progress.cancel()
      if case .queued = state.entries[index].build.state {
        state.entries[index].build.state = .cancelled
        state.release(state.entries[index].build)
      }
    }
    notify()
  }

  public func cancelAll() {
    for build in builds where build.state.isActive { cancel(build.id) }
  }

  /// Waits until nothing is queued or running. For threads that may wait.
  public func waitUntilIdle() async {
    let changes = changes()
    if isIdle { return }
    for await _ in changes where isIdle { return }
  }

  // MARK: running

  private func startWaiting() {
    while let (id, job) = nextJob() {
      let thread = Thread { [self] in
        var job = job
        let outcome = Result { try job.run() }
        finish(id, outcome)
      }
      thread.name = "slotscope.build"
      thread.stackSize = 1 << 20
      thread.start()
    }
  }

  /// Two builds of one slot never run at the same time: they would race for which is the later one.
  private func nextJob() -> (Build.ID, BuildJob)? {
    state.withLock { state in
      guard state.running < parallel else { return nil }
      let busy = Set(
        state.entries.compactMap { entry -> Int? in
          if case .running = entry.build.state { return entry.build.slotID }
          return nil
        })
      let index = state.entries.firstIndex { entry in
        guard case .queued = entry.build.state else { return false }
        return entry.build.slotID.map { !busy.contains($0) } ?? true
      }
      guard let index else { return nil }
      state.running += 1
      state.entries[index].build.state = .running
      state.entries[index].build.started = Date()
      if state.ticker == nil { state.ticker = makeTicker() }
      let entry = state.entries[index]
      return (
        entry.build.id,
        BuildJob(
          store: store, reader: reader, request: entry.request, slotID: entry.build.slotID,
          progress: entry.progress)
      )
    }
  }

  private func finish(_ id: Build.ID, _ outcome: Result<BuildOutcome, any Error>) {
    state.withLock { state in
      state.running -= 1
      guard let index = state.entries.firstIndex(where: { $0.build.id == id }) else { return }
      state.entries[index].build.ended = Date()
      switch outcome {
      case .success(let outcome):
        state.entries[index].build.state = .finished(outcome)
        state.entries[index].build.slotID = outcome.slotID
      case .failure(is CancellationError): state.entries[index].build.state = .cancelled
      case .failure(let error): state.entries[index].build.state = .failed(String(describing: error))
      }
      state.release(state.entries[index].build)
      state.trim()
      if state.running == 0 {
        state.ticker?.cancel()
        state.ticker = nil
      }
    }
    startWaiting()
    notify()
  }

  private func makeTicker() -> any DispatchSourceTimer {
    let timer = DispatchSource.makeTimerSource(queue: .global(qos: .utility))
    timer.schedule(deadline: .now() + .milliseconds(50), repeating: .milliseconds(50))
    timer.setEventHandler { [weak self] in self?.notify() }
    timer.resume()
    return timer
  }

  private func notify() {
    for watcher in state.withLock({ Array($0.watchers.values) }) { watcher.yield() }
  }
}

extension BuildQueue.State {
  fileprivate mutating func release(_ build: Build) {
    if let slot = build.slotID { reserved.remove(slot) }
  }

  /// Keeps the last hundred that ended.
  fileprivate mutating func trim() {
    let ended = entries.count { !$0.build.state.isActive }
    for _ in 0..<max(0, ended - 100) {
      if let index = entries.firstIndex(where: { !$0.build.state.isActive }) { entries.remove(at: index) }
    }
  }
}

extension BuildRequest {
  var action: Build.Action {
    switch self {
    case .build: .build
    case .rebuild: .rebuild
    case .importFile: .import
    }
  }

  var slotID: Int? {
    switch self {
    case .build(let order): order.slotID
    case .rebuild(let slot, _, _): slot
    case .importFile(_, let slot, _, _): slot
    }
  }

  func modelType(in store: PersistentStore) -> String {
    switch self {
    case .build(let order): order.nodeType.rawValue
    case .rebuild(let slot, _, _): (try? store.summary(of: slot))?.modelType ?? ""
    case .importFile(_, _, let modelType, _): modelType ?? ""
    }
  }

  func name(in store: PersistentStore) -> String {
    switch self {
    case .build(let order):
      order.settings.name ?? order.settings.modelPath.map(Self.fileName) ?? order.settings.preset
    case .rebuild(let slot, _, _): (try? store.summary(of: slot))?.name ?? ""
    case .importFile(let path, _, _, let name): name ?? Self.fileName(path)
    }
  }

  private static func fileName(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }
}
