import CKernels
import Dispatch
import Tensors

extension StatisticsPass {
  /// At most so many threads look for quantiles: each needs counters of some megabytes.
  private static let selectionThreads = 16

  /// One pass over all chunks. Their summaries are merged in order, whichever thread made them.
  func tally(
    _ plan: ChunkPlan, _ work: PassWork, progress: WorkProgress?
  ) throws -> Tally {
    let makesSummary = work.makesSummary
    let summaries = ChunkSummaries(count: makesSummary ? plan.chunkCount : 1)
    let queue = ChunkQueue(count: plan.chunkCount)
    let most = work.step == nil ? threads : min(threads, Self.selectionThreads)
    let workers = (0..<max(1, min(most, plan.chunkCount))).map { _ in
      ChunkWorker(source: source, work: work)
    }
    let run = { @Sendable (number: Int) in
      do {
        try progress?.checkCancellation()
        while let index = queue.take() {
          let chunk = plan[index]
          try workers[number].work(on: chunk, summary: summaries.start + (makesSummary ? index : 0))
          progress?.advance(by: chunk.byteCount)
          try progress?.checkCancellation()
        }
      } catch {
        queue.fail(error)
      }
    }
    if workers.count == 1 {
      run(0)
    } else {
      DispatchQueue.concurrentPerform(iterations: workers.count, execute: run)
    }
    try queue.throwFailure()
    var tally = Tally(workers)
    for index in 0..<summaries.count { slotscope_summary_merge(&tally.summary, summaries.start + index) }
    return tally
  }
}

/// A summary for every chunk.
///
/// `@unchecked Sendable` is safe: every element is written by the one thread that took the chunk, and read
/// after all threads are done.
private final class ChunkSummaries: @unchecked Sendable {
  let count: Int
  let start: UnsafeMutablePointer<SlotscopeSummary>

  init(count: Int) {
    self.count = count
    start = .allocate(capacity: max(1, count))
    start.initialize(repeating: .empty, count: max(1, count))
  }

  deinit { start.deallocate() }
}
