import Canvas

/// What will come of a form as it stands, under its fields.
package struct FormPreview: Sendable, Equatable {
  package struct Line: Sendable, Equatable {
    package var text: String
    package var style: Style

    package init(_ text: String, _ style: Style = .plain) {
      self.text = text
      self.style = style
    }
  }

  package var lines: [Line]
  /// Why it can't be carried out.
  package var problem: String?
  /// The preview of what was filled in last is on its way.
  package var isAwaited: Bool

  package init(_ lines: [Line] = [], problem: String? = nil, isAwaited: Bool = false) {
    self.lines = lines
    self.problem = problem
    self.isAwaited = isAwaited
  }
}

/// A question that is asked again whenever it has become another one, and its newest answer.
package struct Asked<Question: Sendable & Equatable, Answer: Sendable>: Sendable {
  private var question: Question?
  /// That of an earlier question stays until the next one comes.
  package private(set) var answer: Answer?
  package private(set) var isAwaited = false

  package init() {}

  /// - Parameter question: nil where there is nothing to ask.
  /// - Returns: whether it must be asked now.
  package mutating func ask(_ question: Question?) -> Bool {
    if question == self.question { return false }
    self.question = question
    isAwaited = question != nil
    if question == nil { answer = nil }
    return isAwaited
  }

  /// An answer to an earlier question is dropped.
  package mutating func take(_ answer: Answer, to question: Question) {
    guard question == self.question else { return }
    self.answer = answer
    isAwaited = false
  }

  /// The answer may be another by now.
  package mutating func expire() { question = nil }
}
