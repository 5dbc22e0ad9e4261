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
  /// As keys ask for it.
  mutating func move(_ command: Command, count: Int, visible: Int) {
    let page = max(1, visible - 1)
    switch command {
    case .up: move(by: -1)
    case .down: move(by: 1)
    case .pageUp: move(by: -page)
    case .pageDown: move(by: page)
    case .first: moveToTop()
    case .last: moveToEnd()
    default: return
    }
    clamp(count: count, visible: visible)
  }

  mutating func moveToTop() { top = 0 }
  mutating func moveToEnd() { top = .max / 2 }

  /// The position brought within a list of `count` rows of which `visible` are in view.
  func clamped(count: Int, visible: Int) -> Int { min(top, max(0, count - visible)) }

  /// Forgets how far it was moved beyond the end.
  mutating func clamp(count: Int, visible: Int) { top = clamped(count: count, visible: visible) }
}
