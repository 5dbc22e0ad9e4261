import Canvas
import Configuration

/// What in the configuration could not be understood, mistake by mistake.
struct ConfigurationReport: Dialog {
  let problems: [ConfigurationProblem]
  private var scroll = ScrollPosition()

  init(problems: [ConfigurationProblem]) { self.problems = problems }

  var scope: Scope { .help }
  var title: String { "Mistakes in the configuration" }
  var facts: String { "\(problems.count)" }

  func offers(_ command: Command, on browser: BrowserState) -> Bool { command != .filter }

  mutating func perform(_ command: Command, on browser: inout BrowserState) -> DialogReply {
    let inside = browser.dialogInside(self)
    switch command {
    case .close: return .close()
    default: scroll.move(command, count: lines(width: inside.width).count, visible: inside.height)
    }
    return .stay()
  }

  mutating func take(_ event: MouseEvent, inside: Rect, on browser: inout BrowserState) -> DialogReply {
    switch event.kind {
    case .wheelUp: perform(.up, on: &browser)
    case .wheelDown: perform(.down, on: &browser)
    default: .stay()
    }
  }

  func size(within available: (width: Int, height: Int)) -> (width: Int, height: Int) {
    let width = min(76, available.width)
    return (width, min(lines(width: width).count, available.height))
  }

  func draw(into canvas: inout Canvas, inside: Rect) -> CursorPosition? {
    let lines = lines(width: inside.width)
    let top = scroll.clamped(count: lines.count, visible: inside.height)
    for (row, line) in lines.dropFirst(top).prefix(inside.height).enumerated() {
      canvas.put(line.text, x: inside.x, y: inside.y + row, style: line.style)
    }
    canvas.scrollThumb(
      in: Rect(x: inside.maxX + 1, y: inside.y, width: 1, height: inside.height), first: top,
      count: lines.count)
    return nil
  }

  /// The place of a mistake, and below it what it is.
  private func lines(width: Int) -> [Span] {
    var lines: [Span] = []
    for problem in problems {
      if !lines.isEmpty { lines.append(Span("")) }
      let place = "\(problem.file):\(problem.place.line):\(problem.place.column)"
      lines += WrappedText.lines(place, width: width).map { Span($0, .accent) }
      lines += WrappedText.lines(problem.text, width: width).map { Span($0) }
    }
    return lines
  }
}

extension BrowserState {
  /// Takes keys and columns, and says at once that something is wrong where it is.
  package mutating func configure(_ configuration: Preferences, file: String) {
    let keys = BindingTable.configured(configuration.keys, file: file)
    bindings = keys.table
    columns = configuration.columns.map { $0.compactMap(SlotColumns.Column.init(rawValue:)) }
    configurationProblems =
      configuration.problems + keys.problems.filter { !configuration.problems.contains($0) }
    configurationProblems.sort { $0.place < $1.place }
    guard let first = configurationProblems.first else { return }
    let more = configurationProblems.count - 1
    notice = Notice(
      text: first.description + (more > 0 ? " (and \(more) more: \(key(.configProblems)))" : ""),
      isError: true)
  }
}
