import Foundation
import ModelContext
import Tensors
import Testing

@testable import Browser

@Suite("The tree of tensors")
struct TensorTreeTests {
  private func tensors(_ names: [String]) throws -> [PlacedTensor] {
    try WeightLayout(names.map { try TensorInfo(name: $0, dtype: .float32, shape: [2, 3]) }).tensors
  }

  /// A line for each node, moved in by its depth, groups with what they hold.
  private func outline(_ names: [String]) throws -> String {
    let tree = TensorTree(try tensors(names))
    var lines: [String] = []
    func add(_ children: ArraySlice<Int>) {
      for child in children {
        let node = tree.nodes[child]
        let count =
          node.isGroup
          ? " (\(node.holdsBlocks ? "\(node.children.count) blocks" : "\(node.tensorCount)"))" : ""
        lines.append(String(repeating: "  ", count: node.depth) + tree.label(of: child) + count)
        if node.isGroup { add(tree.children(of: child)) }
      }
    }
    add(tree.children(of: nil))
    return lines.joined(separator: "\n")
  }

  @Test("dots and slashes make levels, and groups stand where their first tensor stands")
  func levels() throws {
    #expect(
      try outline([
        "head.w", "h.0.a.x", "h.0.a.y", "h.0.a.z", "h.0.b", "h.0.c", "head.v", "head.u", "vae/in/k",
        "vae/out",
      ]) == """
        head (3)
          w
          v
          u
        h.0 (5)
          a (3)
            x
            y
            z
          b
          c
        vae (2)
          in/k
          out
        """)
  }

  @Test("a group of one is joined with what it holds, and two tensors stand without a group of their own")
  func joining() throws {
    #expect(
      try outline(["wte.weight", "a.b.c.d", "ln.weight", "ln.bias", "deep.er.x", "deep.er.y", "deep.er.z"])
        == """
        wte.weight
        a.b.c.d
        ln.weight
        ln.bias
        deep.er (3)
          x
          y
          z
        """)
  }

  @Test("layers stand in the order of their numbers, wherever the file has them; the rest as the file has it")
  func numbers() throws {
    let file = [0, 1, 10, 11, 2].flatMap { ["h.\($0).z", "h.\($0).a"] }
    #expect(
      try outline(file + ["conv.9", "conv.10", "conv.1", "conv.b", "conv.a"]) == """
        h (5 blocks)
          0 (2)
            z
            a
          1 (2)
            z
            a
          2 (2)
            z
            a
          10 (2)
            z
            a
          11 (2)
            z
            a
        conv (5)
          1
          9
          10
          b
          a
        """)
  }

  @Test("a name may be a tensor and a group, be there twice, be empty, or have nothing between its dots")
  func oddNames() throws {
    #expect(
      try outline(["a", "a.b", "a.c", "a.d", "twice", "twice", "", "..", ".x", "y."]) == """
        a
        a (3)
          b
          c
          d
        twice
        twice

         (2)
          .
          x
        y.
        """)
  }

  @Test("names of the same parts with other separators share their first groups")
  func mixedSeparators() throws {
    #expect(
      try outline(["a.b.x", "a/b.y", "a.c", "b"]) == """
        a (3)
          b.x
          b.y
          c
        b
        """)
  }

  @Test("groups count tensors, parameters and bytes")
  func sums() throws {
    let tree = TensorTree(try tensors(["a.x", "a.y", "a.z", "b"]))
    let group = tree.nodes[tree.children(of: nil).first ?? 0]
    #expect(group.tensorCount == 3)
    #expect(group.parameters == 18)
    #expect(group.byteCount == 72)
  }

  @Test("thousands of dots and a hundred thousand letters go no deeper than a screen can show")
  func hostile() throws {
    let deep = (0..<5000).map { "a\($0 % 3)" }.joined(separator: ".")
    let long = String(repeating: "x", count: 100_000)
    let tree = TensorTree(
      try tensors([
        deep, deep + ".b", deep + ".c", long, long + ".y", "\u{1B}[2J.\u{202E}.👩‍👩‍👧‍👦", "e\u{301}.a\u{301}",
      ]))
    #expect(tree.nodes.allSatisfy { $0.depth < TensorTree.maximumDepth })
    #expect(tree.nodes.count { !$0.isGroup } == 7)
    for node in tree.nodes.indices { #expect(tree.path(of: node).hasSuffix(tree.label(of: node))) }
  }

  @Test("every tensor is in the tree once, below the groups that its name says", arguments: [1, 2, 3])
  func complete(_ seed: Int) throws {
    var generator = SeededGenerator(state: UInt64(seed))
    let parts = ["a", "b", "c", "0", "1", "2", "10", "", "é"]
    let names = (0..<500).map { _ in
      (0..<Int.random(in: 1...6, using: &generator)).map { _ in parts.randomElement(using: &generator) ?? "" }
        .joined(separator: Bool.random(using: &generator) ? "." : "/")
    }
    let tree = TensorTree(try tensors(names))
    #expect(tree.nodes.compactMap(\.tensor).sorted() == Array(names.indices))
    #expect(Set(tree.children).count == tree.nodes.count && tree.children.count == tree.nodes.count)
    for (number, node) in tree.nodes.enumerated() {
      if let tensor = node.tensor { #expect(tree.path(of: number) == names[tensor]) }
      if node.parent >= 0 {
        #expect(node.parent < number)
        let path = tree.path(of: number).replacing("/", with: ".")
        #expect(path.hasPrefix(tree.path(of: node.parent).replacing("/", with: ".")))
      }
    }
  }

  @Test("a hundred thousand tensors are a tree, filtered and sorted")
  func large() throws {
    let names = (0..<100_000).map { "model.layers.\($0 / 100).mlp.experts.\($0 % 100).down_proj.weight" }
    var list = TensorList(try tensors(names))
    #expect(list.rows.count == 1001)
    list.foldAll(false)
    #expect(list.rows.count == 1001 + 100_000)
    list.find("layers.77 experts.9")
    #expect(list.matchCount == 11 * 11)
    list.sort(by: .size, reversed: false)
    #expect(list.rows.count == 11 * 11)
  }
}

@Suite("Natural order")
struct NaturalOrderTests {
  @Test("numbers count as numbers, letters without regard to case")
  func order() {
    let names = [
      "h.2", "h.10", "H.3", "h.1", "h", "h.02", "h.10.b", "h.10.a", "g.99999999999999999999999", "g.3", "",
    ]
    let sorted = names.sorted { NaturalOrder.precedes($0.utf8, $1.utf8) }
    #expect(
      sorted == [
        "", "g.3", "g.99999999999999999999999", "h", "h.1", "h.02", "h.2", "H.3", "h.10", "h.10.a", "h.10.b",
      ])
  }

  @Test("a number is digits alone, and no more of them than a number has")
  func number() {
    #expect(NaturalOrder.number("12".utf8) == 12)
    #expect(NaturalOrder.number("".utf8) == nil)
    #expect(NaturalOrder.number("1a".utf8) == nil)
    #expect(NaturalOrder.number("1234567890123456789".utf8) == nil)
  }
}
