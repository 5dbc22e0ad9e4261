import Canvas
import Foundation

/// A task that a dialog shows, with how far it is.
struct WatchedTask: Sendable {
  private(set) var task: JobTask
  private var now: Date

  /// - Parameter now: when the task was looked at.
  init(_ task: JobTask, now: Date) {
    self.task = task
    self.now = now
  }

  mutating func take(_ message: Message) {
    guard case .tasks(let tasks, let now) = message, let task = tasks.first(where: { $0.id == task.id })
    else { return }
    self.task = task
    self.now = now
  }

  static let rows = 2

  func draw(into canvas: inout Canvas, inside: Rect) {
    let waiting = if case .queued = task.state { "queued" } else { "at work" }
    let text = task.request.unit.text(task.completed, of: task.total, width: inside.width)
    let count = canvas.put(task.total > 0 ? text : waiting, x: inside.x, y: inside.y, style: .dim)
    let rate = Job.task(task).rate(now: now)
    if count + 2 + TextWidth.of(rate) <= inside.width {
      canvas.putRight(rate, end: inside.maxX, y: inside.y, style: .dim)
    }
    canvas.progressBar(
      task.fraction, in: Rect(x: inside.x, y: inside.y + 1, width: inside.width - 6, height: 1))
    canvas.putRight("\(Int(task.fraction * 100)) %", end: inside.maxX, y: inside.y + 1, style: .strong)
  }
}
