import Canvas

/// A question that is answered by yes or no.
package struct QuestionDialog: Sendable, Dialog {
  package let title: String
  let lines: [String]
  /// What is done where the answer is yes.
  let yes: [Effect]
  /// Whether it asks what is to become of jobs: it answers itself when none is left.
  var isAboutJobs = false
  /// Whether it asks about the form under it, which is done with by a yes; by a no one is back in it.
  var isAboutForm = false

  package var scope: Scope { .question }

  package mutating func perform(_ command: Command, on browser: inout BrowserState) -> DialogReply {
    guard command == .yes else { return .close() }
    if isAboutForm { _ = browser.dialogs.popLast() }
    return .close(yes)
  }

  package func size(within available: (width: Int, height: Int)) -> (width: Int, height: Int) {
    let lines = lines.flatMap { WrappedText.lines($0, width: min(64, available.width)) }
    return (max(24, lines.map(TextWidth.of).max() ?? 0), lines.count)
  }

  package func draw(into canvas: inout Canvas, inside: Rect) -> CursorPosition? {
    let lines = lines.flatMap { WrappedText.lines($0, width: inside.width) }
    for (row, line) in lines.prefix(inside.height).enumerated() {
      canvas.put(line, x: inside.x, y: inside.y + row)
    }
    return nil
  }
}
