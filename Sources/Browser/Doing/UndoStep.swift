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

    package init(slotID: Int, revision: Int? = nil) {
      self.slotID = slotID
      self.revision = revision
    }
  }

  var action: Action
  var changes: [Change]
  /// The builds that it came from, which were asked for together; nil for what was no build.
  var group: Build.ID?

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
