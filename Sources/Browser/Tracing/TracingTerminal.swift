import Canvas
import Foundation

/// A terminal that notes how long each frame took from the event that asked for it, and what it sent (`--trace-latency`).
@MainActor
package final class TracingTerminal: BrowserTerminal {
  private let terminal: any BrowserTerminal
  private(set) package var trace = LatencyTrace()
  /// When the first of the events was read that the next frame answers; nil where none did.
  private var asked: ContinuousClock.Instant?

  package init(_ terminal: any BrowserTerminal) { self.terminal = terminal }

  package var size: (width: Int, height: Int) { terminal.size }
  package var glyphs: Glyphs { terminal.glyphs }
  package var theme: ThemeName { terminal.theme }
  package func use(_ theme: ThemeName) { terminal.use(theme) }
  package var eventsArrived: (@MainActor () -> Void)? {
    get { terminal.eventsArrived }
    set { terminal.eventsArrived = newValue }
  }
  package var firstEventTime: ContinuousClock.Instant? { terminal.firstEventTime }

  package func drainEvents() -> [TerminalEvent] {
    let events = terminal.drainEvents()
    asked = events.isEmpty ? nil : terminal.firstEventTime
    return events
  }

  package func show(_ canvas: Canvas, cursor: (x: Int, y: Int)?) {
    let before = ThreadOutput.count
    terminal.show(canvas, cursor: cursor)
    let latency = asked?.duration(to: .now)
    let after = ThreadOutput.count
    asked = nil
    trace.note(latency: latency, bytes: before.flatMap { before in after.map { $0 - before } })
  }

  package func redraw() { terminal.redraw() }
  package func copyToClipboard(_ text: String) { terminal.copyToClipboard(text) }
  package func suspend() { terminal.suspend() }

  package func openShell(in directory: String, environment: [String: String], greeting: String) -> String? {
    terminal.openShell(in: directory, environment: environment, greeting: greeting)
  }
}

/// How many bytes the calling thread has written so far, to whatever file.
private enum ThreadOutput {
  /// nil where the kernel does not count.
  static var count: Int? {
    guard let text = try? String(contentsOfFile: "/proc/thread-self/io", encoding: .utf8),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix("wchar: ") })
    else { return nil }
    return Int(line.dropFirst("wchar: ".count))
  }
}
