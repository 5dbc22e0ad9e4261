import Canvas

/// Tells double clicks from single ones.
struct ClickCounter {
  static let longestPause = Duration.milliseconds(400)
  private var last: (event: MouseEvent, at: ContinuousClock.Instant)?

  /// What a report of the mouse means: a second click in the same cell soon after is also a double click.
  mutating func events(for event: MouseEvent, at now: ContinuousClock.Instant) -> [MouseEvent] {
    guard event.kind == .click else { return [event] }
    if let last, last.event == event, now - last.at <= Self.longestPause {
      self.last = nil
      return [event, MouseEvent(.doubleClick, x: event.x, y: event.y)]
    }
    last = (event, now)
    return [event]
  }
}
