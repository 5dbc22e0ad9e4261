import Canvas

/// Every key of the browser. There is no other list.
///
/// A table is made of the bindings below, their keys changed where somebody has chosen others.
package struct BindingTable: Sendable {
  package static let all: [Binding] =
    moving + finding + doing + store + seeing + program(.panes) + configuration + tensors + difference
    + histogram + filtering + jump + index
    + form + candidates + python + answers + palette + lists

  package static let standard = BindingTable(all)

  package let bindings: [Binding]
  private let byKey: [ScopedKey: Int]

  private struct ScopedKey: Hashable, Sendable {
    let scope: Scope
    let key: Key
  }

  package init(_ bindings: [Binding]) {
    self.bindings = bindings
    var places: [ScopedKey: Int] = [:]
    for (place, binding) in bindings.enumerated() {
      for key in binding.keys { places[ScopedKey(scope: binding.scope, key: key)] = place }
    }
    byKey = places
  }

  /// The binding of `key` where `scope` takes the keys.
  package func binding(for key: Key, in scope: Scope) -> Binding? {
    byKey[ScopedKey(scope: scope, key: key)].map { bindings[$0] }
  }

  /// What a message calls a command by: the key that brings it now, or its name after `:` where none does.
  func name(of command: Command, in scope: Scope, ascii: Bool) -> String {
    bindings.first { $0.scope == scope && $0.command == command }?.written(ascii: ascii).first
      ?? ":\(command.name)"
  }

  /// What the footer may show in `scope`, the most important first. What no key brings has no place there.
  func footer(of scope: Scope) -> [Binding] {
    bindings.filter { $0.scope == scope && $0.label != nil && !$0.keys.isEmpty }.sorted { $0.rank < $1.rank }
  }

  private static let moving: [Binding] = [
    Binding(.panes, .moving, [.character("k"), .up, .ctrl("p")], .up, "one row up"),
    Binding(.panes, .moving, [.character("j"), .down, .ctrl("n")], .down, "one row down"),
    Binding(.panes, .moving, [.pageUp, .ctrl("b")], .pageUp, "a page up"),
    Binding(.panes, .moving, [.pageDown, .ctrl("f")], .pageDown, "a page down"),
    Binding(.panes, .moving, [.character("g"), .home], .first, "to the first row"),
    Binding(.panes, .moving, [.character("G"), .end], .last, "to the last row"),
    Binding(
      .panes, .moving, [.tab, .character("l"), .right], .nextPane, label: "panes", rank: 71, "next pane"),
    Binding(.panes, .moving, [.backTab, .character("h"), .left], .previousPane, "previous pane"),
    Binding(
      .panes, .moving, [.enter], .open, label: "open", rank: 50, place: 54,
      "open: tensors, a pane at full size, a build's end"),
    Binding(.panes, .moving, [.escape], .close, "back: full size, pane, marks, then filter"),
  ]

  private static let finding: [Binding] = [
    Binding(
      .panes, .finding, [.character("/")], .filter, label: "filter", rank: 35, place: 62,
      "filter as you type: words, and terms such as type:cnn size:>1G is:damaged nan:yes updated:<2h"),
    Binding(
      .panes, .finding, "0123456789".map { .character($0) }, .goToSlot,
      "go to a slot by its number, as you type it"),
    Binding(.panes, .finding, [.character("t")], .nextType, label: "type", rank: 60, "next model type"),
    Binding(.panes, .finding, [.character("T")], .previousType, "previous model type"),
    Binding(
      .panes, .finding, [.character("s")], .nextOrder, label: "sort", rank: 65,
      "next order: updated, id, type, size, name, params, dtype, created, checksum, state"),
    Binding(.panes, .finding, [.character("S")], .reverseOrder, "reverse the order"),
  ]

  private static let doing: [Binding] = [
    Binding(
      .panes, .doing, [.character("r")], .rebuild, label: "rebuild", rank: 15,
      "rebuild the slot as it was built; in the jobs pane: run what failed again"),
    Binding(
      .panes, .doing, [.character("R")], .changeAndRebuild, "rebuild with changes, in a form"),
    Binding(.panes, .doing, [.character("b")], .build, label: "build", rank: 20, "build a slot"),
    Binding(
      .panes, .doing, [.character("i")], .importFile, label: "import", rank: 69,
      "take a model file into a slot"),
    Binding(
      .panes, .doing, [.character("e")], .export, label: "export", rank: 72,
      "write the slot, or the marked ones, to files"),
    Binding(
      .panes, .doing, [.character("v")], .verify, label: "verify", rank: 25,
      "read the weights again and compare their checksum"),
    Binding(
      .panes, .doing, [.character("u")], .undo, label: "undo", rank: 28,
      "undo the last rebuild, restore or delete; again: the one before"),
    Binding(.panes, .doing, [.character("c")], .cancel, label: "cancel", rank: 30, place: 66, "cancel a job"),
    Binding(
      .panes, .doing, [.character("D")], .delete, label: "delete", rank: 70,
      "delete the slot; undo brings it back"),
    Binding(
      .panes, .doing, [.character(" ")], .mark, label: "mark", rank: 95,
      "mark the slot: what is done is done to all that are marked; again: take the mark away"),
    Binding(
      .panes, .doing, [.character("*")], .markAll, "mark all slots that the list shows"),
    Binding(
      .panes, .doing, [.character("U")], .history,
      "what is kept of the slot: earlier revisions, to go back to or to compare"),
  ]

  private static let seeing: [Binding] = [
    Binding(
      .panes, .seeing, [.character("H")], .histogram, label: "histogram", rank: 75,
      "the histogram, to read and zoom; over it that of the slot marked last"),
    Binding(
      .panes, .seeing, [.character("L")], .logScale, label: "log", rank: 80, "histogram: linear or log counts"
    ),
    Binding(
      .panes, .seeing, [.character("a")], .range, label: "all values", rank: 85,
      "histogram: all values, or the central 99.8 %"),
    Binding(
      .panes, .seeing, [.character("=")], .compare, label: "compare", rank: 52,
      "compare the marked slot with the selected, two marked ones, or the slot with its previous revision"),
    Binding(
      .panes, .seeing, [.character("o")], .python, label: "Python", rank: 92,
      "the Python lines that load the slot with numpy"),
    Binding(
      .panes, .seeing, [.character("y")], .copyChecksum, label: "copy checksum", rank: 90,
      "copy the checksum to the clipboard"),
  ]

  /// What the screens over the panes have in common with each other.
  private static func screenMoving(_ scope: Scope) -> [Binding] {
    [
      Binding(scope, .moving, [.character("k"), .up, .ctrl("p")], .up, "one row up"),
      Binding(scope, .moving, [.character("j"), .down, .ctrl("n")], .down, "one row down"),
      Binding(scope, .moving, [.pageUp, .ctrl("b")], .pageUp, "a page up"),
      Binding(scope, .moving, [.pageDown, .ctrl("f")], .pageDown, "a page down"),
      Binding(scope, .moving, [.character("g"), .home], .first, "to the first row"),
      Binding(scope, .moving, [.character("G"), .end], .last, "to the last row"),
      Binding(scope, .moving, [.tab], .nextPane, label: "panes", rank: 60, "next pane"),
      Binding(scope, .moving, [.backTab], .previousPane, "previous pane"),
    ]
  }

  private static let tensors: [Binding] =
    screenMoving(.tensors) + [
      Binding(
        .tensors, .moving, [.enter, .character(" ")], .open, label: "fold/open", rank: 15,
        "fold or unfold the group; a tensor: its histogram"),
      Binding(
        .tensors, .moving, [.character("l"), .right], .right, "unfold; in a picture: to the right"),
      Binding(
        .tensors, .moving, [.character("h"), .left], .left,
        "fold, or to the group above; in a picture: to the left"),
      Binding(.tensors, .moving, [.character("*")], .unfoldAll, "unfold all groups"),
      Binding(.tensors, .moving, [.character("z")], .foldAll, "fold all groups"),
      Binding(
        .tensors, .moving, [.escape], .close, label: "back", rank: 13, place: 198,
        "back: full size, pane, filter, then to the slots"),
      Binding(
        .tensors, .finding, [.character("/")], .filter, label: "filter", rank: 25,
        "filter by name or dtype as you type"),
      Binding(
        .tensors, .finding, [.character("s")], .nextOrder, label: "sort", rank: 65,
        "next order: file order, name, size, mean, std, marks"),
      Binding(.tensors, .finding, [.character("S")], .reverseOrder, "reverse the order"),
      Binding(
        .tensors, .seeing, [.character("H")], .histogram, label: "histogram", rank: 30,
        "the tensor's histogram, to read and zoom"),
      Binding(
        .tensors, .seeing, [.character("M")], .map, label: "map", rank: 35,
        "the map of values at full size, and back"),
      Binding(
        .tensors, .seeing, [.character("V")], .values, label: "values", rank: 40,
        "the values at full size, and back"),
      Binding(
        .tensors, .seeing, [.character("i")], .goToIndex, label: "index", rank: 46, "go to an index: 12, 34"),
      Binding(
        .tensors, .seeing, [.character("n"), .character(".")], .nextSlice, label: "next slice", rank: 47,
        "map and values: the next slice of more than two axes"),
      Binding(
        .tensors, .seeing, [.character("p"), .character(",")], .previousSlice,
        "map and values: the slice before"),
      Binding(
        .tensors, .seeing, [.character("x")], .rearrange, "map and values: other axes as rows and columns"),
      Binding(
        .tensors, .seeing, [.character("m")], .measure, label: "mean/largest", rank: 48,
        "map: the mean of a cell's values, or the largest of them"),
      Binding(.tensors, .seeing, [.character("0")], .lineStart, "map and values: the first column"),
      Binding(.tensors, .seeing, [.character("$")], .lineEnd, "map and values: the last column"),
      Binding(
        .tensors, .seeing, [.character("L")], .logScale, label: "log", rank: 45,
        "histogram: linear or log counts"),
      Binding(
        .tensors, .seeing, [.character("a")], .range, label: "all values", rank: 70,
        "histogram: all values, or the central 99.8 %; map: all of it"),
      Binding(
        .tensors, .seeing, [.character("["), .character("+")], .zoomIn, label: "zoom in", rank: 50,
        "zoom in: the middle half of a histogram, a map from nearer"),
      Binding(
        .tensors, .seeing, [.character("]"), .character("-")], .zoomOut, "zoom out"),
      Binding(
        .tensors, .seeing, [.character("{"), .character("<")], .panLeft,
        "histogram: lower values; map and values: a page to the left"),
      Binding(
        .tensors, .seeing, [.character("}"), .character(">")], .panRight,
        "histogram: higher values; map and values: a page to the right"),
      Binding(
        .tensors, .doing, [.character("y")], .copyChecksum, label: "copy checksum", rank: 75,
        "copy the tensor's checksum, or its name where none is known"),
      Binding(
        .tensors, .doing, [.character("e")], .exportTensor, label: "export", rank: 55,
        "write the tensor to a file"),
    ] + program(.tensors)

  private static let difference: [Binding] =
    screenMoving(.difference) + [
      Binding(
        .difference, .moving, [.enter], .open, label: "open", rank: 50,
        "the tensor's histograms, or a pane at full size, and back"),
      Binding(
        .difference, .moving, [.escape], .close, label: "back", rank: 15, place: 198,
        "back: full size, pane, filter, then to the slots"),
      Binding(
        .difference, .finding, [.character("/")], .filter, label: "filter", rank: 25,
        "filter by name as you type"),
      Binding(
        .difference, .finding, [.character("s")], .nextOrder, label: "sort", rank: 30,
        "next order: file order, largest step, relative L2"),
      Binding(.difference, .finding, [.character("S")], .reverseOrder, "reverse the order"),
      Binding(
        .difference, .finding, [.character("a")], .showAll, label: "all/changed", rank: 35,
        "all tensors, or only those that differ"),
      Binding(
        .difference, .seeing, [.character("H")], .histogram, label: "histogram", rank: 40,
        "the histograms at full size, and back"),
      Binding(
        .difference, .seeing, [.character("L")], .logScale, label: "log", rank: 45,
        "histograms: linear or log counts"),
    ] + program(.difference)

  static func program(_ scope: Scope) -> [Binding] {
    [
      Binding(
        scope, .program, [.character("?"), .function(1)], .help, label: "help", rank: 5, place: 200,
        "this help"),
      Binding(
        scope, .program, [.character(":")], .commands, label: "command", rank: 68,
        "every command by its name, those without a key too"),
      Binding(scope, .program, [.character("E")], .showLog, "what has failed, and what else was said"),
      Binding(
        scope, .program, [], .nextTheme, "other colours: auto, dark, light, high-contrast, mono"),
      Binding(
        scope, .program, [.character("!")], .openShell, "a shell in the store's folder; exit comes back"),
      Binding(scope, .program, [.character("(")], .narrowList, "the list narrower"),
      Binding(scope, .program, [.character(")")], .widenList, "the list wider"),
      Binding(scope, .program, [.ctrl("l")], .redraw, "draw the screen again"),
      Binding(scope, .program, [.ctrl("z")], .suspend, "back to the shell; fg returns"),
      Binding(
        scope, .program, [.character("q"), .ctrl("c")], .quit, label: "quit", rank: 10, place: 201,
        "quit; asks only while jobs run that would be lost"),
    ]
  }

  private static let configuration: [Binding] = [
    Binding(.panes, .program, [], .configProblems, "what in the configuration could not be understood")
  ]

  private static let filtering: [Binding] = [
    Binding(.filter, .filtering, [.enter], .accept, label: "keep the filter", rank: 10, "keep the filter"),
    Binding(
      .filter, .filtering, [.escape, .ctrl("c")], .close, label: "show all", rank: 20, "show all"),
    Binding(.filter, .filtering, [.up], .up, label: "up", rank: 30, "one row up"),
    Binding(.filter, .filtering, [.down], .down, label: "down", rank: 40, "one row down"),
    Binding(
      .filter, .filtering, [.ctrl("o")], .nextOrder, label: "sort", rank: 50, "next order"),
    Binding(.filter, .filtering, [.ctrl("t")], .nextType, "slots: next model type"),
    Binding(.filter, .filtering, [.pageUp], .pageUp, "a page up"),
    Binding(.filter, .filtering, [.pageDown], .pageDown, "a page down"),
    Binding(.filter, .filtering, [.ctrl("u")], .eraseField, "erase what was typed"),
  ]

  private static let form: [Binding] = [
    Binding(.form, .form, [.enter], .accept, label: "do it", rank: 10, "do what the form says"),
    Binding(.form, .form, [.escape, .ctrl("c")], .close, label: "cancel", rank: 20, "close the form"),
    Binding(.form, .form, [.down], .nextField, label: "next", rank: 30, "next field"),
    Binding(
      .form, .form, [.tab], .complete, label: "complete", rank: 35,
      "complete a path; where there is nothing to complete, next field"),
    Binding(.form, .form, [.up, .backTab], .previousField, "previous field"),
    Binding(
      .form, .form, [.right], .nextChoice, label: "choose", rank: 40,
      "next choice, or the cursor to the right"),
    Binding(.form, .form, [.left], .previousChoice, "previous choice, or the cursor to the left"),
    Binding(.form, .form, [.ctrl("u")], .eraseField, "erase the field"),
  ]

  private static let candidates: [Binding] = [
    Binding(
      .candidates, .form, [.enter], .accept, label: "take", rank: 10,
      "take what is selected; where nothing is, do what the form says"),
    Binding(
      .candidates, .form, [.escape, .ctrl("c")], .close, label: "close the list", rank: 20, "close the list"),
    Binding(.candidates, .form, [.down], .down, label: "choose", rank: 30, "next candidate"),
    Binding(.candidates, .form, [.up], .up, "previous candidate"),
    Binding(.candidates, .form, [.pageDown], .pageDown, "some candidates down"),
    Binding(.candidates, .form, [.pageUp], .pageUp, "some candidates up"),
    Binding(
      .candidates, .form, [.tab], .complete, "complete further, or choose; take what is selected"),
    Binding(.candidates, .form, [.backTab], .previousField, "previous field"),
    Binding(.candidates, .form, [.ctrl("u")], .eraseField, "erase the field"),
  ]

  private static let jump: [Binding] = [
    Binding(.jump, .form, [.enter], .accept, label: "go there", rank: 10, "go to the slot of that number"),
    Binding(.jump, .form, [.escape, .ctrl("c")], .close, label: "cancel", rank: 20, "stay where it is"),
    Binding(.jump, .form, [.ctrl("u")], .eraseField, label: "erase", rank: 30, "erase the number"),
  ]

  private static let index: [Binding] = [
    Binding(.index, .form, [.enter], .accept, label: "go there", rank: 10, "go to the index: 12, 34"),
    Binding(.index, .form, [.escape, .ctrl("c")], .close, label: "cancel", rank: 20, "stay where it is"),
    Binding(.index, .form, [.ctrl("u")], .eraseField, label: "erase", rank: 30, "erase the index"),
  ]

  private static let python: [Binding] = [
    Binding(.python, .answering, [.character("y")], .copyLines, label: "copy", rank: 10, "copy the lines"),
    Binding(
      .python, .answering, [.enter, .escape, .character("q"), .character("o"), .ctrl("c")], .close,
      label: "close", rank: 20, "close"),
    Binding(.python, .answering, [.down, .character("j")], .down, "one row down"),
    Binding(.python, .answering, [.up, .character("k")], .up, "one row up"),
    Binding(.python, .answering, [.pageDown, .ctrl("f")], .pageDown, "a page down"),
    Binding(.python, .answering, [.pageUp, .ctrl("b")], .pageUp, "a page up"),
    Binding(.python, .answering, [.character("g"), .home], .first, "to the first row"),
    Binding(.python, .answering, [.character("G"), .end], .last, "to the last row"),
  ]

  private static let answers: [Binding] = [
    Binding(.question, .answering, [.character("y"), .character("Y")], .yes, label: "yes", rank: 10, "yes"),
    Binding(
      .question, .answering, [.character("n"), .character("N"), .escape, .character("q"), .ctrl("c")], .no,
      label: "no", rank: 20, "no"),
    Binding(
      .report, .answering, [.enter, .escape, .character("q"), .ctrl("c")], .close, label: "close", rank: 10,
      "close"),
    Binding(.report, .answering, [.character("u")], .undo, label: "undo", rank: 20, "undo the rebuild"),
    Binding(
      .report, .answering, [.character("=")], .compare, label: "compare tensors", rank: 25,
      "compare the tensors before and after"),
    Binding(
      .report, .answering, [.character("L")], .logScale, label: "log", rank: 30,
      "histogram: linear or log counts"),
    Binding(
      .report, .answering, [.character("y")], .copyChecksum, label: "copy checksum", rank: 40,
      "copy the checksum"),
    Binding(
      .verification, .answering, [.character("c"), .ctrl("c")], .cancel, label: "cancel", rank: 10,
      "stop verifying"),
    Binding(
      .verification, .answering, [.escape, .enter, .character("q")], .close, label: "go on in the background",
      rank: 20, "go on in the background"),
    Binding(
      .survey, .answering, [.escape, .character("c"), .character("q"), .ctrl("c")], .cancel, label: "cancel",
      rank: 10, "stop looking up what is to be shown or asked"),
    Binding(
      .help, .answering, [.escape, .enter, .character("q"), .character("?"), .ctrl("c")], .close,
      label: "close",
      rank: 10, "close"),
    Binding(.help, .answering, [.character("/")], .filter, label: "search", rank: 15, "search as you type"),
    Binding(.help, .answering, [.down, .character("j")], .down, label: "scroll", rank: 20, "one row down"),
    Binding(.help, .answering, [.up, .character("k")], .up, "one row up"),
    Binding(.help, .answering, [.pageDown, .ctrl("f"), .character(" ")], .pageDown, "a page down"),
    Binding(.help, .answering, [.pageUp, .ctrl("b")], .pageUp, "a page up"),
    Binding(.help, .answering, [.character("g"), .home], .first, "to the first row"),
    Binding(.help, .answering, [.character("G"), .end], .last, "to the last row"),
  ]

  private static let palette: [Binding] = [
    Binding(.palette, .answering, [.enter], .accept, label: "carry out", rank: 10, "carry out the command"),
    Binding(.palette, .answering, [.escape, .ctrl("c")], .close, label: "close", rank: 20, "close"),
    Binding(.palette, .answering, [.tab], .complete, label: "complete", rank: 30, "complete the name"),
    Binding(.palette, .answering, [.up, .ctrl("p")], .up, "one row up"),
    Binding(.palette, .answering, [.down, .ctrl("n")], .down, "one row down"),
    Binding(.palette, .answering, [.pageUp, .ctrl("b")], .pageUp, "a page up"),
    Binding(.palette, .answering, [.pageDown, .ctrl("f")], .pageDown, "a page down"),
    Binding(.palette, .answering, [.ctrl("u")], .eraseField, "erase what was typed"),
  ]
}
