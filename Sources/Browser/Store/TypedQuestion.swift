import Canvas

/// A question that is answered by typing a word, where a single key would be too easy.
package struct TypedQuestion: Sendable, Dialog {
  package let title: String
  let lines: [String]
  /// Any of them means yes.
  let words: [String]
  let yes: [Effect]
  private var field = TextField()

  init(title: String, lines: [String], words: [String], yes: [Effect]) {
    self.title = title
    self.lines = lines
    self.words = words
    self.yes = yes
  }

  package var scope: Scope { .confirmation }

  package func offers(_ command: Command, on browser: BrowserState) -> Bool {
    command != .accept || isConfirmed
  }

  private var isConfirmed: Bool { words.contains(field.string.lowercased()) }
  private var prompt: String { "Type \(words.joined(separator: " or ")):" }

  package mutating func perform(_ command: Command, on browser: inout BrowserState) -> DialogReply {
    switch command {
    case .close: return .close()
    case .accept where isConfirmed: return .close(yes)
    case .accept:
      browser.notice = Notice(
        text: "type \(words.joined(separator: " or ")) and then \(browser.key(.accept, in: scope)), "
          + "or \(browser.key(.close, in: scope))", isError: false, isKept: false)
    case .eraseField: field.erase()
    default: break
    }
    return .stay()
  }

  package mutating func type(_ key: Key, on browser: inout BrowserState) -> DialogReply? {
    field.edit(key) ? .stay() : nil
  }

  package func size(within available: (width: Int, height: Int)) -> (width: Int, height: Int) {
    let lines = texts(width: min(64, available.width))
    return (max(32, lines.map(TextWidth.of).max() ?? 0), lines.count + 2)
  }

  package func draw(into canvas: inout Canvas, inside: Rect) -> CursorPosition? {
    let lines = texts(width: inside.width)
    for (row, line) in lines.prefix(inside.height - 1).enumerated() {
      canvas.put(line, x: inside.x, y: inside.y + row)
    }
    let y = inside.maxY - 1
    let x = inside.x + canvas.put(prompt, x: inside.x, y: y, style: .focusedTitle) + 1
    return FieldPicture.draw(
      field, into: &canvas, x: x, y: y, width: max(1, inside.maxX - x),
      style: isConfirmed ? .warning : .plain)
  }

  private func texts(width: Int) -> [String] { lines.flatMap { WrappedText.lines($0, width: width) } }
}
