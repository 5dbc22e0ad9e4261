import Canvas

extension BrowserState {
  /// Which scope takes the keys now.
  package var scope: Scope {
    dialogs.last?.scope ?? screens.last?.scope ?? (jump != nil ? .jump : filter == nil ? .panes : .filter)
  }

  mutating func take(_ event: TerminalEvent) -> [Effect] {
    if case .key = event { wanted = nil }
    switch event {
    case .key(.mouse(let event)): return take(event)
    case .key(let key): return press(key)
    case .paste(let text):
      // What is pasted is text, never a command.
      guard scope.takesText else { return [] }
      return text.prefix(1024).filter { !$0.isNewline }.flatMap { press(.character($0)) }
    case .resize(let width, let height):
      self.width = width
      self.height = height
      return []
    case .resumed: return [.redraw]
    case .terminate, .hangUp: return [.cancelAllJobs, .quit]
    }
  }

  /// One key: text goes to the field that takes it, all else through the table of bindings.
  mutating func press(_ key: Key) -> [Effect] {
    notice = nil
    if layout.mode == .tooSmall { return pressTooSmall(key) }
    let scope = scope
    if let effects = typeInDialog(key) { return effects }
    if let binding = bindings.binding(for: key, in: scope) {
      if let reason = whyDisabled(binding.command, in: scope) {
        notice = Notice(text: reason, isError: false, isKept: false)
        return []
      }
      // The first digit is of the number already.
      if binding.command == .goToSlot, case .character(let digit) = key { jump = TextField(String(digit)) }
      return binding.command == .goToSlot && jump != nil ? [] : perform(binding.command)
    }
    if let effects = pressAnywhere(key) { return effects }
    if scope.isScreen {
      let text =
        "\(key.label(ascii: glyphs.isASCII)) does nothing here; \(self.key(.help, in: scope)) lists the keys"
      notice = Notice(text: text, isError: false, isKept: false)
      return []
    }
    if dialogs.isEmpty, !screens.isEmpty { return typeOnScreen(key) }
    if dialogs.isEmpty, scope == .filter { return editFilter(key) }
    if dialogs.isEmpty, scope == .jump { editJump(key) }
    return []
  }

  /// Control keys that mean the same in every dialog and field.
  private func pressAnywhere(_ key: Key) -> [Effect]? {
    guard case .ctrl = key else { return nil }
    return switch bindings.binding(for: key, in: .panes)?.command {
    case .redraw: [.redraw]
    case .suspend: [.suspend]
    default: nil
    }
  }

  /// Where nothing can be shown, only leaving is possible.
  private mutating func pressTooSmall(_ key: Key) -> [Effect] {
    switch bindings.binding(for: key, in: .panes)?.command {
    case .quit where jobs.missed.isEmpty: [.quit]
    case .suspend: [.suspend]
    case .redraw: [.redraw]
    default: []
    }
  }

  mutating func editFilter(_ key: Key) -> [Effect] {
    guard filter?.edit(key) == true else { return [] }
    search(filter?.string ?? "")
    return []
  }

  mutating func changeQuery(_ change: (inout ListQuery) -> Void) {
    var query = list.query
    change(&query)
    if query.search != list.query.search { needsTotals = true }
    list.change(query)
  }
}
