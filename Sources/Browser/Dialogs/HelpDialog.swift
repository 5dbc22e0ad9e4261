import Canvas

/// The list of keys, from the binding table, with why a key does nothing now.
package struct HelpDialog: Sendable, Dialog {
  struct Line: Sendable {
    var keys: String
    var text: String
    /// Why the key does nothing now.
    var reason: String?
    var isHeading = false
  }

  var scroll = ScrollPosition()
  let lines: [Line]
  private let keyWidth: Int

  init(scope: Scope = .panes, ascii: Bool, whyDisabled: (Command) -> String?) {
    // Who asks for help while typing a filter is told of the screen.
    let home = scope.isScreen ? scope : .panes
    var lines: [Line] = []
    for group in BindingGroup.allCases {
      // Of the panes and the screens over them, the keys of the one in view.
      let bindings = BindingTable.all.filter {
        $0.group == group && $0.scope != .help && ($0.scope == home || !$0.scope.isScreen)
      }
      if bindings.isEmpty { continue }
      if !lines.isEmpty { lines.append(Line(keys: "", text: "")) }
      lines.append(Line(keys: group.rawValue, text: "", isHeading: true))
      var seen: Set<String> = []
      for binding in bindings {
        let keys = binding.keys.prefix(3).map { $0.label(ascii: ascii) }.joined(separator: " ")
        guard seen.insert(keys + binding.help).inserted else { continue }
        let reason = binding.scope == home ? whyDisabled(binding.command) : nil
        lines.append(Line(keys: keys, text: binding.help, reason: reason))
      }
    }
    self.lines = lines
    keyWidth = lines.filter { !$0.isHeading }.map { TextWidth.of($0.keys) }.max() ?? 0
  }

  package var title: String { "Help" }
  package var scope: Scope { .help }

  package mutating func perform(_ command: Command, on browser: inout BrowserState) -> DialogReply {
    let visible = browser.dialogInside(self).height
    switch command {
    case .close: return .close()
    case .up: scroll.move(by: -1)
    case .down: scroll.move(by: 1)
    case .pageUp: scroll.move(by: -max(1, visible - 1))
    case .pageDown: scroll.move(by: max(1, visible - 1))
    case .first: scroll.moveToTop()
    case .last: scroll.moveToEnd()
    default: break
    }
    scroll.clamp(count: lines.count, visible: visible)
    return .stay()
  }

  package mutating func take(_ event: MouseEvent, inside: Rect, on browser: inout BrowserState)
    -> DialogReply
  {
    switch event.kind {
    case .wheelUp: perform(.up, on: &browser)
    case .wheelDown: perform(.down, on: &browser)
    default: .stay()
    }
  }

  package func size(within available: (width: Int, height: Int)) -> (width: Int, height: Int) {
    (min(90, available.width), min(lines.count, available.height))
  }

  package func draw(into canvas: inout Canvas, inside: Rect) -> CursorPosition? {
    let top = scroll.clamped(count: lines.count, visible: inside.height)
    for (row, line) in lines.dropFirst(top).prefix(inside.height).enumerated() {
      let y = inside.y + row
      if line.isHeading {
        canvas.put(line.keys, x: inside.x, y: y, style: .strong)
        continue
      }
      canvas.put(line.keys, x: inside.x + 2, y: y, style: line.reason == nil ? .accent : .dim)
      let x = inside.x + 2 + keyWidth + 2
      let room = max(0, inside.maxX - x)
      guard let reason = line.reason else {
        canvas.put(VisibleText.tailCut(line.text, width: room, ellipsis: canvas.glyphs.ellipsis), x: x, y: y)
        continue
      }
      let text = "not now: \(reason)"
      canvas.put(
        VisibleText.tailCut(text, width: room, ellipsis: canvas.glyphs.ellipsis), x: x, y: y, style: .dim)
    }
    canvas.scrollThumb(
      in: Rect(x: inside.maxX + 1, y: inside.y, width: 1, height: inside.height), first: top,
      count: lines.count)
    return nil
  }
}
