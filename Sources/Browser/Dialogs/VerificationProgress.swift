import Canvas
import Inspection

/// A verification under way.
struct VerificationProgress: Dialog {
  private(set) var verification: RunningVerification

  var scope: Scope { .verification }

  mutating func perform(_ command: Command, on browser: inout BrowserState) -> DialogReply {
    .close(command == .cancel ? browser.stopVerifying() : [])
  }

  mutating func take(_ message: Message) {
    guard case .verifying(verification.generation, let completed, let total, let rate) = message else {
      return
    }
    verification.completed = completed
    verification.total = total
    verification.bytesPerSecond = rate
  }

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
