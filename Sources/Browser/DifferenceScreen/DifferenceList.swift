import Inspection

/// In what order the tensors of a difference are listed.
package enum DifferenceOrder: String, Sendable, Hashable, CaseIterable {
  case file = "file order"
  /// The largest first, as the next; what has no numbers, since one side has no such tensor, before all.
  case step = "max abs"
  case relative = "rel L2"
}

/// The tensors of a difference: which of them are listed, which is selected, which are in view.
package struct DifferenceList: Sendable, SearchedList {
  package private(set) var tensors: [TensorDifference]
  /// Places in `tensors`, in the order in which they are listed.
  package private(set) var rows: [Int] = []
  package private(set) var order = DifferenceOrder.file
  package private(set) var isReversed = false
  /// Also those that are the same.
  package private(set) var showsAll = false
  package private(set) var search = ""
  /// The selected row.
  package private(set) var selection = 0
  private(set) var top = 0
  private(set) var visible = 1
  /// Until somebody moves, the selection is the first row, whatever comes in before it.
  private var hasMoved = false

  package init(_ tensors: [TensorDifference]) {
    self.tensors = tensors
    arrange()
  }

  /// Whether the largest, or the last of the file, comes first.
  var descends: Bool { (order == .file) == isReversed }

  /// The place of the selected tensor.
  package var selectedTensor: Int? { rows.indices.contains(selection) ? rows[selection] : nil }

  // MARK: Changes

  package mutating func take(_ read: [NumberedDifference]) {
    if read.isEmpty { return }
    for one in read where tensors.indices.contains(one.tensor) { tensors[one.tensor] = one.difference }
    arrange()
  }

  package mutating func sort(by order: DifferenceOrder, reversed: Bool) {
    self.order = order
    isReversed = reversed
    arrange()
  }

  package mutating func showAll(_ showsAll: Bool) {
    self.showsAll = showsAll
    arrange()
  }

  package mutating func find(_ text: String) {
    search = text
    arrange()
  }

  package mutating func show(rows visible: Int) {
    self.visible = max(1, visible)
    scrollToSelection()
  }

  package mutating func select(row: Int) {
    hasMoved = true
    selection = min(max(0, row), max(0, rows.count - 1))
    scrollToSelection()
  }

  package mutating func move(by rows: Int) { select(row: selection + rows) }

  /// Scrolls without selecting; the selection follows only where it would leave the view.
  package mutating func scroll(by rows: Int) {
    top = min(max(0, top + rows), max(0, self.rows.count - visible))
    if selection < top { select(row: top) }
    if selection >= top + visible { select(row: top + visible - 1) }
  }

  // MARK: Rows

  /// Puts the rows together anew. The selection stays with its tensor; where that is not listed any more, at its row.
  private mutating func arrange() {
    let selected = hasMoved ? selectedTensor : nil
    let names = NameSearch(search)
    rows = tensors.indices.filter { index in
      let isListed = showsAll || (tensors[index].status != .same && tensors[index].status != .unknown)
      return isListed && names.matches(tensors[index].name)
    }
    if order != .file {
      let sizes = Dictionary(uniqueKeysWithValues: rows.map { ($0, size(of: tensors[$0])) })
      rows.sort { (sizes[$1] ?? 0, $0) < (sizes[$0] ?? 0, $1) }
    }
    if isReversed { rows.reverse() }
    let row = selected.flatMap { rows.firstIndex(of: $0) } ?? (hasMoved ? selection : 0)
    selection = min(row, max(0, rows.count - 1))
    scrollToSelection()
  }

  private func size(of tensor: TensorDifference) -> Double {
    switch tensor.status {
    case .same, .unknown: return -1
    case .onlyInA, .onlyInB: return .infinity
    case .changed:
      guard let values = tensor.values else { return .infinity }
      // From zero any change is infinite.
      let size = order == .step ? values.maxAbs : values.relativeL2 ?? (values.differing > 0 ? .infinity : 0)
      return size ?? 0
    }
  }

  private mutating func scrollToSelection() {
    top = min(top, max(0, rows.count - visible))
    if selection < top { top = selection }
    if selection >= top + visible { top = selection - visible + 1 }
  }
}
