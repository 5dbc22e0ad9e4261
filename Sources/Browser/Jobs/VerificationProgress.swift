import Canvas
import Foundation
import Inspection

/// A verification of one slot that is being watched.
struct VerificationProgress: Dialog {
  let slotID: Int
  private(set) var task: JobTask
  private var now = Date(timeIntervalSince1970: 0)

  init(slotID: Int, task: JobTask) {
    self.slotID = slotID
    self.task = task
  }

  var scope: Scope { .verification }

  mutating func perform(_ command: Command, on browser: inout BrowserState) -> DialogReply {
    .close(command == .cancel ? [.cancelTask(task.id)] : [])
  }

  mutating func take(_ message: Message) {
    guard case .tasks(let tasks, let now) = message, let task = tasks.first(where: { $0.id == task.id })
    else { return }
    self.task = task
    self.now = now
  }

  var title: String { "Verifying slot \(slotID)" }

  func size(within available: (width: Int, height: Int)) -> (width: Int, height: Int) {
    (min(52, available.width), 2)
  }

  func draw(into canvas: inout Canvas, inside: Rect) -> CursorPosition? {
    let text = "\(Format.bytes(task.completed)) of \(Format.bytes(task.total))"
    let waiting = if case .queued = task.state { "queued" } else { "opening" }
    canvas.put(task.total > 0 ? text : waiting, x: inside.x, y: inside.y, style: .dim)
    canvas.putRight(Job.task(task).rate(now: now), end: inside.maxX, y: inside.y, style: .dim)
    canvas.progressBar(
      task.fraction, in: Rect(x: inside.x, y: inside.y + 1, width: inside.width - 6, height: 1))
    canvas.putRight("\(Int(task.fraction * 100)) %", end: inside.maxX, y: inside.y + 1, style: .strong)
    return nil
  }
}
