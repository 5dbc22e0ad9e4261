import Canvas
import Inspection
import SlotStore

/// What recomputing a checksum found: both in full, and the verdict.
package struct VerificationReport: Sendable, DialogPicture {
  package let verification: Verification

  var title: String { "Checksum of slot \(verification.slotID)" }

  /// In one line, for the status line.
  var line: String {
    "slot \(verification.slotID): "
      + (verification.ok
        ? "intact, the checksum matches" : verification.error ?? "damaged")
  }

  func size(within available: (width: Int, height: Int)) -> (width: Int, height: Int) {
    let width = min(available.width, max(52, min(76, TextWidth.of(verification.error ?? ""))))
    return (width, lines(width: width, glyphs: .unicode).count)
  }

  func draw(into canvas: inout Canvas, inside: Rect) -> CursorPosition? {
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
    return checksum("expected", verification.expected ?? "not known", .plain) + actual + [[]] + verdict
  }
}

/// A verification under way.
struct VerificationProgress: DialogPicture {
  let verification: RunningVerification

  var title: String { "Verifying slot \(verification.slotID)" }

  func size(within available: (width: Int, height: Int)) -> (width: Int, height: Int) {
    (min(52, available.width), 2)
  }

  func draw(into canvas: inout Canvas, inside: Rect) -> CursorPosition? {
    let text = "\(Format.bytes(verification.completed)) of \(Format.bytes(verification.total))"
    canvas.put(verification.total > 0 ? text : "opening", x: inside.x, y: inside.y, style: .dim)
    if verification.completed > 0, verification.bytesPerSecond > 0 {
      canvas.putRight(
        "\(Format.bytes(Int(verification.bytesPerSecond)))/s", end: inside.maxX, y: inside.y, style: .dim)
    }
    canvas.progressBar(
      verification.fraction, in: Rect(x: inside.x, y: inside.y + 1, width: inside.width - 6, height: 1))
    canvas.putRight(
      "\(Int(verification.fraction * 100)) %", end: inside.maxX, y: inside.y + 1, style: .strong)
    return nil
  }
}
