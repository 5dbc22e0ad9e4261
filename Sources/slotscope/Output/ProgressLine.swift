import Builds
import Canvas
import Foundation
import Inspection

/// One line on standard error that says how long work goes; only on a terminal, and gone when the work is.
final class ProgressLine {
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

  func show(title: String, completed: Int, total: Int, rate: Double, queued: Int = 0) {
    guard isShown else { return }
    let fraction = total > 0 ? min(1, Double(completed) / Double(total)) : 0
    let filled = Int(fraction * 24)
    let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: 24 - filled)
    var text =
      "\(VisibleText.middleCut(VisibleText.sanitize(title), width: 30)) [\(bar)] \(Int(fraction * 100)) %"
    if rate > 0 { text += "  \(Format.bytes(Int(rate)))/s" }
    if queued > 0 { text += "  \(queued) queued" }
    write("\r\u{1B}[K" + text)
    wasDrawn = true
  }

  func clear() {
    if wasDrawn { write("\r\u{1B}[K") }
    wasDrawn = false
  }

  private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
