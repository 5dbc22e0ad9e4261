/// What a key can ask for.
///
/// Keys are bound to commands in ``BindingTable`` alone; whether a command can be carried out now, and why
/// not, is answered by ``BrowserState/whyDisabled(_:)``.
package enum Command: String, Sendable, Hashable, CaseIterable {
  // Moving
  case up, down, pageUp, pageDown, first, last
  case nextPane, previousPane, open, close
  // Finding
  case filter, nextType, previousType, nextOrder, reverseOrder
  // Doing
  case rebuild, changeAndRebuild, build, verify, undo, cancel, delete
  // Seeing
  case histogram, logScale, range, copyChecksum
  // The program
  case help, redraw, suspend, quit
  // Filling in
  case accept, nextField, previousField, nextChoice, previousChoice, eraseField
  // Answering
  case yes, no
}

/// Where a binding counts: the panes, or what lies over them and takes the keys.
package enum Scope: String, Sendable, Hashable, CaseIterable {
  case panes, filter, form, question, report, verification, help
}

/// A heading of the help and of the key list.
package enum BindingGroup: String, Sendable, CaseIterable {
  case moving = "Moving"
  case finding = "Finding"
  case doing = "Doing"
  case seeing = "Seeing"
  case program = "The program"
  case filtering = "While filtering"
  case form = "In a form"
  case answering = "In a dialog"
}
