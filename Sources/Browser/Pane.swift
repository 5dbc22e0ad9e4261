/// The panes, in the order in which Tab visits them.
package enum PaneID: String, Sendable, Hashable, CaseIterable {
  case slots = "Slots"
  case info = "Info"
  case config = "Config"
  case weights = "Weights"
  case jobs = "Jobs"
}

/// A long list in few rows: which of them are in view.
struct ScrollPosition: Sendable, Equatable {
  private(set) var top = 0

  mutating func move(by rows: Int) { top = max(0, top + rows) }
  mutating func moveToTop() { top = 0 }
  mutating func moveToEnd() { top = .max / 2 }

  /// The position brought within a list of `count` rows of which `visible` are in view.
  func clamped(count: Int, visible: Int) -> Int { min(top, max(0, count - visible)) }

  /// Forgets how far it was moved beyond the end.
  mutating func clamp(count: Int, visible: Int) { top = clamped(count: count, visible: visible) }
}
