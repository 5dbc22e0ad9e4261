import Canvas
import Foundation

/// A survey that somebody waits for: what it finds takes the place of this.
struct SurveyProgress: Dialog {
  private let request: SurveyRequest
  private var watched: WatchedTask

  init(_ request: SurveyRequest, _ task: JobTask, now: Date) {
    self.request = request
    watched = WatchedTask(task, now: now)
  }

  var scope: Scope { .survey }

  mutating func perform(_ command: Command, on browser: inout BrowserState) -> DialogReply {
    .close(browser.giveUp(survey: watched.task))
  }

  mutating func take(_ message: Message) { watched.take(message) }

  var title: String { request.title }

  func size(within available: (width: Int, height: Int)) -> (width: Int, height: Int) {
    (min(52, available.width), 1 + WatchedTask.rows)
  }

  func draw(into canvas: inout Canvas, inside: Rect) -> CursorPosition? {
    let text = VisibleText.tailCut(request.text, width: inside.width, ellipsis: canvas.glyphs.ellipsis)
    canvas.put(text, x: inside.x, y: inside.y)
    watched.draw(into: &canvas, inside: inside.splitTop(1).rest)
    return nil
  }
}
