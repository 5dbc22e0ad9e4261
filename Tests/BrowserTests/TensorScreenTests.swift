import Canvas
import Inspection
import ModelContext
import Statistics
import Tensors
import Testing

@testable import Browser

/// A browser on a slot with the tensors of a small GPT-2, at its tensors.
func atTensors(
  width: Int = 140, height: Int = 40, glyphs: Glyphs = .unicode, holds: Bool = false,
  tensors: [TensorInfo]? = nil
) throws -> FakeShell {
  let all = try tensors ?? transformer()
  var shell = FakeShell(width: width, height: height, glyphs: glyphs, tensors: [7: all])
  for (number, tensor) in all.enumerated() {
    if tensor.name.hasSuffix("bias") { shell.profiles[number] = zeroProfile(count: tensor.elementCount) }
  }
  shell.holdsTensors = holds
  shell.press(.enter)
  return shell
}

extension FakeShell {
  fileprivate var screen: TensorScreen? { state.screens.last as? TensorScreen }
  /// The name, as far as the selected row has it.
  fileprivate var selectedPath: String? {
    screen?.list.flatMap { list in list.selected.map { list.tree.path(of: $0) } }
  }
}

@Suite("The tensor screen")
struct TensorScreenTests {
  @Test("Enter opens it and Escape goes back, by way of full size, pane and search")
  func thereAndBack() throws {
    var shell = try atTensors()
    shell.press(.character("M"), .character("/"))
    shell.type("ln_f")
    #expect(shell.selectedPath == "ln_f.weight" && shell.picture.contains("▌ ln_f.weight"))
    shell.press(.enter, .character("V"))
    #expect(shell.screen?.focus == .values && shell.screen?.isZoomed == true)
    shell.press(.character("H"))
    #expect((shell.state.screens.last as? HistogramScreen)?.subject.title == "ln_f.weight")
    shell.press(.escape)
    #expect(shell.screen?.focus == .values && shell.screen?.isZoomed == true)
    shell.press(.escape)
    #expect(shell.screen?.focus == .list && shell.screen?.list?.search == "ln_f")
    shell.press(.escape)
    #expect(shell.screen?.list?.search == "")
    #expect(shell.selectedPath == "ln_f.weight")
    shell.press(.escape)
    #expect(shell.state.screens.isEmpty)
    guard case .leaveTensors? = shell.takeEffects().last else {
      Issue.record("its work goes on")
      return
    }
  }

  @Test("Tab goes round its panes, and the arrows go where the focus is")
  func panes() throws {
    var shell = try atTensors()
    var seen: [TensorScreen.Pane?] = []
    for _ in 0..<4 {
      seen.append(shell.screen?.focus)
      shell.press(.tab)
    }
    #expect(seen == [.list, .histogram, .map, .values])
    shell.press(.backTab)
    #expect(shell.screen?.focus == .values)
    shell.press(.down, .down, .right)
    #expect(shell.screen?.views?.values.position == SlicePosition(row: 2, column: 1))
    #expect(shell.selectedPath == "wte.weight")
    // The map takes over where the values were.
    shell.press(.character("M"))
    #expect(shell.screen?.views?.map.position == SlicePosition(row: 2, column: 1))
  }

  @Test("an index is typed, and a wrong one says what is wrong with it")
  func index() throws {
    var shell = try atTensors()
    shell.press(.character("i"))
    shell.type("9, 9, 9")
    shell.press(.enter)
    #expect(shell.state.notice?.isError == true)
    shell.press(.ctrl("u"))
    shell.type("50256 767")
    shell.press(.enter)
    #expect(shell.screen?.focus == .map)
    #expect(shell.screen?.index == nil)
    shell.press(.character("V"))
    #expect(shell.screen?.views?.values.position.row ?? 0 > 50_000)
  }

