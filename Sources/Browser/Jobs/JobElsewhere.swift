import Foundation
import SlotStore

/// A save of another process, and since when it has been seen.
package struct JobElsewhere: Sendable, Identifiable {
  package private(set) var save: SaveElsewhere
  private let seen: Date
  /// Bytes that had been written then.
  private let before: Int

  package var id: String { save.id }

  package init(_ save: SaveElsewhere, seen: Date) {
    self.save = save
    self.seen = seen
    before = save.completedBytes
  }

  mutating func update(_ save: SaveElsewhere) { self.save = save }

  /// `elsewhere (pid 4711)`.
  var name: String { save.processID.map { "elsewhere (pid \($0))" } ?? "elsewhere" }

  /// What is said to whoever wants to do something with it.
  var notice: String { "another process saves this" + (save.processID.map { ": pid \($0)" } ?? "") }

  var fraction: Double {
    save.totalBytes > 0 ? min(1, Double(save.completedBytes) / Double(save.totalBytes)) : 0
  }

  /// Since it has been seen; nil before anything is known.
  func bytesPerSecond(now: Date) -> Double? {
    let seconds = now.timeIntervalSince(seen)
    guard seconds > 0, save.completedBytes > before else { return nil }
    return Double(save.completedBytes - before) / seconds
  }

  func secondsLeft(now: Date) -> Double? {
    bytesPerSecond(now: now).map { Double(save.totalBytes - save.completedBytes) / $0 }
  }
}
