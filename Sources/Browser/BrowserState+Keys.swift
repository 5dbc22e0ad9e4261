import Canvas

extension BrowserState {
  /// Which scope takes the keys now.
  package var scope: Scope {
    dialogs.last?.scope ?? screens.last?.scope ?? (filter == nil ? .panes : .filter)
  }

  mutating func take(_ event: TerminalEvent) -> [Effect] {
    switch event {
    case .key(.mouse(let event)): return take(event)
    case .key(let key): return press(key)
    case .paste(let text):
      // What is pasted is text, never a command.
      guard scope == .filter || scope == .form || scope == .path else { return [] }
      return text.prefix(1024).filter { !$0.isNewline }.flatMap { press(.character($0)) }
    case .resize(let width, let height):
      self.width = width
      self.height = height
      return []
    case .resumed: return [.redraw]
    case .terminate, .hangUp: return [.cancelAllBuilds, .quit]
    }
  }

  /// One key: text goes to the field that takes it, all else through the table of bindings.
  mutating func press(_ key: Key) -> [Effect] {
    notice = nil
    if layout.mode == .tooSmall { return pressTooSmall(key) }
    let scope = scope
    let binding = BindingTable.binding(for: key, in: scope)
    if scope == .form, case .form(let form)? = dialogs.last, !isChoice(key, binding, form) {
      if let effects = edit(key) { return effects }
    }
    if case .export(var form)? = dialogs.last, form.path.edit(key) {
      dialogs[dialogs.count - 1] = .export(form)
      return []
    }
    if let binding {
      if let reason = whyDisabled(binding.command, in: scope) {
        notice = Notice(text: reason, isError: false)
        return []
      }
      return perform(binding.command)
    }
    if dialogs.isEmpty, !screens.isEmpty { return typeOnScreen(key) }
    if scope == .filter { return editFilter(key) }
    return []
  }

  /// Left and right choose where the field has choices, and move the cursor where it has text.
  private func isChoice(_ key: Key, _ binding: Binding?, _ form: BuildForm) -> Bool {
    guard let binding else { return false }
    if binding.command == .nextChoice || binding.command == .previousChoice {
      return form.focus == .type || form.focus == .preset || form.focus == .dtype
    }
    return true
  }

  /// Where nothing can be shown, only leaving is possible.
  private mutating func pressTooSmall(_ key: Key) -> [Effect] {
    switch BindingTable.binding(for: key, in: .panes)?.command {
    case .quit where builds.active.isEmpty: [.quit]
    case .suspend: [.suspend]
    default: []
    }
  }

  private mutating func edit(_ key: Key) -> [Effect]? {
    var isTaken = false
    var request: PreviewRequest?
    changeForm { form in
      isTaken = form.edit(key)
      if isTaken { request = form.nextPreview() }
    }
    return isTaken ? request.map { [.preview($0)] } ?? [] : nil
  }

  mutating func editFilter(_ key: Key) -> [Effect] {
    guard filter?.edit(key) == true else { return [] }
    search(filter?.string ?? "")
    return []
  }

  mutating func search(_ text: String) {
    changeQuery { $0.search = text }
  }

  mutating func changeQuery(_ change: (inout ListQuery) -> Void) {
    var query = list.query
    change(&query)
    if query.search != list.query.search { needsTotals = true }
    list.change(query)
  }
}
