import Foundation
import SlotStore

/// A ``TaskRequest`` being carried out, as it stands now.
package struct JobTask: Sendable, Identifiable {
  package enum State: Sendable {
    case queued
    case running
    case ended(TaskEnd)
  }

  package let id: Int
  package let request: TaskRequest
  package var state = State.queued
  /// Bytes, slots or entries, as the request counts; the total is 0 until it is known.
  package var completed = 0
  package var total = 0
  /// Slots that are done, and how many there are; 0 until that is known.
  package var slotsDone = 0
  package var slotCount = 0
  package var started: Date?
  package var ended: Date?

  package init(id: Int, request: TaskRequest) {
    self.id = id
    self.request = request
    slotCount = request.slotIDs.count
  }

  var fraction: Double { total > 0 ? min(1, Double(completed) / Double(total)) : 0 }

  /// Of the request's units, since it began; nil before.
  func perSecond(now: Date) -> Double? {
    guard let started, completed > 0 else { return nil }
    let seconds = (ended ?? now).timeIntervalSince(started)
    return seconds > 0 ? Double(completed) / seconds : nil
  }
}

/// How a task ended, and what came of it until then.
package struct TaskEnd: Sendable {
  package enum Manner: Sendable, Equatable {
    case done
    case cancelled
    /// Why, in a line.
    case failed(String)
  }

  package var manner: Manner
  /// nil where nothing came of it.
  package var result: TaskResult?

  package init(_ manner: Manner, _ result: TaskResult? = nil) {
    self.manner = manner
    self.result = result
  }
}

package enum TaskResult: Sendable {
  case verified(VerifiedSlots)
  case deleted(ChangedSlots)
  case restored(ChangedSlots)
  case purged(ChangedSlots)
  case collected(revisions: Int, files: Int, bytes: Int)
  case checked(CheckReport)
  /// A check or a repair came to no end.
  case stopped(StoppedCheck)
  case exported(bytes: Int)
  case surveyed(Survey)
  /// A file is there that nobody said may be replaced.
  case fileExists
}

/// How far a check or a repair had come when it was cancelled, or failed.
package struct StoppedCheck: Sendable, Equatable {
  /// Rows and files that had been looked at, and how many there are; 0 where that was not known yet.
  package var completed: Int
  package var total: Int
  package var repaired: [Finding]

  package init(completed: Int, total: Int, repaired: [Finding] = []) {
    self.completed = completed
    self.total = total
    self.repaired = repaired
  }
}

/// What verifying some slots found; of those that are as they should be only how many there are.
package struct VerifiedSlots: Sendable, Equatable {
  package private(set) var count = 0
  /// The first ones that are not as they should be.
  package private(set) var damaged: [Verification] = []
  package private(set) var damagedCount = 0
  /// The result, where it was one slot alone.
  package private(set) var only: Verification?

  /// Longer lists are of no use to anybody.
  private static let kept = 1000

  package mutating func add(_ verification: Verification) {
    only = count == 0 ? verification : nil
    count += 1
    if verification.ok { return }
    damagedCount += 1
    if damaged.count < Self.kept { damaged.append(verification) }
  }
}

/// What became of slots that were to be changed one after the other.
package struct ChangedSlots: Sendable, Equatable {
  package struct Problem: Sendable, Equatable {
    package var slotID: Int
    package var text: String
  }

  /// What was done, as it can be undone.
  var done: [UndoStep.Change] = []
  package var problems: [Problem] = []
}
