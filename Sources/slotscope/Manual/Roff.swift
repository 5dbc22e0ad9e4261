import Foundation

/// Text in the language of man(7).
struct Roff {
  private(set) var text = ""
  private var isBelowHeading = false

  mutating func request(_ line: String) {
    text += line + "\n"
    isBelowHeading = line.hasPrefix(".SH") || line.hasPrefix(".SS")
  }

  mutating func section(_ title: String) { request(".SH \(Self.escaped(title))") }
  mutating func subsection(_ title: String) { request(".SS \(Self.quoted(title))") }

  mutating func text(_ words: String) {
    if !words.isEmpty { request(Self.escaped(words)) }
  }

  /// A term, and beside or below it what is said of it.
  mutating func item(_ term: String, _ words: String) {
    request(".TP")
    request(".B \(Self.quoted(term))")
    request(words.isEmpty ? "\\&" : Self.escaped(words))
  }

  mutating func synopsis(_ name: String, _ arguments: String) {
    request(".B \(name)")
    request(Self.escaped(arguments))
  }

  /// Paragraphs with empty lines between them; what is indented is shown as it is.
  mutating func paragraphs(_ words: String) {
    for paragraph in words.components(separatedBy: "\n\n") where !paragraph.isEmpty {
      // Below a heading one begins by itself.
      if !isBelowHeading { request(".PP") }
      var isShown = false
      for line in paragraph.split(separator: "\n") {
        let isIndented = line.hasPrefix("  ")
        if isIndented != isShown {
          request(isIndented ? ".RS\n.nf" : ".fi\n.RE")
          isShown = isIndented
        }
        request(Self.escaped(line.trimmingCharacters(in: .whitespaces)))
      }
      if isShown { request(".fi\n.RE") }
    }
  }

  /// What formatters would take for a command, a hyphen that may break, or a letter they lack.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\e"
      case "-": result += "\\-"
      case "\n": result += " "
      case "`": result += "\\`"
      case "'": result += "\\(aq"
      case "^": result += "\\(ha"
      case "~": result += "\\(ti"
      case " "..."~": result.unicodeScalars.append(scalar)
      default: result += "\\[u" + String(format: "%04X", scalar.value) + "]"
      }
    }
    return result.hasPrefix(".") ? "\\&" + result : result
  }

  private static func quoted(_ text: String) -> String {
    "\"\(escaped(text).replacing("\"", with: "\\(dq"))\""
  }
}
