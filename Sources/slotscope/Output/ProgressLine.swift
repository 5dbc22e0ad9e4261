import Builds
import Canvas
import Foundation
import Inspection
import Tensors

/// One line on standard error that says how long work goes; only on a terminal, and gone when the work is.
///
/// `@unchecked Sendable` is safe: it is used on one thread, or by `show(_:_:_:)` and `above` on its queue alone.
final class ProgressLine: @unchecked Sendable {
  private let queue = DispatchQueue(label: "slotscope.progress")
  private let isShown = isatty(2) == 1
  private var wasDrawn = false

  func show(_ builds: [Build]) {
    let running = builds.filter { if case .running = $0.state { true } else { false } }
    let left = builds.count { $0.state.isActive }
    guard let first = running.first else { return }
    let completed = running.reduce(0) { $0 + $1.completedBytes }
    let total = running.reduce(0) { $0 + $1.totalBytes }
    let rate = running.compactMap { $0.bytesPerSecond() }.reduce(0, +)
    let title = running.count == 1 ? "\(first.modelType) \(first.name)" : "\(running.count) builds"
    show(title: title, completed: completed, total: total, rate: rate, queued: left - running.count)
  }

  /// - Parameter unit: what is counted, such as `slots`; nil: bytes.
  func show(
    title: String, completed: Int, total: Int, rate: Double, unit: String? = nil, queued: Int = 0
  ) {
    guard isShown else { return }
    let fraction = total > 0 ? min(1, Double(completed) / Double(total)) : 0
    let filled = Int(fraction * 24)
    let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: 24 - filled)
    var text =
      "\(VisibleText.middleCut(VisibleText.sanitize(title), width: 30)) [\(bar)] \(Int(fraction * 100)) %"
    if rate > 0 {
      text += "  " + (unit.map { "\(Format.grouped(Int(rate))) \($0)" } ?? Format.bytes(Int(rate))) + "/s"
    }
    if queued > 0 { text += "  \(queued) queued" }
    write("\r\u{1B}[K" + text)
    wasDrawn = true
  }

  /// Shows how far `body` has come while it runs.
  ///
  /// - Parameter unit: what the progress counts, such as `slots`; nil: bytes.
  func show<T>(
    _ title: String, _ progress: WorkProgress, unit: String? = nil, _ body: () throws -> T
  ) rethrows -> T {
    if !isShown { return try body() }
    let start = ContinuousClock.now
    let timer = DispatchSource.makeTimerSource(queue: queue)
    timer.schedule(deadline: .now() + .milliseconds(200), repeating: .milliseconds(100))
    timer.setEventHandler { [self] in
      let rate = Double(progress.completed) / (start.duration(to: .now) / .seconds(1))
      show(title: title, completed: progress.completed, total: progress.total, rate: rate, unit: unit)
    }
    timer.resume()
    defer {
      timer.cancel()
      queue.sync { clear() }
    }
    return try body()
  }

  /// Writes something else where the line is, which comes back under it.
  func above(_ write: () -> Void) {
    queue.sync {
      clear()
      write()
    }
  }

  func clear() {
    if wasDrawn { write("\r\u{1B}[K") }
    wasDrawn = false
  }

  private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
