import Foundation

/// Lets the browser's own thread go before all others of the process, where there is more to do than cores.
///
/// The main queue is served by the process's first thread (see `Main`), which alone keeps its priority. The others are
/// lowered as they appear: libdispatch makes them as it likes, and who made one decides what it inherits. Linux lets
/// each thread have a nice value of its own, and nobody but root raise it again, so it stays; where nothing else runs
/// it makes no difference.
enum BackgroundThreads {
  /// Of a thread that looks something up for whoever waits for it: a third of the first thread's share, and of other
  /// programs'.
  private static let ofAnswers: Int32 = 5
  /// While builds run, what `nice` itself takes off: a tenth. At less, a frame of more than the kernel's slice of 3 ms
  /// waits in its midst for each core's thread to have its own.
  private static let besideBuilds: Int32 = 10

  /// To be called on a thread that works for the browser, before it begins: a key comes first.
  static func lowerThisOne() {
    // For Linux, 0 is the calling thread. Only root could raise one that has given way before.
    let thread = id_t(0)
    if getpriority(__priority_which_t(PRIO_PROCESS.rawValue), thread) >= ofAnswers { return }
    _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), thread, ofAnswers)
  }

  /// To be called again while work runs, which starts threads.
  static func giveWay() {
    let first = getpid()
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")) ?? []
    for thread in threads.compactMap({ Int32($0) }) where thread != first {
      _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), id_t(thread), besideBuilds)
    }
  }
}
