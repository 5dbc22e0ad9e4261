import Canvas

/// A dialog that is filled in: fields with choices or text, checked while one types, and what will come of it.
///
/// Each form is one small type with these operations; keys, mouse and picture are the same for all.
package protocol FormDialog: Dialog {
  associatedtype Name: FormFieldName

  var form: Form<Name> { get set }
  /// What Enter does, in a word or two.
  var acceptLabel: String { get }
  /// What stands in an empty field, and in place of one that the others make pointless.
  func hint(for name: Name) -> String
  /// What is said beside a choice.
  func note(on name: Name) -> String
  /// What is wrong with a field as it stands, in a few words.
  func problem(in name: Name) -> String?
  /// Whether the other fields make this one pointless.
  func isUnused(_ name: Name) -> Bool
  var preview: FormPreview { get }
  /// Lines that the preview has mostly.
  var previewRows: Int { get }

  /// Completes what was typed into a field that is no path.
  /// - Returns: false where there was nothing to complete.
  mutating func complete(_ name: Name) -> Bool
  /// Brings the other fields in line with one that was changed.
  mutating func changed(_ name: Name)
  /// Asks what the form as it stands would come to, where that is not known or on its way.
  mutating func ask(_ browser: BrowserState) -> [Effect]
  /// Hears what the shell tells.
  mutating func hear(_ message: Message)
  /// Carries out what was filled in, which has no problem.
  mutating func accepted(on browser: inout BrowserState) -> DialogReply
}

extension FormDialog {
  package var previewRows: Int { 2 }
  package func hint(for name: Name) -> String { "" }
  package func note(on name: Name) -> String { "" }
  package func problem(in name: Name) -> String? { nil }
  package func isUnused(_ name: Name) -> Bool { false }
  package mutating func complete(_ name: Name) -> Bool { false }
  package mutating func changed(_ name: Name) {}
  package mutating func ask(_ browser: BrowserState) -> [Effect] { [] }
  package mutating func hear(_ message: Message) {}

  package var scope: Scope { form.path?.isOpen == true ? .candidates : .form }

  package func label(of command: Command) -> String? {
    guard command == .accept else { return nil }
    return form.path?.list?.selection == nil ? acceptLabel : "take"
  }

  package func offers(_ command: Command, on browser: BrowserState) -> Bool {
    switch command {
    case .nextChoice, .previousChoice: form.hasChoices
    case .complete: form.path != nil
    default: true
    }
  }

  package mutating func take(_ message: Message) {
    if case .paths(let question, let answer) = message {
      let hadNothing = form.changePath { $0.take(answer, to: question) }
      if hadNothing == true { moveFocus(by: 1) } else if hadNothing != nil { changed(form.focus) }
    }
    hear(message)
  }

  package mutating func settle(on browser: inout BrowserState) -> DialogReply {
    var effects = ask(browser)
    if let question = form.changePath({ $0.nextQuestion() }) ?? nil { effects.append(.listPaths(question)) }
    guard form.isAccepting, !preview.isAwaited else { return .stay(effects) }
    var reply = accept(on: &browser)
    reply.effects = effects + reply.effects
    return reply
  }

  // MARK: Keys

  package mutating func perform(_ command: Command, on browser: inout BrowserState) -> DialogReply {
    form.isAccepting = false
    if scope == .candidates { return performInList(command, on: &browser) }
    switch command {
    case .close: return .close()
    case .accept: return accept(on: &browser)
    case .complete where form.path != nil: form.changePath { $0.complete() }
    case .complete: if complete(form.focus) { changed(form.focus) } else { moveFocus(by: 1) }
    case .nextField: moveFocus(by: 1)
    case .previousField: moveFocus(by: -1)
    case .nextChoice: choose(by: 1)
    case .previousChoice: choose(by: -1)
    case .eraseField:
      form.erase()
      changed(form.focus)
    default: break
    }
    return .stay()
  }

