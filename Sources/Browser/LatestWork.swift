import Dispatch
import Synchronization
import Tensors

/// A thread's worth of work of one kind, of which only the newest is wanted: a new piece cancels the one before it,
/// and what had not begun never does.
final class LatestWork: Sendable {
  private let queue: DispatchQueue
  private let current = Mutex<WorkProgress?>(nil)
  private let running = Atomic<Bool>(false)

  /// Whether somebody waits for an answer.
  var isRunning: Bool { running.load(ordering: .relaxed) }

  init(_ label: String) {
    queue = DispatchQueue(label: "slotscope.browser.\(label)", qos: .userInitiated)
  }

  /// - Parameter body: runs on a thread that may wait; it is told through the progress when nobody wants it any more.
  @discardableResult
  func run(_ body: @escaping @Sendable (WorkProgress) -> Void) -> WorkProgress {
    let progress = WorkProgress()
    replaceCurrent(by: progress)
    queue.async { [self] in
      if progress.isCancelled { return }
      BackgroundThreads.lowerThisOne()
      running.store(true, ordering: .relaxed)
      body(progress)
      running.store(false, ordering: .relaxed)
    }
    return progress
  }

  func cancel() { replaceCurrent(by: nil) }

  private func replaceCurrent(by progress: WorkProgress?) {
    let old = current.withLock { current in
      defer { current = progress }
      return current
    }
    old?.cancel()
  }
}
