import ModelContext
import Tensors

/// The tensors of a slot as a tree by their names: what stands between dots or slashes is a level of its own.
///
/// A group of one is joined with what it holds, and so are the tensors of a group that holds but two of them:
/// `ln_1.weight` and `ln_1.bias` are two nodes, without a third around them. Groups stand where their first tensor
/// stands; siblings that are numbers, such as layers, in the order of the numbers. No text is copied: a node's label is
/// a range of the bytes of a tensor's name.
struct TensorTree: Sendable {
  /// What lies deeper stays together in one name, so that nothing that goes down the tree goes deeper.
  static let maximumDepth = 32

  struct Node: Sendable {
    /// A tensor within, whose name has the label.
    var sample: Int
    /// The label, as bytes of that name.
    var label: Range<Int>
    /// -1 at the top.
    var parent: Int
    /// Of the parents, at the top 0.
    var depth: Int
    /// nil for a group.
    var tensor: Int?
    /// Where its children stand in `TensorTree.children`.
    var children: Range<Int> = 0..<0
    var tensorCount = 1
    var parameters = 0
    var byteCount = 0
    /// Whether its children are numbered groups, as a model's layers are.
    var holdsBlocks = false
    /// Whether its own name, or the first part of it, is a number.
    var isNumbered = false

    var isGroup: Bool { tensor == nil }
  }

  let tensors: [PlacedTensor]
  /// A group stands before all that it holds.
  private(set) var nodes: [Node] = []
  /// The children of all nodes, in the file's order.
  private(set) var children: [Int] = []
  /// The children at the top, in `children`.
  private(set) var top: Range<Int> = 0..<0

  init(_ tensors: [PlacedTensor]) {
    self.tensors = tensors
    nodes.reserveCapacity(tensors.count * 5 / 4)
    children.reserveCapacity(tensors.count * 5 / 4)
    let names = NameTree(tensors)
    top = emit(names, 0, parent: -1, depth: 0)
  }

  /// Takes over the children of a level of names; returns where they stand.
  private mutating func emit(_ names: NameTree, _ level: Int, parent: Int, depth: Int) -> Range<Int> {
    var placed: [Int] = []
    for child in names.children(of: level) {
      let group = names.joined(child)
      if names.levels[child].number == nil, names.isPair(group) {
        for tensor in names.children(of: group) {
          placed.append(emit(names, tensor, named: child, parent: parent, depth: depth))
        }
      } else {
        placed.append(emit(names, group, named: child, parent: parent, depth: depth))
      }
    }
    let start = children.count
    children += placed
    return start..<children.count
  }

  /// - Parameters:
  ///   - last: the level that is taken over.
  ///   - first: the one that its label begins with: the same, or one around it that is joined with it.
  /// - Returns: the node's number.
  private mutating func emit(_ names: NameTree, _ last: Int, named first: Int, parent: Int, depth: Int) -> Int
  {
    let level = names.levels[last]
    let number = nodes.count
    nodes.append(
      Node(
        sample: level.sample, label: names.levels[first].part.lowerBound..<level.part.upperBound,
        parent: parent,
        depth: depth, tensor: level.tensor, isNumbered: names.levels[first].number != nil))
    if let tensor = level.tensor {
      nodes[number].parameters = tensors[tensor].info.elementCount
      nodes[number].byteCount = tensors[tensor].info.byteCount
      return number
    }
    let children = emit(names, last, parent: number, depth: depth + 1)
    nodes[number].children = children
    nodes[number].tensorCount = 0
    nodes[number].holdsBlocks = true
    for child in self.children[children] {
      let child = nodes[child]
      nodes[number].tensorCount += child.tensorCount
      // Of hostile shapes the sums may not be numbers.
      nodes[number].parameters = nodes[number].parameters.addingCapped(child.parameters)
      nodes[number].byteCount = nodes[number].byteCount.addingCapped(child.byteCount)
      if !child.isGroup || !child.isNumbered { nodes[number].holdsBlocks = false }
    }
    return number
  }

  /// The children of a node, those at the top for nil.
  func children(of node: Int?) -> ArraySlice<Int> { children[node.map { nodes[$0].children } ?? top] }

  /// The label as it stands in the name.
  func label(of node: Int) -> String {
    let node = nodes[node]
    return Self.text(of: tensors[node.sample].info.name, node.label)
  }

