import Canvas
import Testing

@testable import Browser

/// A terminal that a test types on and looks at. Nothing in it waits for the clock.
@MainActor
final class ScriptedTerminal: BrowserTerminal {
  private(set) var size: (width: Int, height: Int)
  var glyphs: Glyphs { theme == .mono ? .unicode : .unicode.paintingHeat }
  private(set) var theme = ThemeName.auto
  var eventsArrived: (@MainActor () -> Void)?
  private var events: [TerminalEvent] = []
  private(set) var firstEventTime: ContinuousClock.Instant?
  private(set) var shown = Canvas(width: 0, height: 0)
  private(set) var frames = 0
  private(set) var clipboard: [String] = []
  private(set) var suspensions = 0
  private(set) var shells: [(directory: String, environment: [String: String], greeting: String)] = []
  /// Why a shell can not be had.
  var shellProblem: String?
  private(set) var redraws = 0
  private var waiter: (condition: (String) -> Bool, continuation: CheckedContinuation<Void, Never>)?

  init(width: Int = 100, height: Int = 30) {
    size = (width, height)
  }

  func send(_ events: TerminalEvent...) {
    for event in events {
      if case .resize(let width, let height) = event { size = (width, height) }
      self.events.append(event)
    }
    eventsArrived?()
  }

  func press(_ keys: Key...) {
    events += keys.map(TerminalEvent.key)
    eventsArrived?()
  }

  func type(_ text: String) {
    events += text.map { .key(.character($0)) }
    eventsArrived?()
  }

  /// Returns when a picture is shown that meets the condition, at once where the last one does. Where none comes
  /// within the test's time limit, that is an issue.
  func shows(where condition: @escaping (String) -> Bool) async {
    if condition(shown.text) { return }
    await withTaskCancellationHandler {
      await withCheckedContinuation { waiter = (condition, $0) }
    } onCancel: {
      Task { @MainActor in self.giveUp() }
    }
  }

  private func giveUp() {
    guard let waiter else { return }
    self.waiter = nil
    Issue.record("what was awaited did not appear:\n\(shown.text)")
    waiter.continuation.resume()
  }

  func shows(_ text: String) async { await shows { $0.contains(text) } }

  // MARK: BrowserTerminal

  func drainEvents() -> [TerminalEvent] {
    defer { events = [] }
    if !events.isEmpty { firstEventTime = .now }
    return events
  }

  func show(_ canvas: Canvas, cursor: (x: Int, y: Int)?) {
    shown = canvas
    frames += 1
    guard let waiter, waiter.condition(canvas.text) else { return }
    self.waiter = nil
    waiter.continuation.resume()
  }

  func redraw() { redraws += 1 }
  func use(_ theme: ThemeName) { self.theme = theme }
  func copyToClipboard(_ text: String) { clipboard.append(text) }
  func suspend() { suspensions += 1 }

  func openShell(in directory: String, environment: [String: String], greeting: String) -> String? {
    shells.append((directory, environment, greeting))
    return shellProblem
  }
}
