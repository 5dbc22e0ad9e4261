import Canvas

extension BuildForm: Dialog {
  package var scope: Scope { .form }

  package mutating func perform(_ command: Command, on browser: inout BrowserState) -> DialogReply {
    switch command {
    case .close: return .close()
    case .accept: return accept(on: &browser)
    case .nextField: moveFocus(by: 1)
    case .previousField: moveFocus(by: -1)
    case .nextChoice where choose(by: 1), .previousChoice where choose(by: -1): return .stay(requestPreview())
    case .eraseField:
      eraseField()
      return .stay(requestPreview())
    default: break
    }
    return .stay()
  }

  private mutating func accept(on browser: inout BrowserState) -> DialogReply {
    if let problem {
      focus = problem.field
      browser.notice = Notice(text: "\(problem.field.rawValue): \(problem.text)", isError: true)
      return .stay()
    }
    if let problem = preview?.problem {
      browser.notice = Notice(text: problem, isError: true)
      return .stay()
    }
    return order.map { .close([.submit(.build($0))]) } ?? .stay()
  }

  package mutating func type(_ key: Key, on browser: inout BrowserState) -> DialogReply? {
    guard !isBound(key), edit(key) else { return nil }
    return .stay(requestPreview())
  }

  /// Left and right choose where the field has choices, and move the cursor where it has text.
  private func isBound(_ key: Key) -> Bool {
    switch BindingTable.binding(for: key, in: .form)?.command {
    case nil: false
    case .nextChoice, .previousChoice: focus == .type || focus == .preset || focus == .dtype
    default: true
    }
  }

  package mutating func take(_ message: Message) {
    if case .preview(let request, let preview) = message { take(preview, generation: request.generation) }
  }

  /// Asks what the form as it stands would come to.
  mutating func requestPreview() -> [Effect] { nextPreview().map { [.preview($0)] } ?? [] }

  private var picture: BuildFormPicture { BuildFormPicture(form: self) }

  package var title: String { picture.title }

  package func size(within available: (width: Int, height: Int)) -> (width: Int, height: Int) {
    picture.size(within: available)
  }

  package func draw(into canvas: inout Canvas, inside: Rect) -> CursorPosition? {
    picture.draw(into: &canvas, inside: inside)
  }
}
