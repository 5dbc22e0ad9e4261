/// One of several words, chosen by arrows or by its first letters.
package struct ChoiceInput: Sendable, Equatable {
  package private(set) var options: [String]
  private var index: Int
  /// First letters that were typed since the field was entered.
  private var typed = ""

  /// - Parameter chosen: where it is none of the options, the first is.
  package init(_ options: [String], chosen: String? = nil) {
    self.options = options
    index = chosen.flatMap { options.firstIndex(of: $0) } ?? 0
  }

  package var value: String { options.indices.contains(index) ? options[index] : "" }

  package mutating func move(by step: Int) {
    typed = ""
    guard !options.isEmpty else { return }
    index = (index + step % options.count + options.count) % options.count
  }

  /// Chooses what begins with what has been typed; a letter that fits nothing begins anew.
  package mutating func type(_ character: Character) {
    for prefix in [typed + String(character), String(character)] {
      let letters = prefix.lowercased()
      if let found = options.firstIndex(where: { $0.lowercased().hasPrefix(letters) }) {
        index = found
        typed = prefix
        return
      }
    }
    if character == " " { move(by: 1) } else { typed = "" }
  }

  mutating func forgetTyped() { typed = "" }
}
