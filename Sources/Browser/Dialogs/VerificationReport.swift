import Canvas
import Inspection
import SlotStore

/// What recomputing a checksum found: both in full, and the verdict.
package struct VerificationReport: Sendable, Dialog {
  package let verification: Verification

  package var scope: Scope { .report }

  package func offers(_ command: Command, on browser: BrowserState) -> Bool {
    command == .close || command == .copyChecksum
  }

  package mutating func perform(_ command: Command, on browser: inout BrowserState) -> DialogReply {
    switch command {
    case .copyChecksum: .stay(verification.actual.map { browser.copy($0) } ?? [])
    case .close: .close()
    default: .stay()
    }
  }

  package var title: String { "Checksum of slot \(verification.slotID)" }

  /// In one line, for the status line.
  var line: String {
    "slot \(verification.slotID): "
      + (verification.ok
        ? "intact, the checksum matches" : verification.error ?? "damaged")
  }

  package func size(within available: (width: Int, height: Int)) -> (width: Int, height: Int) {
    let width = min(available.width, max(52, min(76, TextWidth.of(verification.error ?? ""))))
    return (width, lines(width: width, glyphs: .unicode).count)
  }

  package func draw(into canvas: inout Canvas, inside: Rect) -> CursorPosition? {
    var lines = lines(width: inside.width, glyphs: canvas.glyphs)
    if lines.count > inside.height { lines.removeAll(where: \.isEmpty) }
    for (row, line) in lines.prefix(inside.height).enumerated() {
      canvas.put(line, x: inside.x, y: inside.y + row, maxWidth: inside.width)
    }
    return nil
  }

  private func lines(width: Int, glyphs: Glyphs) -> [[Span]] {
    // A whole checksum is shown on any screen: without its label's indent where that is narrow.
    let wide = width >= 42
    func checksum(_ label: String, _ value: String, _ style: Style) -> [[Span]] {
      wide
        ? [[Span(VisibleText.padded(label, width: 10), .dim), Span(value, style)]]
        : [[Span(label, .dim)], [Span(value, style)]]
    }
    let actual = verification.actual.map { checksum("actual", $0, verification.ok ? .plain : .bad) } ?? []
    let verdict: [[Span]]
    if verification.ok {
      verdict = [[Span("\(glyphs.verified) ", .good), Span("intact: the checksum matches", .strong)]]
    } else {
      verdict = WrappedText.lines(verification.error ?? "damaged", width: width - 2).enumerated().map {
        [Span($0.offset == 0 ? "\(glyphs.damaged) " : "  ", .bad), Span($0.element, .bad)]
      }
    }
    return checksum("expected", verification.expected ?? "none on record", .plain) + actual + [[]] + verdict
  }
}
