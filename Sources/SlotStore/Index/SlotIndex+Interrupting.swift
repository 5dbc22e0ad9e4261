import CStore
import Dispatch
import GRDB
import Tensors

extension SlotIndex {
  /// Reads in statements that take long where there are many rows: cancelling ends them, too.
  ///
  /// - Throws: `StoreError`, `CancellationError`.
  func read<T>(interruptedBy progress: WorkProgress, _ body: (Database) throws -> T) throws -> T {
    do {
      return try read { db in
        let watch = InterruptionWatch(db, progress)
        defer { watch.end() }
        return try body(db)
      }
    } catch {
      // What was interrupted says so in SQLite's words.
      try progress.checkCancellation()
      throw error
    }
  }
}

/// Interrupts what a connection does once some work is cancelled. SQLite asks nobody while it checks a tree.
private final class InterruptionWatch {
  private let queue = DispatchQueue(label: "slotscope.interruption")
  private let timer: any DispatchSourceTimer

  init(_ db: Database, _ progress: WorkProgress) {
    timer = DispatchSource.makeTimerSource(queue: queue)
    // Safe: SQLite lets any thread interrupt, as long as the connection is open, which it is until `end` returns.
    nonisolated(unsafe) let connection = db.sqliteConnection
    timer.schedule(deadline: .now() + .milliseconds(50), repeating: .milliseconds(50))
    timer.setEventHandler {
      if progress.isCancelled { slotscope_sqlite_interrupt(UnsafeMutableRawPointer(connection)) }
    }
    timer.activate()
  }

  /// After this nothing that the connection does next is interrupted.
  func end() { queue.sync { timer.cancel() } }
}
