import Canvas

/// The fields of a form, in the order in which they stand. The raw value is the label.
package protocol FormFieldName: RawRepresentable<String>, CaseIterable, Hashable, Sendable
where AllCases == [Self] {}

/// What a field holds.
package enum FormInput: Sendable, Equatable {
  case text(TextField)
  case choice(ChoiceInput)
  case path(PathInput)
}

/// The fields of a form and what has been filled in; which of them takes the keys.
package struct Form<Name: FormFieldName>: Sendable, Equatable {
  package private(set) var focus: Name
  /// Enter was pressed, and waits for the preview of what was typed last.
  package internal(set) var isAccepting = false
  private var inputs: [Name: FormInput]

  /// - Parameter inputs: a field that is not among them is empty text.
  package init(_ inputs: [Name: FormInput] = [:], focus: Name) {
    self.inputs = inputs
    self.focus = focus
  }

  package subscript(_ name: Name) -> FormInput {
    get { inputs[name] ?? .text(TextField()) }
    set { inputs[name] = newValue }
  }

  /// What a field holds, as text.
  package func string(_ name: Name) -> String {
    switch self[name] {
    case .text(let field): field.string
    case .choice(let choice): choice.value
    case .path(let path): path.field.string
    }
  }

  package func isEmpty(_ name: Name) -> Bool { string(name).isEmpty }

  /// Puts a text into a field; where it has choices, chooses that one.
  package mutating func fill(_ name: Name, _ text: String) {
    switch self[name] {
    case .text: self[name] = .text(TextField(text))
    case .choice(let choice): self[name] = .choice(ChoiceInput(choice.options, chosen: text))
    case .path(let path): self[name] = .path(PathInput(text, purpose: path.purpose))
    }
  }

  /// Gives a field other choices.
  package mutating func offer(_ options: [String], in name: Name, chosen: String) {
    self[name] = .choice(ChoiceInput(options, chosen: chosen))
  }

  package mutating func moveFocus(to name: Name) {
    switch self[focus] {
    case .text: break
    case .choice(var choice):
      choice.forgetTyped()
      self[focus] = .choice(choice)
    case .path: changePath { $0.close() }
    }
    focus = name
  }

  var hasChoices: Bool {
    if case .choice = self[focus] { true } else { false }
  }

  /// The next or previous choice of the field in focus.
  mutating func choose(by step: Int) {
    guard case .choice(var choice) = self[focus] else { return }
    choice.move(by: step)
    self[focus] = .choice(choice)
  }

  /// - Returns: false where the key means nothing to the field in focus.
  mutating func edit(_ key: Key) -> Bool {
    switch self[focus] {
    case .text(var field):
      guard field.edit(key) else { return false }
      self[focus] = .text(field)
    case .choice(var choice):
      guard case .character(let character) = key else { return false }
      choice.type(character)
      self[focus] = .choice(choice)
    case .path(var path):
      guard path.edit(key) else { return false }
      self[focus] = .path(path)
    }
    return true
  }

  mutating func erase() {
    switch self[focus] {
    case .text(var field):
      field.erase()
      self[focus] = .text(field)
    case .choice: break
    case .path: changePath { $0.erase() }
    }
  }

  // MARK: Paths

  /// The path in focus.
  var path: PathInput? {
    if case .path(let path) = self[focus] { path } else { nil }
  }

  /// Does something to the path in focus.
  @discardableResult
  mutating func changePath<Value>(_ change: (inout PathInput) -> Value) -> Value? {
    guard case .path(var path) = self[focus] else { return nil }
    let value = change(&path)
    self[focus] = .path(path)
    return value
  }
}
