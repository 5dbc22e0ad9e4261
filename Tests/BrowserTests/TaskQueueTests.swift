import Dispatch
import Synchronization
import Testing

@testable import Browser

@Suite("The queue of tasks")
struct TaskQueueTests {
  /// So long a test waits for what must come.
  private let patience = DispatchTimeInterval.seconds(60)

  private func comes(_ event: DispatchSemaphore) -> Bool {
    event.wait(timeout: .now() + patience) == .success
  }

  @Test("a survey waits for no other task, however many there are")
  func atOnce() {
    let gate = DispatchSemaphore(value: 0)
    let asked = DispatchSemaphore(value: 0)
    let queue = TaskQueue(
      changed: { _ in },
      carryOut: { request, _ in
        if request.isSurvey { asked.signal() } else { gate.wait() }
        return TaskEnd(.done)
      })
    for id in 1...5 { queue.run(id, .check) }
    queue.run(6, .survey(.garbage))
    #expect(comes(asked))
    for _ in 1...5 { gate.signal() }
  }

  @Test("what is asked again cancels the first; nothing is left of a survey whose end has been told")
  func replaced() {
    let ended = DispatchSemaphore(value: 0)
    let told = Mutex(Set<JobTask.ID>())
    let queue = TaskQueue(
      changed: { tasks in
        for task in tasks where !task.isActive {
          // An end may be told more than once.
          if told.withLock({ $0.insert(task.id).inserted }) { ended.signal() }
        }
      },
      carryOut: { _, progress in
        // The first comes to no end of its own.
        while !progress.work.isCancelled {}
        return TaskEnd(.cancelled)
      })
    queue.run(1, .survey(.garbage))
    queue.run(2, .survey(.clear), replacing: 1)
    #expect(comes(ended))
    queue.cancel(2)
    #expect(comes(ended))
    #expect(told.withLock { $0 } == [1, 2])
    let end = DispatchTime.now() + patience
    while !queue.tasks.isEmpty, .now() < end {}
    #expect(queue.tasks.isEmpty)
  }
}
