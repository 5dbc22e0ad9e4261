import Synchronization

/// How far a long piece of work has come, and the way to stop it.
///
/// One is shared between the worker, which adds to it and checks it between chunks, and whoever watches.
public final class WorkProgress: Sendable {
  private let done = Atomic<Int>(0)
  private let expected = Atomic<Int>(0)
  private let stopped = Atomic<Bool>(false)

  public init() {}

  /// Bytes done so far.
  public var completed: Int { done.load(ordering: .relaxed) }
  /// Bytes to do in all; 0 while that is not known.
  public var total: Int { expected.load(ordering: .relaxed) }
  /// Between 0 and 1; 0 while the total is not known.
  public var fraction: Double {
    let total = total
    return total > 0 ? min(1, Double(completed) / Double(total)) : 0
  }
  public var isCancelled: Bool { stopped.load(ordering: .relaxed) }

  public func begin(total: Int) {
    done.store(0, ordering: .relaxed)
    expected.store(total, ordering: .relaxed)
  }

  public func advance(by bytes: Int) { done.wrappingAdd(bytes, ordering: .relaxed) }

  /// Asks the worker to stop at its next check.
  public func cancel() { stopped.store(true, ordering: .relaxed) }

  /// - Throws: `CancellationError` once `cancel` has been called.
  public func checkCancellation() throws {
    if isCancelled { throw CancellationError() }
  }
}
