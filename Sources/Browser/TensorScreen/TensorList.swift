import Inspection
import ModelContext
import Tensors

/// The list of a slot's tensors: a tree that is folded, filtered and sorted, a selection and a scroll position.
///
/// Rows are worked out once for each change, whatever is in view; what is drawn costs the same for any number of them.
struct TensorList: Sendable, SearchedList {
  struct Row: Sendable, Equatable {
    var node: Int
    var depth: Int
  }

  let tree: TensorTree
  private(set) var rows: [Row] = []
  private(set) var order = TensorOrder.file
  private(set) var isReversed = false
  private(set) var search = ""
  /// Tensors that match the search; all where there is none.
  private(set) var matchCount = 0
  /// The selected row and the first one in view.
  private(set) var selection = 0
  private(set) var top = 0
  private(set) var visible = 1
  /// By the number of the tensor; nil while it is not known.
  private(set) var profiles: [TensorProfile?]

  /// Tensors that hold NaN or infinite values, as far as is known.
  private(set) var unsoundCount = 0
  /// Columns that the longest dtype and the longest shape take.
  let widest: (dtype: Int, shape: Int)

  private var isFolded: [Bool]
  /// While a search is on everything is unfolded, but what is folded then.
  private var isFoldedInSearch: [Bool]
  /// The children of all nodes in the order of their names, once that was asked for.
  private var nameOrder: [Int]?

  /// Up to so many tensors nothing is folded at first.
  private static let few = 24

  init(_ tensors: [PlacedTensor]) {
    tree = TensorTree(tensors)
    widest = (
      Set(tensors.map(\.info.dtype)).map(\.rawValue.count).max() ?? 0,
      tensors.reduce(0) { max($0, Self.shapeWidth($1.info.shape)) }
    )
    profiles = Array(repeating: nil, count: tensors.count)
    isFolded = tree.nodes.map { tensors.count > Self.few && $0.isGroup && $0.isNumbered }
    isFoldedInSearch = Array(repeating: false, count: tree.nodes.count)
    layOut()
  }

  /// Columns of `Shape.text`.
  private static func shapeWidth(_ shape: [Int]) -> Int {
    if shape.isEmpty { return 6 }
    return shape.reduce(3 * (shape.count - 1)) { width, extent in
      var width = width + 1
      var rest = extent / 10
      while rest > 0 {
        width += 1
        rest /= 10
      }
      return width
    }
  }

  /// Takes over order, search, folds and selection from the list that it takes the place of, by names.
  mutating func resemble(_ other: TensorList) {
    let folds = Dictionary(
      other.tree.nodes.indices.filter { other.tree.nodes[$0].isGroup }.map {
        (other.tree.path(of: $0), other.isFolded[$0])
      }, uniquingKeysWith: { first, _ in first })
    for node in tree.nodes.indices where tree.nodes[node].isGroup {
      if let known = folds[tree.path(of: node)] { isFolded[node] = known }
    }
    order = other.order
    isReversed = other.isReversed
    search = other.search
    visible = other.visible
    let wanted = other.selected.map { (other.tree.path(of: $0), other.tree.nodes[$0].isGroup) }
    let kept = wanted.flatMap { path, isGroup in
      tree.nodes.indices.first { tree.nodes[$0].isGroup == isGroup && tree.path(of: $0) == path }
    }
    top = other.top
    selection = other.selection
    layOut(keeping: kept)
  }

  var tensors: [PlacedTensor] { tree.tensors }

  /// The node of the selected row.
  var selected: Int? { rows.indices.contains(selection) ? rows[selection].node : nil }
  /// The tensor of the selected row; nil on a group.
  var selectedTensor: Int? { selected.flatMap { tree.nodes[$0].tensor } }

  func isFolded(_ node: Int) -> Bool { search.isEmpty ? isFolded[node] : isFoldedInSearch[node] }