  /// The name from its start through the label.
  func path(of node: Int) -> String {
    let node = nodes[node]
    return Self.text(of: tensors[node.sample].info.name, 0..<node.label.upperBound)
  }

  private static func text(of name: String, _ bytes: Range<Int>) -> String {
    let start = name.utf8.index(name.utf8.startIndex, offsetBy: bytes.lowerBound)
    let end = name.utf8.index(start, offsetBy: bytes.count)
    return String(name.unicodeScalars[start..<end])
  }
}

extension Int {
  /// The sum, or the largest number where it is larger.
  fileprivate func addingCapped(_ other: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}

/// Names cut at dots and slashes, level below level, before groups of one are joined.
private struct NameTree {
  struct Level {
    var sample: Int
    var part: Range<Int>
    var tensor: Int?
    var number: Int?
    var firstChild = -1
    var lastChild = -1
    var next = -1
  }

  private struct Place: Hashable {
    let level: Int
    let part: ArraySlice<UInt8>
  }

  /// The first is above all names.
  private(set) var levels = [Level(sample: -1, part: 0..<0)]

  init(_ tensors: [PlacedTensor]) {
    var groups: [Place: Int] = [:]
    var previous: [UInt8] = []
    // The groups that the previous name goes through, and where in it their parts end.
    var path: [(level: Int, end: Int)] = []
    for (tensor, placed) in tensors.enumerated() {
      let name = Array(placed.info.name.utf8)
      let same = Self.commonLength(previous, name)
      while let last = path.last,
        last.end > same || last.end >= name.count || !Self.isSeparator(name[last.end])
      {
        path.removeLast()
      }
      var start = path.last.map { $0.end + 1 } ?? 0
      var parent = path.last?.level ?? 0
      while path.count < TensorTree.maximumDepth - 1,
        let end = name[start...].firstIndex(where: Self.isSeparator)
      {
        let place = Place(level: parent, part: name[start..<end])
        if let known = groups[place] {
          parent = known
        } else {
          parent = append(
            Level(sample: tensor, part: start..<end, number: NaturalOrder.number(place.part)), to: parent)
          groups[place] = parent
        }
        path.append((parent, end))
        start = end + 1
      }
      _ = append(
        Level(
          sample: tensor, part: start..<name.count, tensor: tensor,
          number: NaturalOrder.number(name[start...])),
        to: parent)
      previous = name
    }
  }

  private mutating func append(_ level: Level, to parent: Int) -> Int {
    let number = levels.count
    levels.append(level)
    if levels[parent].lastChild < 0 {
      levels[parent].firstChild = number
    } else {
      levels[levels[parent].lastChild].next = number
    }
    levels[parent].lastChild = number
    return number
  }

  /// What is left of a group when groups of one are joined with what they hold.
  func joined(_ level: Int) -> Int {
    var level = level
    while levels[level].firstChild >= 0, levels[level].firstChild == levels[level].lastChild {
      level = levels[level].firstChild
    }
    return level
  }

  /// Whether it holds two tensors, and nothing else.
  func isPair(_ level: Int) -> Bool {
    let first = levels[level].firstChild
    guard first >= 0, levels[first].next == levels[level].lastChild, levels[level].lastChild != first else {
      return false
    }
    return levels[first].tensor != nil && levels[levels[level].lastChild].tensor != nil
  }

  /// In the file's order, but numbers among themselves in theirs.
  func children(of level: Int) -> [Int] {
    var children: [Int] = []
    var next = levels[level].firstChild
    while next >= 0 {
      children.append(next)
      next = levels[next].next
    }
    let places = children.indices.filter { levels[children[$0]].number != nil }
    let numbered = places.map { children[$0] }.sorted {
      (levels[$0].number ?? 0, $0) < (levels[$1].number ?? 0, $1)
    }
    for (place, child) in zip(places, numbered) { children[place] = child }
    return children
  }

  private static func isSeparator(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ".") || byte == UInt8(ascii: "/")
  }

  private static func commonLength(_ first: [UInt8], _ second: [UInt8]) -> Int {
    var length = 0
    let limit = min(first.count, second.count)
    while length < limit, first[length] == second[length] { length += 1 }
    return length
  }
}
