import Synchronization

/// Hands out chunk numbers to threads, until all are taken or something failed.
final class ChunkQueue: Sendable {
  private let count: Int
  private let next = Atomic<Int>(0)
  private let failure = Mutex<(any Error)?>(nil)
  private let hasFailed = Atomic<Bool>(false)

  init(count: Int) {
    self.count = count
  }

  func take() -> Int? {
    if hasFailed.load(ordering: .relaxed) { return nil }
    let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
    return index < count ? index : nil
  }

  /// The first failure is the one that is reported.
  func fail(_ error: any Error) {
    failure.withLock { $0 = $0 ?? error }
    hasFailed.store(true, ordering: .relaxed)
  }

  func throwFailure() throws {
    if let error = failure.withLock({ $0 }) { throw error }
  }
}
