import Builds

/// What `u` takes back at once: what one key did, to however many slots.
package struct UndoStep: Sendable, Equatable {
  /// What was done, as a noun.
  enum Action: String, Sendable {
    case rebuild, delete, restore
  }

  /// What a slot is to hold again.
  package struct Change: Sendable, Equatable {
    package var slotID: Int
    /// nil: what another program had written there, under whatever number it was adopted.
    package var revision: Int?
    /// The revision that was made; a delete makes none.
    package var made: Int?

    package init(slotID: Int, revision: Int? = nil, made: Int? = nil) {
      self.slotID = slotID
      self.revision = revision
      self.made = made
    }

    /// Grows with what happens to a slot: a revision is made, then deleted. Nil where nobody knows.
    private var moment: (revision: Int, isDelete: Int)? {
      made.map { ($0, 0) } ?? revision.map { ($0, 1) }
    }

    /// Whether it was done to the same slot, and later.
    fileprivate func happened(after other: Change) -> Bool {
      guard slotID == other.slotID, let moment, let otherMoment = other.moment else { return false }
      return moment > otherMoment
    }
  }

  var action: Action
  var changes: [Change]
  /// The builds that it came from, which were asked for together; nil for what was no build.
  var group: Build.ID?

  /// Whether any of its slots was changed later than the other step changed it.
  func happened(after other: UndoStep) -> Bool {
    changes.contains { change in other.changes.contains { change.happened(after: $0) } }
  }

  /// `the delete of slot 7`, `the rebuild of 3 slots`.
  var text: String { "the \(action.rawValue) of \(SlotsText.text(changes.map(\.slotID)))" }
}

/// Slots, as sentences name them.
enum SlotsText {
  /// `slot 7`, `3 slots`.
  static func text(_ slots: [Int]) -> String {
    slots.count == 1 ? "slot \(slots[0])" : NumberText.counted(slots.count, "slot")
  }
}