  @Test("the range is halved, doubled, moved and given back")
  func range() throws {
    var shell = try atTensors()
    shell.press(.character("["))
    #expect(shell.screen?.inspected.request?.range == .fixed(-0.06...0.06))
    shell.press(.character("}"))
    #expect(shell.screen?.inspected.request?.range == .fixed(-0.03...0.09))
    shell.press(.character("]"), .character("]"), .character("]"))
    // Never beyond all values.
    #expect(shell.screen?.inspected.request?.range == .fixed(-0.15...0.152))
    shell.press(.character("a"))
    #expect(shell.screen?.inspected.request?.range == .central(0.998))
    shell.press(.character("a"))
    #expect(shell.screen?.inspected.request?.range == .all)
    shell.press(.character("["), .down)
    #expect(shell.screen?.inspected.request?.range == .all)
    #expect(shell.screen?.inspected.request?.tensor == 1)
  }

  @Test("statistics of a tensor that is no longer selected, or of other weights, are dropped")
  func late() throws {
    var shell = try atTensors(holds: true)
    shell.press(.down, .down)
    shell.release(reversed: true)
    #expect(shell.screen?.inspected.statistics == nil)
    #expect(shell.screen?.list?.profiles[0] != nil)
    shell.press(.up)
    shell.release()
    #expect(shell.screen?.inspected.statistics != nil)
  }

  @Test("when the slot gets other weights the list is theirs, with the selection on the same name")
  func rebuilt() throws {
    var shell = try atTensors()
    shell.press(.character("G"))
    #expect(shell.selectedPath == "ln_f.bias")
    shell.slots[0] = slot(7, "LLM", "gpt2", parameters: 12, size: 48, revision: 4, checksum: "abc")
    shell.tensors[7] = try transformer(blocks: 2)
    shell.send(.storeChanged)
    #expect(shell.screen?.list?.tensors.count == 28)
    #expect(shell.selectedPath == "ln_f.bias")
    #expect(shell.screen?.inspected.request?.checksum == "abc")
    #expect(shell.screen?.profilesRequest?.checksum == "abc")
  }

  @Test("the checksum of a tensor is asked for once its statistics are there, shown, and asked for no more")
  func checksum() throws {
    var shell = try atTensors(holds: true)
    func requests() -> [TensorChecksumRequest] {
      shell.takeEffects().compactMap {
        if case .loadTensorChecksum(let request) = $0 { request } else { nil }
      }
    }
    #expect(requests().isEmpty)
    shell.release()
    let asked = requests()
    #expect(asked.map(\.tensor) == [0])
    let request = try #require(asked.first)
    let md5 = "5b2e0123456789abcdef0123456770c1"
    shell.send(.tensorChecksum(TensorChecksumRequest(slotID: 7, checksum: "other", tensor: 0), "ffff"))
    #expect(shell.picture.contains("md5 not known"))
    shell.send(.tensorChecksum(request, md5))
    #expect(shell.picture.contains("md5 \(md5)"))
    shell.press(.character("a"))
    shell.release()
    #expect(requests().isEmpty)
    shell.press(.character("y"))
    guard case .copy(md5)? = shell.takeEffects().last else {
      Issue.record("the checksum was not copied")
      return
    }
  }

  @Test("y copies the checksum where there is one, else the name")
  func copying() throws {
    var shell = try atTensors()
    shell.press(.character("y"))
    guard case .copy("wte.weight")? = shell.takeEffects().last else {
      Issue.record("the name was not copied")
      return
    }
    var one = FakeShell(tensors: [21: [try TensorInfo(name: "all", dtype: .float64, shape: [1150])]])
    one.press(.down, .down, .down, .enter, .character("y"))
    guard case .copy(slot(21).checksum)? = one.takeEffects().last else {
      Issue.record("the checksum of all was not copied")
      return
    }
  }

  @Test("exporting asks for a path")
  func exporting() throws {
    var shell = try atTensors()
    shell.press(.character("e"))
    #expect(shell.picture.contains("wte.weight.npy"))
    shell.press(.ctrl("u"))
    shell.type("a.txt")
    shell.press(.enter)
    #expect(shell.state.notice?.isError == true)
    shell.press(.ctrl("u"))
    shell.type("~/q.npy")
    shell.press(.enter)
    shell.answerExport(ExportPreview(byteCount: 6, paths: ["~/q.npy"]))
    #expect(shell.takeExports() == [ExportOrder(slotID: 7, path: "~/q.npy", tensor: "wte.weight")])
  }

