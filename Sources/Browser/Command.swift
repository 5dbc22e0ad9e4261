/// What a key can ask for.
///
/// Keys are bound to commands in ``BindingTable`` alone; whether a command can be carried out now, and why
/// not, is answered by ``BrowserState/whyDisabled(_:)``.
package enum Command: String, Sendable, Hashable, CaseIterable {
  // Moving
  case up, down, pageUp, pageDown, first, last
  case nextPane, previousPane, open, close
  case left, right, foldAll, unfoldAll
  // Finding
  case filter, goToSlot, nextType, previousType, nextOrder, reverseOrder
  // Doing
  case rebuild, changeAndRebuild, build, importFile, export, verify, undo, cancel, delete
  case mark, markAll, compare
  case history, purge, gc, clear, check, repair, info, verifyAll, verifyQuick
  // Seeing
  case histogram, logScale, range, copyChecksum, python, copyLines
  case showAll
  case map, values, goToIndex, lineStart, lineEnd, nextSlice, previousSlice, rearrange, measure
  case zoomIn, zoomOut, panLeft, panRight, exportTensor
  case highestBar, exchange, dots
  case nextTheme
  // The program
  case help, commands, configProblems, showLog, openShell, narrowList, widenList, redraw, suspend, quit
  // Filling in
  case accept, nextField, previousField, nextChoice, previousChoice, eraseField
  // Answering
  case yes, no
  // Typing
  case complete
}

extension Command {
  /// What a person types for it after `:` and in the configuration: `change-and-rebuild`.
  package var name: String {
    rawValue.reduce(into: "") { name, character in
      if character.isUppercase { name.append("-") }
      name += character.lowercased()
    }
  }

  package init?(named name: String) {
    guard let command = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = command
  }
}

/// Where a binding counts: the panes, a screen over them, or what lies over these and takes the keys.
package enum Scope: String, Sendable, Hashable, CaseIterable {
  case panes, tensors, difference, histogram
  case filter, jump, index, form, candidates, question, confirmation, report, python, list, history,
    verification, survey, help,
    palette

  /// Screens over the panes, which have the keys of the program too; each with its heading in the key list.
  package static let screens: [(scope: Scope, title: String)] = [
    (.tensors, "A slot's tensors"), (.difference, "Two slots compared"),
    (.histogram, "A histogram"),
  ]

  /// Whether what is pasted goes into a field of it.
  var takesText: Bool { [.filter, .jump, .form, .candidates, .confirmation, .palette].contains(self) }

  /// Whether it is that of the panes or of a screen over them.
  var isScreen: Bool { self == .panes || Self.screens.contains { $0.scope == self } }
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
