import Canvas

/// Text broken into lines at spaces; what has none is broken where it must be.
enum WrappedText {
  static func lines(_ text: String, width: Int) -> [String] {
    guard width > 0 else { return [] }
    var lines: [String] = []
    var line = ""
    func flush() {
      lines.append(line)
      line = ""
    }
    for word in VisibleText.sanitize(text).split(separator: " ") {
      var word = String(word)
      if !line.isEmpty, TextWidth.of(line) + 1 + TextWidth.of(word) > width { flush() }
      while TextWidth.of(word) > width {
        if !line.isEmpty { flush() }
        let head = VisibleText.tailCut(word, width: width, ellipsis: "")
        guard !head.isEmpty, head.count < word.count else { break }
        lines.append(head)
        word.removeFirst(head.count)
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    if !line.isEmpty || lines.isEmpty { lines.append(line) }
    return lines
  }
}
