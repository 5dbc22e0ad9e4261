import Synchronization

/// How far a long piece of work has come, and the way to stop it.
///
/// One is shared between the worker, which adds to it and checks it between chunks, and whoever watches. What it counts
/// are bytes where weights are read or written, else things, as the worker says.
public final class WorkProgress: Sendable {
  private let done = Atomic<Int>(0)
  private let expected = Atomic<Int>(0)
  private let stopped = Atomic<Bool>(false)
  private let whole: WorkProgress?
  /// What this is of the whole, and how much of that the whole has heard of.
  private let share: Int
  private let told = Atomic<Int>(0)

  public init() {
    whole = nil
    share = 0
  }

  /// The progress of a part of some work, which is stopped when that is.
  ///
  /// - Parameter share: what the part is of the whole, in bytes; it is told of them as the part advances.
  public init(partOf whole: WorkProgress, share: Int) {
    self.whole = whole
    self.share = share
  }

  /// Done so far.
  public var completed: Int { done.load(ordering: .relaxed) }
  /// To do in all; 0 while that is not known.
  public var total: Int { expected.load(ordering: .relaxed) }
  /// Between 0 and 1; 0 while the total is not known.
  public var fraction: Double {
    let total = total
    return total > 0 ? min(1, Double(completed) / Double(total)) : 0
  }
  public var isCancelled: Bool { stopped.load(ordering: .relaxed) || whole?.isCancelled == true }

  public func begin(total: Int) {
    done.store(0, ordering: .relaxed)
    expected.store(total, ordering: .relaxed)
  }

  /// There is more to do than was thought.
  public func expect(more bytes: Int) { expected.wrappingAdd(bytes, ordering: .relaxed) }

  public func advance(by bytes: Int) {
    done.wrappingAdd(bytes, ordering: .relaxed)
    guard let whole else { return }
    let part = Int(Double(share) * fraction)
    let before = told.max(part, ordering: .relaxed).oldValue
    if part > before { whole.advance(by: part - before) }
  }

  /// Asks the worker to stop at its next check.
  public func cancel() { stopped.store(true, ordering: .relaxed) }

  /// - Throws: `CancellationError` once `cancel` has been called.
  public func checkCancellation() throws {
    if isCancelled { throw CancellationError() }
  }
}