  /// Whether rows are the tree's.
  var isTree: Bool { order.isTree }
  var descends: Bool { order.descends != isReversed }

  // MARK: Selection

  mutating func select(row: Int) {
    guard !rows.isEmpty else { return }
    selection = min(max(0, row), rows.count - 1)
    scrollToSelection()
  }

  mutating func move(by distance: Int) { select(row: selection.addingClamped(distance)) }

  mutating func show(rows visible: Int) {
    self.visible = max(1, visible)
    scrollToSelection()
  }

  /// As a wheel does it: the selection follows only where it would leave the view.
  mutating func scroll(by distance: Int) {
    top = min(max(0, top + distance), max(0, rows.count - visible))
    selection = min(max(selection, top), max(top, min(rows.count, top + visible) - 1))
  }

  private mutating func scrollToSelection() {
    top = min(top, max(0, rows.count - visible))
    if selection < top { top = selection }
    if selection >= top + visible { top = selection - visible + 1 }
  }

  // MARK: Folding

  /// - Returns: whether there was a group to fold or unfold.
  @discardableResult
  mutating func toggle() -> Bool {
    guard let node = selected, tree.nodes[node].isGroup else { return false }
    fold(node, !isFolded(node))
    return true
  }

  /// Unfolds the selected group; where it is unfolded, goes to what it holds.
  mutating func unfold() {
    guard let node = selected, tree.nodes[node].isGroup else { return }
    if isFolded(node) { fold(node, false) } else { move(by: 1) }
  }

  /// Folds the selected group; where it is folded, and on a tensor, goes to the group around it.
  mutating func fold() {
    guard let node = selected, isTree else { return }
    if tree.nodes[node].isGroup, !isFolded(node) {
      fold(node, true)
    } else if let row = rows.firstIndex(where: { $0.node == tree.nodes[node].parent }) {
      select(row: row)
    }
  }

  mutating func foldAll(_ folds: Bool) {
    for node in tree.nodes.indices where tree.nodes[node].isGroup {
      if search.isEmpty { isFolded[node] = folds } else { isFoldedInSearch[node] = folds }
    }
    layOut(keeping: selected)
  }

  private mutating func fold(_ node: Int, _ folds: Bool) {
    if search.isEmpty { isFolded[node] = folds } else { isFoldedInSearch[node] = folds }
    layOut(keeping: selected)
  }

  // MARK: Searching and sorting

  mutating func find(_ text: String) {
    guard text != search else { return }
    let kept = selected
    let wasEmpty = search.isEmpty
    search = text
    isFoldedInSearch = Array(repeating: false, count: tree.nodes.count)
    // Back in the whole tree what was found is still to be seen.
    if text.isEmpty, !wasEmpty, let kept { reveal(kept) }
    layOut(keeping: kept)
    if !text.isEmpty, let node = selected, tree.nodes[node].isGroup { selectFirstMatch() }
  }

  mutating func sort(by order: TensorOrder, reversed: Bool) {
    guard order != self.order || reversed != isReversed else { return }
    let kept = selected
    self.order = order
    isReversed = reversed
    if let kept, isTree { reveal(kept) }
    layOut(keeping: kept)
  }

  private mutating func reveal(_ node: Int) {
    var parent = tree.nodes[node].parent
    while parent >= 0 {
      isFolded[parent] = false
      parent = tree.nodes[parent].parent
    }
  }

  private mutating func selectFirstMatch() {
    if let row = rows.firstIndex(where: { !tree.nodes[$0.node].isGroup }) { select(row: row) }
  }

  // MARK: Statistics

  mutating func take(_ known: [NumberedProfile]) {
    for one in known where profiles.indices.contains(one.tensor) {
      if profiles[one.tensor].map({ TensorMarks($0).isUnsound }) == true { unsoundCount -= 1 }
      profiles[one.tensor] = one.profile
      if TensorMarks(one.profile).isUnsound { unsoundCount += 1 }
    }
    if order.isOfStatistics { layOut(keeping: selected) }
  }

