import Canvas

/// Something to read.
package struct MessageReport: Sendable, Dialog {
  package let title: String
  let text: String
  let isError: Bool

  package var scope: Scope { .report }

  package func offers(_ command: Command, on browser: BrowserState) -> Bool { command == .close }

  package mutating func perform(_ command: Command, on browser: inout BrowserState) -> DialogReply {
    command == .close ? .close() : .stay()
  }

  package func size(within available: (width: Int, height: Int)) -> (width: Int, height: Int) {
    let lines = WrappedText.lines(text, width: min(76, available.width))
    return (max(24, lines.map(TextWidth.of).max() ?? 0), lines.count)
  }

  package func draw(into canvas: inout Canvas, inside: Rect) -> CursorPosition? {
    for (row, line) in WrappedText.lines(text, width: inside.width).prefix(inside.height).enumerated() {
      canvas.put(line, x: inside.x, y: inside.y + row, style: isError ? .bad : .plain)
    }
    return nil
  }
}
