import Canvas

/// One line of text that is being typed, with a cursor.
package struct TextField: Sendable, Equatable {
  package private(set) var text: [Character]
  /// Between 0 and `text.count`.
  package private(set) var cursor: Int

  /// Longer text is of no use in a filter or a path.
  static let limit = 4096

  package init(_ text: String = "") {
    self.text = Array(text)
    cursor = self.text.count
  }

  package var string: String { String(text) }
  package var isEmpty: Bool { text.isEmpty }

  /// Takes a key that edits text.
  ///
  /// - Returns: false where the key does not edit text.
  package mutating func edit(_ key: Key) -> Bool {
    switch key {
    case .character(let character):
      guard text.count < Self.limit else { return true }
      text.insert(character, at: cursor)
      cursor += 1
    case .backspace:
      guard cursor > 0 else { return true }
      cursor -= 1
      text.remove(at: cursor)
    case .deleteForward:
      if cursor < text.count { text.remove(at: cursor) }
    case .left: cursor = max(0, cursor - 1)
    case .right: cursor = min(text.count, cursor + 1)
    case .home, .ctrl("a"): cursor = 0
    case .end, .ctrl("e"): cursor = text.count
    case .ctrl("w"): eraseWord()
    default: return false
    }
    return true
  }

  package mutating func erase() {
    text = []
    cursor = 0
  }

  private mutating func eraseWord() {
    var start = cursor
    while start > 0, text[start - 1] == " " { start -= 1 }
    while start > 0, text[start - 1] != " " { start -= 1 }
    text.removeSubrange(start..<cursor)
    cursor = start
  }
}
