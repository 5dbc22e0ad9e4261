import Canvas

/// What the browser needs of a terminal.
@MainActor
package protocol BrowserTerminal: AnyObject {
  /// Columns and rows.
  var size: (width: Int, height: Int) { get }
  /// The characters that it can show.
  var glyphs: Glyphs { get }
  /// What colours things have; `mono` where there are none.
  var theme: ThemeName { get }
  /// Draws everything in other colours from the next picture on; `glyphs` may be others then.
  func use(_ theme: ThemeName)
  /// Is called when events wait; several at once may come as one.
  var eventsArrived: (@MainActor () -> Void)? { get set }
  /// When the first of the events was read that `drainEvents` gave last; nil before any came.
  var firstEventTime: ContinuousClock.Instant? { get }
  /// What has happened since the last call, in order.
  func drainEvents() -> [TerminalEvent]
  /// Shows a picture, the cursor where it is given and hidden otherwise.
  func show(_ canvas: Canvas, cursor: (x: Int, y: Int)?)
  /// Draws everything again, also what has not changed.
  func redraw()
  func copyToClipboard(_ text: String)
  /// Gives the terminal back and stops the process; returns when it is continued.
  func suspend()
  /// Gives the terminal to a shell; returns when it has ended.
  /// - Parameters:
  ///   - directory: where it begins.
  ///   - environment: what is set beside what the process has.
  ///   - greeting: a line above its first prompt.
  /// - Returns: why there is none; nil where there was one.
  func openShell(in directory: String, environment: [String: String], greeting: String) -> String?
}