  /// Enter takes what is selected in the list; where nothing is, it accepts the form.
  private mutating func performInList(_ command: Command, on browser: inout BrowserState) -> DialogReply {
    switch command {
    case .up: form.changePath { $0.moveSelection(by: -1) }
    case .down: form.changePath { $0.moveSelection(by: 1) }
    case .pageUp: form.changePath { $0.moveSelection(by: -8) }
    case .pageDown: form.changePath { $0.moveSelection(by: 8) }
    case .complete where form.path?.list?.selection == nil: form.changePath { $0.complete() }
    case .complete: takeSelected()
    case .accept where form.path?.list?.selection != nil: takeSelected()
    case .accept:
      form.changePath { $0.close() }
      return accept(on: &browser)
    case .eraseField:
      form.erase()
      changed(form.focus)
    case .previousField: moveFocus(by: -1)
    default: form.changePath { $0.close() }
    }
    return .stay()
  }

  private mutating func takeSelected() {
    if form.changePath({ $0.takeSelected() }) == true { changed(form.focus) }
  }

  /// The first field with a problem, and the problem.
  package var problem: (name: Name, text: String)? {
    for name in Name.allCases where !isUnused(name) {
      if let text = problem(in: name) { return (name, text) }
    }
    return nil
  }

  /// Where the preview is on its way, what it says is waited for.
  private mutating func accept(on browser: inout BrowserState) -> DialogReply {
    form.isAccepting = false
    if let problem {
      form.moveFocus(to: problem.name)
      browser.notice = Notice(text: "\(problem.name.rawValue): \(problem.text)", isError: true)
    } else if preview.isAwaited {
      form.isAccepting = true
    } else if let problem = preview.problem {
      browser.notice = Notice(text: problem, isError: true)
    } else {
      return accepted(on: &browser)
    }
    return .stay()
  }

  package mutating func type(_ key: Key, on browser: inout BrowserState) -> DialogReply? {
    // Left and right choose where the field has choices, and move the cursor where it has text.
    switch browser.bindings.binding(for: key, in: scope)?.command {
    case nil: break
    case .nextChoice, .previousChoice: if form.hasChoices { return nil }
    default: return nil
    }
    guard form.edit(key) else { return nil }
    form.isAccepting = false
    changed(form.focus)
    return .stay()
  }

  private mutating func moveFocus(by step: Int) {
    let names = Name.allCases.filter { !isUnused($0) }
    let index = names.firstIndex(of: form.focus) ?? 0
    form.moveFocus(to: names[(index + step + names.count) % names.count])
  }

  private mutating func choose(by step: Int) {
    form.choose(by: step)
    changed(form.focus)
  }

  // MARK: Mouse

  package mutating func take(_ event: MouseEvent, inside: Rect, on browser: inout BrowserState)
    -> DialogReply
  {
    let screen = Rect(x: 0, y: 0, width: browser.width, height: browser.height)
    if form.path?.isOpen == true, let list = listPicture(inside: inside, screen: screen) {
      point(event, at: list)
      return .stay()
    }
    switch event.kind {
    case .wheelUp: moveFocus(by: -1)
    case .wheelDown: moveFocus(by: 1)
    case .click:
      guard inside.contains(x: event.x, y: event.y) else { break }
      let rows = visibleFields(height: inside.height)
      let row = event.y - inside.y
      guard rows.indices.contains(row), !isUnused(rows[row]) else { break }
      let wasFocused = form.focus == rows[row]
      form.moveFocus(to: rows[row])
      // A click on a choice that has focus already brings the next one, at its left edge the previous.
      if wasFocused, form.hasChoices, event.x >= inside.x + labelWidth {
        choose(by: event.x < inside.x + labelWidth + 2 ? -1 : 1)
      }
    case .doubleClick, .drag, .release: break
    }
    return .stay()
  }

  /// A click beside the list closes it.
  private mutating func point(_ event: MouseEvent, at list: PathListPicture) {
    switch event.kind {
    case .wheelUp: form.changePath { $0.moveSelection(by: -1) }
    case .wheelDown: form.changePath { $0.moveSelection(by: 1) }
    case .click:
      if let candidate = list.candidate(x: event.x, y: event.y) {
        form.changePath { $0.select(candidate) }
        takeSelected()
      } else if !list.frame.contains(x: event.x, y: event.y) {
        form.changePath { $0.close() }
      }
    case .doubleClick, .drag, .release: break
    }
  }
}
