import Inspection
import ModelContext
import Tensors
import Testing

@testable import Browser

@Suite("The list of tensors")
struct TensorListTests {
  private func list(_ names: [String], sizes: [Int] = []) throws -> TensorList {
    TensorList(
      try WeightLayout(
        names.enumerated().map {
          try TensorInfo(
            name: $0.element, dtype: .float32, shape: [$0.offset < sizes.count ? sizes[$0.offset] : 4])
        }
      ).tensors)
  }

  private func labels(_ list: TensorList) -> [String] {
    list.rows.map { list.isTree ? list.tree.label(of: $0.node) : list.tree.path(of: $0.node) }
  }

  private let blocks = (0..<12).flatMap { block in ["q", "k", "v"].map { "h.\(block).\($0)" } } + ["norm"]

  @Test("layers are folded at first; a small model is not folded at all")
  func folded() throws {
    #expect(labels(try list(blocks)) == ["h"] + (0..<12).map(String.init) + ["norm"])
    #expect(labels(try list(["h.0.q", "h.0.k", "h.0.v", "h.1.q"])) == ["h", "0", "q", "k", "v", "1.q"])
  }

  @Test("right unfolds and goes in, left folds and goes out")
  func folding() throws {
    var list = try list(blocks)
    list.select(row: 3)
    list.unfold()
    #expect(labels(list).prefix(8) == ["h", "0", "1", "2", "q", "k", "v", "3"])
    #expect(list.selection == 3)
    list.unfold()
    #expect(list.selection == 4)
    list.move(by: 2)
    list.fold()
    #expect(list.selection == 3)
    list.fold()
    #expect(labels(list).count == 14)
    list.fold()
    #expect(list.selection == 0)
    list.fold()
    #expect(labels(list) == ["h", "norm"])
    list.fold()
    #expect(list.selection == 0)
  }

  @Test("all are unfolded and folded at once, and the selection goes to the group that is left")
  func foldingAll() throws {
    var list = try list(blocks)
    list.foldAll(false)
    #expect(list.rows.count == 1 + 12 * 4 + 1)
    list.select(row: 7)
    list.foldAll(true)
    #expect(labels(list) == ["h", "norm"])
    #expect(list.selection == 0)
  }

  @Test("a search keeps what matches and the groups around it, unfolded, and all its words count")
  func searching() throws {
    var list = try list(blocks)
    list.find("H.1 Q")
    #expect(labels(list) == ["h", "1", "q", "10", "q", "11", "q"])
    #expect(list.matchCount == 3)
    #expect(list.selectedTensor == 3)
    list.find("float32 norm")
    #expect(labels(list) == ["norm"])
    list.find("nothing")
    #expect(list.rows.isEmpty)
    #expect(list.selected == nil)
    list.move(by: 1)
    list.find("")
    #expect(list.rows.count == 14)
  }

  @Test("what was found stays selected, and is still seen, when the search is cleared")
  func clearing() throws {
    var list = try list(blocks)
    list.find("h.7.k")
    list.find("")
    #expect(list.selected.map { list.tree.path(of: $0) } == "h.7.k")
    #expect(list.rows.count == 14 + 3)
  }

  @Test("by name siblings stand in natural order, and reversed the other way round")
  func byName() throws {
    var list = try list(["b10", "b9", "a.z", "a.y", "a.x", "B1"])
    list.sort(by: .name, reversed: false)
    #expect(labels(list) == ["a", "x", "y", "z", "B1", "b9", "b10"])
    list.sort(by: .name, reversed: true)
    #expect(labels(list) == ["b10", "b9", "B1", "a", "z", "y", "x"])
  }

  @Test("by size the list is flat, the largest first, equal ones as the file has them")
  func bySize() throws {
    var list = try list(["a.x", "a.y", "a.z", "b"], sizes: [2, 9, 2, 5])
    list.select(row: 3)
    list.sort(by: .size, reversed: false)
    #expect(labels(list) == ["a.y", "b", "a.x", "a.z"])
    #expect(list.selected.map { list.tree.path(of: $0) } == "a.z")
    list.sort(by: .size, reversed: true)
    #expect(labels(list) == ["a.x", "a.z", "b", "a.y"])
  }

  @Test("by std what is not known yet comes last, and the selection stays on its tensor as more is known")
  func byStd() throws {
    var list = try list(["a", "b", "c"])
    list.sort(by: .std, reversed: false)
    list.select(row: 1)
    list.take([NumberedProfile(tensor: 2, profile: bellProfile(std: 1))])
    #expect(labels(list) == ["c", "a", "b"])
    #expect(list.selection == 2)
    list.take([
      NumberedProfile(tensor: 1, profile: bellProfile(std: 3)), NumberedProfile(tensor: 7, profile: bellProfile()),
    ])
    #expect(labels(list) == ["b", "c", "a"])
    #expect(list.selection == 0)
  }

  @Test("by marks what is wrong with values comes first, and is counted")
  func byMarks() throws {
    var list = try list(["a", "b", "c", "d"])
    list.sort(by: .marks, reversed: false)
    list.take([
      NumberedProfile(tensor: 0, profile: bellProfile()), NumberedProfile(tensor: 1, profile: zeroProfile()),
      NumberedProfile(tensor: 2, profile: bellProfile(infinite: 1)),
      NumberedProfile(tensor: 3, profile: bellProfile(nan: 2)),
    ])
    #expect(labels(list) == ["d", "c", "b", "a"])
    #expect(list.unsoundCount == 2)
  }

  @Test("a list in the place of another keeps its folds, order, search and selection, by names")
  func resembling() throws {
    var before = try list(blocks)
    before.select(row: 5)
    before.unfold()
    before.move(by: 2)
    var after = try list(["first"] + blocks)
    after.resemble(before)
    #expect(after.selected.map { after.tree.path(of: $0) } == "h.4.k")
    #expect(after.rows.count == 15 + 3)
  }

  @Test("whatever is pressed, the selection is a row in view", arguments: [1, 2, 3])
  func random(_ seed: Int) throws {
    var generator = SeededGenerator(state: UInt64(seed))
    var list = try list(blocks + ["x", "x.y", "", "..", "a/b"])
    for _ in 0..<500 {
      switch Int.random(in: 0..<11, using: &generator) {
      case 0: list.toggle()
      case 1: list.fold()
      case 2: list.unfold()
      case 3: list.foldAll(Bool.random(using: &generator))
      case 4: list.find(["", "h", "q", "1 k", "no such"].randomElement(using: &generator) ?? "")
      case 5:
        list.sort(by: TensorOrder.allCases.randomElement(using: &generator) ?? .file, reversed: Bool.random(using: &generator))
      case 6: list.scroll(by: Int.random(in: -9...9, using: &generator))
      case 7: list.show(rows: Int.random(in: 0...20, using: &generator))
      case 8:
        list.take([
          NumberedProfile(
            tensor: Int.random(in: 0..<42, using: &generator), profile: bellProfile(std: Double.random(in: 0...1, using: &generator)))
        ])
      default: list.move(by: Int.random(in: -30...30, using: &generator))
      }
      #expect(list.rows.isEmpty ? list.selected == nil : list.rows.indices.contains(list.selection))
      if !list.rows.isEmpty {
        #expect(list.selection >= list.top && list.selection < list.top + list.visible)
      }
    }
  }
}
