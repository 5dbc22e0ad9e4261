import Canvas

/// A path that is being typed, and what it may be completed to.
package struct PathInput: Sendable, Equatable {
  package private(set) var field: TextField
  package let purpose: PathPurpose
  /// What is to be chosen from; nil while no list is shown.
  package private(set) var list: PathList?
  /// Why there is nothing to choose from.
  package private(set) var problem: String?
  /// Asked, and not answered yet.
  private var question: PathQuestion?
  private var isAsked = false
  /// The answer completes what was typed; else it renews the list.
  private var isCompleting = false

  package init(_ text: String = "", purpose: PathPurpose) {
    field = TextField(text)
    self.purpose = purpose
  }

  /// Whether something is shown over the form.
  var isOpen: Bool { list != nil || problem != nil }

  /// Asks for what the text can be completed to.
  mutating func complete() {
    isCompleting = true
    ask()
  }

  private mutating func ask() {
    question = PathQuestion(text: field.string, purpose: purpose)
    isAsked = false
  }

  /// What is to be asked now.
  mutating func nextQuestion() -> PathQuestion? {
    guard let question, !isAsked else { return nil }
    isAsked = true
    return question
  }

  mutating func edit(_ key: Key) -> Bool {
    let before = field.string
    guard field.edit(key) else { return false }
    if field.string != before { renew() }
    return true
  }

  mutating func erase() {
    field.erase()
    close()
  }

  mutating func close() {
    list = nil
    problem = nil
    question = nil
  }

  /// The list follows what is typed: at once by what is known, then by what the folder says.
  private mutating func renew() {
    problem = nil
    isCompleting = false
    guard let shown = list else {
      question = nil
      return
    }
    list = shown.narrowed(to: field.string)
    ask()
  }

  /// - Returns: whether there was nothing to complete.
  mutating func take(_ answer: PathAnswer, to question: PathQuestion) -> Bool {
    guard question == self.question else { return false }
    self.question = nil
    problem = answer.problem
    if problem != nil {
      list = nil
      return false
    }
    guard isCompleting else {
      list = PathList(answer, selected: list?.selected, typed: field.string)
      return false
    }
    isCompleting = false
    guard answer.count > 0 else {
      list = nil
      return true
    }
    if answer.count == 1, let only = answer.candidates.first, only.isTypable {
      let wasComplete = field.string == answer.folder + only.text
      put(answer.folder, only)
      return wasComplete && !only.isFolder
    }
    let completed = answer.folder + answer.commonPrefix
    let isLonger = completed.utf8.count > field.string.utf8.count
    if isLonger { field = TextField(completed) }
    var list = PathList(answer)
    // Tab again, with nothing to add, begins to choose.
    if !isLonger, self.list != nil { list.move(by: 1) }
    self.list = list
    return false
  }

  /// - Returns: false where nothing is selected that can be taken.
  mutating func takeSelected() -> Bool {
    guard let list, let candidate = list.selected, candidate.isTypable else { return false }
    put(list.answer.folder, candidate)
    return true
  }

  /// Of a folder the contents are shown next.
  private mutating func put(_ folder: String, _ candidate: PathCandidate) {
    field = TextField(folder + candidate.text)
    close()
    if candidate.isFolder {
      isCompleting = false
      ask()
    }
  }

  mutating func moveSelection(by step: Int) { list?.move(by: step) }
  mutating func select(_ index: Int) { list?.select(index) }
}

/// Candidates to choose from, and the one that is chosen.
package struct PathList: Sendable, Equatable {
  let answer: PathAnswer
  private(set) var selection: Int?

  init(_ answer: PathAnswer) { self.answer = answer }

  /// - Returns: nil where there is nothing to choose: no candidate, or only what is typed already.
  init?(_ answer: PathAnswer, selected: PathCandidate?, typed: String) {
    if answer.candidates.isEmpty || answer.candidates.map({ answer.folder + $0.text }) == [typed] {
      return nil
    }
    self.answer = answer
    selection = selected.flatMap { selected in answer.candidates.firstIndex { $0.name == selected.name } }
  }

  var selected: PathCandidate? { selection.map { answer.candidates[$0] } }

  mutating func move(by step: Int) {
    let last = answer.candidates.count - 1
    guard let selection else {
      self.selection = step > 0 ? 0 : last
      return
    }
    self.selection = min(last, max(0, selection + step))
  }

  mutating func select(_ index: Int) {
    if answer.candidates.indices.contains(index) { selection = index }
  }

  /// What of it still begins as what is typed; nil where that is nothing, or lies in another folder.
  func narrowed(to typed: String) -> PathList? {
    guard typed.utf8.starts(with: answer.folder.utf8) else { return nil }
    let name = Array(typed.utf8.dropFirst(answer.folder.utf8.count))
    if name.contains(UInt8(ascii: "/")) { return nil }
    var narrowed = answer
    narrowed.candidates = answer.candidates.filter { $0.name.utf8.starts(with: name) }
    if answer.candidates.count == answer.count { narrowed.count = narrowed.candidates.count }
    return PathList(narrowed, selected: selected, typed: typed)
  }
}
