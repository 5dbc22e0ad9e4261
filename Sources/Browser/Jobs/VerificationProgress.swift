import Canvas
import Foundation

/// A verification of one slot that is being watched.
struct VerificationProgress: Dialog {
  let slotID: Int
  private var watched: WatchedTask

  init(slotID: Int, task: JobTask, now: Date) {
    self.slotID = slotID
    watched = WatchedTask(task, now: now)
  }

  var task: JobTask { watched.task }
  var scope: Scope { .verification }

  mutating func perform(_ command: Command, on browser: inout BrowserState) -> DialogReply {
    .close(command == .cancel ? [.cancelTask(task.id)] : [])
  }

  mutating func take(_ message: Message) { watched.take(message) }

  var title: String { "Verifying slot \(slotID)" }

  func size(within available: (width: Int, height: Int)) -> (width: Int, height: Int) {
    (min(52, available.width), WatchedTask.rows)
  }

  func draw(into canvas: inout Canvas, inside: Rect) -> CursorPosition? {
    watched.draw(into: &canvas, inside: inside)
    return nil
  }
}
