import Canvas

/// What lies over the panes and takes the keys.
package enum Dialog: Sendable {
  case help(HelpDialog)
  case question(QuestionDialog)
  case form(BuildForm)
  case verification
  case verified(VerificationReport)
  case verdict(VerdictReport)
  case message(MessageReport)
  case export(TensorExportForm)

  package var scope: Scope {
    switch self {
    case .help: .help
    case .question: .question
    case .form: .form
    case .verification: .verification
    case .verified, .verdict, .message: .report
    case .export: .path
    }
  }
}

/// What a dialog looks like, and how large it would like to be.
protocol DialogPicture {
  var title: String { get }
  var facts: String { get }
  /// Columns and rows inside, without frame and without the line of keys.
  func size(within available: (width: Int, height: Int)) -> (width: Int, height: Int)
  /// Draws; returns where the cursor stands, if it is shown.
  func draw(into canvas: inout Canvas, inside: Rect) -> CursorPosition?
}

extension DialogPicture {
  var facts: String { "" }
}

/// Column and row of the cursor.
package struct CursorPosition: Sendable, Hashable {
  package var x: Int
  package var y: Int
}

/// A question that is answered by yes or no.
package struct QuestionDialog: Sendable, DialogPicture {
  package enum Subject: Sendable, Equatable {
    case delete(slotID: Int, revision: Int?)
    case quit
    case overwrite(TensorExportRequest)
  }

  package let subject: Subject
  let title: String
  let lines: [String]

  func size(within available: (width: Int, height: Int)) -> (width: Int, height: Int) {
    let lines = lines.flatMap { WrappedText.lines($0, width: min(64, available.width)) }
    return (max(24, lines.map(TextWidth.of).max() ?? 0), lines.count)
  }

  func draw(into canvas: inout Canvas, inside: Rect) -> CursorPosition? {
    let lines = lines.flatMap { WrappedText.lines($0, width: inside.width) }
    for (row, line) in lines.prefix(inside.height).enumerated() {
      canvas.put(line, x: inside.x, y: inside.y + row)
    }
    return nil
  }
}

/// Something to read.
package struct MessageReport: Sendable, DialogPicture {
  let title: String
  let text: String
  let isError: Bool

  func size(within available: (width: Int, height: Int)) -> (width: Int, height: Int) {
    let lines = WrappedText.lines(text, width: min(76, available.width))
    return (max(24, lines.map(TextWidth.of).max() ?? 0), lines.count)
  }

  func draw(into canvas: inout Canvas, inside: Rect) -> CursorPosition? {
    for (row, line) in WrappedText.lines(text, width: inside.width).prefix(inside.height).enumerated() {
      canvas.put(line, x: inside.x, y: inside.y + row, style: isError ? .bad : .plain)
    }
    return nil
  }
}

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
