import Foundation
import Synchronization
import Tensors

/// How far a task is, told by the thread that carries it out.
final class TaskProgress: Sendable {
  /// Bytes, slots or entries, as the request counts.
  let work = WorkProgress()
  private let slots = Atomic<Int>(0)
  private let slotsDone = Atomic<Int>(0)

  func begin(slots count: Int) { slots.store(count, ordering: .relaxed) }
  func finishedSlot() { slotsDone.wrappingAdd(1, ordering: .relaxed) }

  fileprivate func tell(_ task: inout JobTask) {
    task.completed = work.completed
    task.total = work.total
    task.slotsDone = slotsDone.load(ordering: .relaxed)
    task.slotCount = max(task.slotCount, slots.load(ordering: .relaxed))
  }
}

/// Carries out tasks on threads of their own, several at once; those that change the store one after the other. Safe
/// from any thread; nothing here waits.
final class TaskQueue: Sendable {
  private struct Entry {
    var task: JobTask
    let progress = TaskProgress()

    var isRunning: Bool { if case .running = task.state { true } else { false } }
    var isQueued: Bool { if case .queued = task.state { true } else { false } }
    var isActive: Bool { isRunning || isQueued }
  }

  private struct State {
    var entries: [Entry] = []
    var ticker: (any DispatchSourceTimer)?
    var idle: [CheckedContinuation<Void, Never>] = []
  }

  /// At once.
  private static let parallel = 4
  /// Ended ones that are kept.
  private static let kept = 100

  private let carryOut: @Sendable (TaskRequest, TaskProgress) -> TaskEnd
  private let changed: @Sendable ([JobTask]) -> Void
  private let state = Mutex(State())
  /// Who tells of the tasks: one after the other, so that what is told last is how they stand.
  private let telling = Mutex(())

  /// - Parameters:
  ///   - changed: told of all tasks when anything has changed, from any thread, ten times a second while some run.
  ///   - carryOut: may wait.
  init(
    changed: @escaping @Sendable ([JobTask]) -> Void,
    carryOut: @escaping @Sendable (TaskRequest, TaskProgress) -> TaskEnd
  ) {
    self.carryOut = carryOut
    self.changed = changed
  }

  /// All tasks, oldest first.
  var tasks: [JobTask] {
    state.withLock { state in
      state.entries.map { entry in
        var task = entry.task
        entry.progress.tell(&task)
        return task
      }
    }
  }

  /// - Parameter old: a task whose place it takes; where it has not ended, it is cancelled.
  func run(_ id: JobTask.ID, _ request: TaskRequest, replacing old: JobTask.ID? = nil) {
    if let old { cancel(old) }
    state.withLock { state in
      if let old { state.entries.removeAll { $0.task.id == old && !$0.isActive } }
      state.entries.append(Entry(task: JobTask(id: id, request: request)))
    }
    startWaiting()
    tell()
  }

  func cancel(_ id: JobTask.ID) {
    state.withLock { state in
      guard let index = state.entries.firstIndex(where: { $0.task.id == id }) else { return }
      state.entries[index].progress.work.cancel()
      if state.entries[index].isQueued { state.entries[index].task.state = .ended(TaskEnd(.cancelled)) }
    }
    tell()
  }

  func cancelAll() {
    for task in tasks where task.isActive { cancel(task.id) }
  }

  private func tell() { telling.withLock { _ in changed(tasks) } }

  /// Stops everything, and waits until it has.
  func stop() async {
    cancelAll()
    await withCheckedContinuation { continuation in
      let isIdle = state.withLock { state in
        if !state.entries.contains(where: \.isActive) { return true }
        state.idle.append(continuation)
        return false
      }
      if isIdle { continuation.resume() }
    }
  }

  private func startWaiting() {
    while let (id, request, progress) = next() {
      let thread = Thread { [self] in
        finish(id, carryOut(request, progress))
      }
      thread.name = "slotscope.task"
      thread.stackSize = 1 << 20
      thread.start()
    }
  }

  private func next() -> (JobTask.ID, TaskRequest, TaskProgress)? {
    state.withLock { state in
      let running = state.entries.filter { $0.isRunning && !$0.task.request.isSurvey }
      let isFull = running.count >= Self.parallel
      let isChanging = running.contains { $0.task.request.changesStore }
      let index = state.entries.firstIndex { entry in
        let request = entry.task.request
        return entry.isQueued && (request.isSurvey || !isFull && !(isChanging && request.changesStore))
      }
      guard let index else { return nil }
      state.entries[index].task.state = .running
      state.entries[index].task.started = Date()
      if state.ticker == nil { state.ticker = makeTicker() }
      let entry = state.entries[index]
      return (entry.task.id, entry.task.request, entry.progress)
    }
  }

  private func finish(_ id: JobTask.ID, _ end: TaskEnd) {
    let waiting = state.withLock { state in
      if let index = state.entries.firstIndex(where: { $0.task.id == id }) {
        state.entries[index].task.ended = Date()
        state.entries[index].task.state = .ended(end)
      }
      while state.entries.count(where: { !$0.isActive }) > Self.kept,
        let oldest = state.entries.firstIndex(where: { !$0.isActive })
      {
        state.entries.remove(at: oldest)
      }
      if !state.entries.contains(where: \.isRunning) {
        state.ticker?.cancel()
        state.ticker = nil
      }
      if state.entries.contains(where: \.isActive) { return [CheckedContinuation<Void, Never>]() }
      defer { state.idle = [] }
      return state.idle
    }
    startWaiting()
    tell()
    // Who asked has been told.
    state.withLock { $0.entries.removeAll { $0.task.id == id && $0.task.request.isSurvey } }
    for continuation in waiting { continuation.resume() }
  }

  private func makeTicker() -> any DispatchSourceTimer {
    let timer = DispatchSource.makeTimerSource(queue: .global(qos: .utility))
    timer.schedule(deadline: .now() + .milliseconds(50), repeating: .milliseconds(100))
    timer.setEventHandler { [weak self] in
      BackgroundThreads.giveWay()
      self?.tell()
    }
    timer.resume()
    return timer
  }
}