  @Test("a click selects, on a group's mark it folds, and the wheel scrolls what it is over")
  func mouse() throws {
    var shell = try atTensors()
    shell.press(.mouse(MouseEvent(.click, x: 20, y: 7)))
    #expect(shell.selectedPath == "h.0")
    shell.press(.mouse(MouseEvent(.click, x: 5, y: 7)))
    #expect(shell.screen?.list.map { $0.isFolded($0.selected ?? 0) } == false)
    shell.press(.mouse(MouseEvent(.click, x: 100, y: 10)))
    #expect(shell.screen?.focus == .histogram)
    shell.press(.mouse(MouseEvent(.click, x: 20, y: 5)), .mouse(MouseEvent(.doubleClick, x: 20, y: 5)))
    #expect(
      (shell.state.screens.last as? HistogramScreen)?.subject.title == shell.state.screens[0].subject?.title)
  }

  @Test("names that would harm a terminal are shown, and fit, on any screen")
  func hostile() throws {
    let names = [
      "\u{1B}[2J.\u{1B}]0;x\u{7}", "\u{202E}dlrow.a", String(repeating: "x", count: 100_000),
      (0..<5000).map { _ in "a" }.joined(separator: "."), "", "模型.模型模型模型模型模型模型模型模型模型模型模型模型",
      "👩‍👩‍👧‍👦.e\u{301}\u{301}\u{301}\u{301}\u{301}", "a\nb\tc", ".", "a..b", "a..c", "\u{0}",
    ]
    let tensors = try names.map { try TensorInfo(name: $0, dtype: .float32, shape: [2, 3]) }
    for (width, height) in [(140, 40), (80, 24), (60, 15), (40, 10)] {
      var shell = try atTensors(width: width, height: height, tensors: tensors)
      for key in [
        Key.down, .down, .down, .tab, .tab, .tab, .tab, .character("e"), .escape, .character("s"),
        .character("/"),
      ] {
        shell.press(key)
        let canvas = shell.state.draw().canvas
        for y in 0..<canvas.height {
          #expect(canvas.row(y).reduce(0) { $0 + Int($1.width) } == canvas.width)
          for cell in canvas.row(y) {
            #expect(!cell.text.unicodeScalars.contains { $0.value < 0x20 || $0.properties.isBidiControl })
          }
        }
      }
    }
  }

  @Test("random keys, clicks and sizes never break the picture", arguments: [1, 2])
  func random(_ seed: Int) throws {
    var generator = SeededGenerator(state: UInt64(seed))
    let keys =
      BindingTable.all.filter { $0.scope == .tensors || $0.scope == .index }.flatMap(\.keys)
      + "xyz01, ".map { Key.character($0) } + [.enter, .enter]
    let odd = [[], [0, 3], [4, 3, 5], [2, 2, 2, 2], [7]].enumerated().compactMap {
      try? TensorInfo(name: "odd.\($0.offset)", dtype: .float16, shape: $0.element)
    }
    var shell = try atTensors(tensors: try transformer(blocks: 3) + odd)
    for step in 0..<600 {
      if step % 25 == 0 {
        shell.resize(Int.random(in: 0...160, using: &generator), Int.random(in: 0...50, using: &generator))
      }
      if step % 7 == 0 {
        let kind: MouseEvent.Kind =
          [.click, .doubleClick, .wheelUp, .wheelDown].randomElement(using: &generator) ?? .click
        shell.press(
          .mouse(
            MouseEvent(
              kind, x: Int.random(in: 0..<160, using: &generator),
              y: Int.random(in: 0..<50, using: &generator))))
      }
      if let key = keys.randomElement(using: &generator) { shell.press(key) }
      if shell.state.screens.isEmpty, shell.state.dialogs.isEmpty { shell.press(.home, .enter) }
      #expect(shell.state.draw().canvas.width == shell.state.width)
    }
  }
}