  // MARK: Rows

  /// Works the rows out; the selection stays on its node and, as far as can be, in its line of the screen.
  private mutating func layOut(keeping kept: Int? = nil) {
    let line = selection - top
    let words = NameSearch(search)
    let found = words.isEmpty ? nil : matching(words)
    matchCount =
      found.map { found in tree.nodes.indices.count { found[$0] && !tree.nodes[$0].isGroup } }
      ?? tensors.count
    if isTree { layOutTree(found) } else { layOutFlat(found) }
    var wanted = kept ?? -1
    while wanted >= 0 {
      if let row = rows.firstIndex(where: { $0.node == wanted }) {
        selection = row
        top = max(0, row - line)
        break
      }
      wanted = tree.nodes[wanted].parent
    }
    if wanted < 0 {
      selection = 0
      top = 0
    }
    scrollToSelection()
  }

  /// Which nodes match, or hold what does.
  private func matching(_ words: NameSearch) -> [Bool] {
    var found = Array(repeating: false, count: tree.nodes.count)
    for node in tree.nodes.indices.reversed() {
      if let tensor = tree.nodes[node].tensor {
        let info = tensors[tensor].info
        found[node] = words.matches(info.name, info.dtype.rawValue)
      }
      if found[node], tree.nodes[node].parent >= 0 { found[tree.nodes[node].parent] = true }
    }
    return found
  }

  private mutating func layOutTree(_ found: [Bool]?) {
    if order == .name, nameOrder == nil { nameOrder = sortedByName() }
    let children = order == .name ? nameOrder ?? tree.children : tree.children
    rows = []
    var waiting = Array(ordered(children[tree.top]).map { Row(node: $0, depth: 0) }.reversed())
    while let row = waiting.popLast() {
      if let found, !found[row.node] { continue }
      rows.append(row)
      let node = tree.nodes[row.node]
      guard node.isGroup, !isFolded(row.node) else { continue }
      for child in ordered(children[node.children]).reversed() {
        waiting.append(Row(node: child, depth: row.depth + 1))
      }
    }
  }

  private func ordered(_ children: ArraySlice<Int>) -> [Int] {
    isReversed ? children.reversed() : Array(children)
  }

  private func sortedByName() -> [Int] {
    var sorted = tree.children
    for range in [tree.top] + tree.nodes.map(\.children) where range.count > 1 {
      let keyed = tree.children[range].map { (key: Array(tree.label(of: $0).utf8), node: $0) }
      sorted.replaceSubrange(
        range, with: keyed.sorted { NaturalOrder.compare($0.key, $1.key) < 0 }.map(\.node))
    }
    return sorted
  }

  private mutating func layOutFlat(_ found: [Bool]?) {
    let nodes = tree.nodes.indices.filter { !tree.nodes[$0].isGroup && found?[$0] != false }
    let keyed = nodes.map { node in (key: value(of: tree.nodes[node].tensor ?? 0), node: node) }
    let descends = descends
    // What is not known comes last, whichever way; the same values in the file's order.
    rows = keyed.sorted { first, second in
      switch (first.key, second.key) {
      case (let a?, let b?) where a != b: descends ? a > b : a < b
      case (.some, nil): true
      case (nil, .some): false
      default: (tree.nodes[first.node].tensor ?? 0) < (tree.nodes[second.node].tensor ?? 0)
      }
    }.map { Row(node: $0.node, depth: 0) }
  }

  private func value(of tensor: Int) -> Double? {
    switch order {
    case .file, .name: nil
    case .size: Double(tensors[tensor].info.byteCount)
    case .mean: profiles[tensor]?.summary.mean
    case .std: profiles[tensor]?.summary.std
    case .marks: profiles[tensor].map { Double(TensorMarks($0).weight) }
    }
  }
}

extension Int {
  fileprivate func addingClamped(_ other: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other > 0 ? .max : .min) : sum
  }
}
