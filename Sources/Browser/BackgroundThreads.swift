import Foundation

/// Lets the browser's own thread go before all others of the process, where there is more to do than cores.
///
/// The main queue is served by the process's first thread (see `Main`), which alone keeps its priority. The others are
/// lowered as they appear: libdispatch makes them as it likes, and who made one decides what it inherits. Linux lets
/// each thread have a nice value of its own, and nobody but root raise it again, so it stays; where nothing else runs
/// it makes no difference.
enum BackgroundThreads {
  /// What `nice` itself takes off: a tenth of the first thread's share. At less, a frame of more than the kernel's slice
  /// of 3 ms waits in the midst for each core's background thread to have its own.
  private static let niceness: Int32 = 10

  /// To be called on a thread that works for the browser, before it begins: a key comes first.
  static func lowerThisOne() {
    // For Linux, 0 is the calling thread.
    _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, niceness)
  }

  /// To be called again while work runs, which starts threads.
  static func giveWay() {
    let first = getpid()
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")) ?? []
    for thread in threads.compactMap({ Int32($0) }) where thread != first {
      _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), id_t(thread), niceness)
    }
  }
}
