import Builds
import Foundation

/// The builds that were started here, and which of them is selected.
package struct BuildsPane: Sendable {
  /// Running ones first, then those that wait, then the finished ones, the newest first.
  package private(set) var builds: [Build] = []
  private(set) var selectedID: Build.ID?
  /// When the builds were looked at: rates and times left refer to it.
  private(set) var now = Date(timeIntervalSince1970: 0)

  var selection: Int { builds.firstIndex { $0.id == selectedID } ?? 0 }
  var selected: Build? { builds.isEmpty ? nil : builds[selection] }
  var running: [Build] { builds.filter { $0.state.isRunning } }
  var queued: [Build] { builds.filter { $0.state.isQueued } }
  var active: [Build] { builds.filter(\.state.isActive) }

  /// - Returns: the builds that have ended since the last time.
  mutating func take(_ new: [Build], now: Date) -> [Build] {
    self.now = now
    let wereActive = Set(active.map(\.id))
    let known = Set(builds.map(\.id))
    builds =
      new.filter(\.state.isRunning) + new.filter(\.state.isQueued)
      + new.filter { !$0.state.isActive }.reversed()
    return new.filter {
      !$0.state.isActive && (wereActive.contains($0.id) || !known.contains($0.id))
    }
  }

  mutating func move(by rows: Int) { select(row: selection + rows) }

  mutating func select(row: Int) {
    guard !builds.isEmpty else { return }
    selectedID = builds[min(max(0, row), builds.count - 1)].id
  }

  /// The running or waiting build of a slot.
  func active(slotID: Int) -> Build? { active.first { $0.slotID == slotID } }
}

extension Build.State {
  var isRunning: Bool { if case .running = self { true } else { false } }
  var isQueued: Bool { if case .queued = self { true } else { false } }
}
