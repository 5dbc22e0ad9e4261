import Builds
import Canvas
import SlotStore
import Testing

@testable import Browser

@Suite("Moving about")
struct NavigationTests {
  @Test("letters and arrows move alike")
  func moving() {
    var shell = FakeShell()
    shell.press(.character("j"), .down)
    #expect(shell.state.list.selectedSlotID == 9)
    shell.press(.character("k"), .up, .up)
    #expect(shell.state.list.selectedSlotID == 7)
    shell.press(.character("G"))
    #expect(shell.state.list.selectedSlotID == 31)
    shell.press(.home)
    #expect(shell.state.list.selectedSlotID == 7)
  }

  @Test("Tab goes round the panes, and h and l go both ways")
  func panes() {
    var shell = FakeShell()
    var seen: [PaneID] = []
    for _ in 0..<4 {
      seen.append(shell.state.focus)
      shell.press(.tab)
    }
    #expect(seen == [.slots, .info, .config, .weights])
    #expect(shell.state.focus == .slots)
    shell.press(.character("h"))
    #expect(shell.state.focus == .weights)
    shell.press(.character("l"))
    #expect(shell.state.focus == .slots)
  }

  @Test("sorting keeps the slot selected, also the other way round and while filtered")
  func sorting() {
    var shell = FakeShell()
    shell.press(.character("j"), .character("j"))
    for _ in 0..<12 {
      shell.press(.character("s"))
      #expect(shell.state.list.selectedSlotID == 9)
    }
    shell.press(.character("/"))
    shell.type("ref")
    shell.press(.enter, .character("S"))
    #expect(shell.state.list.query.isReversed)
    #expect(shell.state.list.total == 2)
  }

  @Test("the filter narrows as one types, and Esc shows all again with the slot still selected")
  func filter() {
    var shell = FakeShell()
    shell.press(.character("/"))
    shell.type("resnet")
    #expect(shell.state.list.total == 1)
    #expect(shell.state.list.selectedSlotID == 8)
    // Counts follow.
    #expect(shell.state.totals?.types.map(\.count).sorted() == [0, 1])
    shell.press(.escape)
    #expect(shell.state.list.total == sampleSlots.count)
    #expect(shell.state.list.selectedSlotID == 8)
  }

  @Test("keys typed into the filter are text")
  func filterText() {
    var shell = FakeShell()
    shell.press(.character("/"))
    shell.type("Dq?")
    #expect(shell.state.list.query.search == "Dq?")
    #expect(shell.state.dialogs.isEmpty)
    #expect(shell.takeEffects().isEmpty)
  }

  @Test("answers to what was typed before are dropped, in whatever order they come")
  func lateFilter() {
    var shell = FakeShell()
    shell.holdsPages = true
    shell.press(.character("/"))
    shell.type("vgg")
    shell.release(reversed: true)
    #expect(shell.state.list.rows.map(\.slotID) == [31])
  }

  @Test("t goes through the model types and T back")
  func types() {
    var shell = FakeShell()
    shell.press(.character("t"))
    #expect(shell.state.list.query.modelType == "LLM")
    #expect(shell.state.list.total == 4)
    shell.press(.character("t"))
    #expect(shell.state.list.query.modelType == "CNN")
    shell.press(.character("t"))
    #expect(shell.state.list.query.modelType == nil)
    shell.press(.character("T"))
    #expect(shell.state.list.query.modelType == "CNN")
  }

  @Test("statistics and details of a slot that is no longer selected are dropped")
  func lateResults() throws {
    var shell = FakeShell()
    let late = StatisticsRequest(slotID: 7, checksum: "x", sizeBytes: 1, range: .central, generation: 1)
    shell.press(.character("j"))
    let before = shell.state.inspected.statistics
    shell.send(.statistics(late, .success(bell(sampled: true)), isFinal: true))
    #expect(shell.state.inspected.statistics == before)
    let other = try details(slot(7, "LLM", "other"))
    shell.send(.details(slotID: 7, generation: 1, .success(other)))
    #expect(shell.state.inspected.details?.summary.slotID == 8)
  }

  @Test("a click selects a row and a second one opens it")
  func mouse() {
    var shell = FakeShell()
    shell.press(.mouse(MouseEvent(.click, x: 10, y: 6)))
    #expect(shell.state.list.selectedSlotID == 9)
    shell.press(.mouse(MouseEvent(.doubleClick, x: 10, y: 6)))
    #expect((shell.state.screens.last as? TensorScreen)?.slot.slotID == 9)
    shell.press(.escape)
    // A click on a pane gives it focus, one on a tab chooses it.
    shell.press(.mouse(MouseEvent(.click, x: 100, y: 15)))
    #expect(shell.state.focus == .weights)
    shell.press(.mouse(MouseEvent(.click, x: 11, y: 1)))
    #expect(shell.state.list.query.modelType == "LLM")
  }

  @Test("the wheel scrolls the list and the selection stays in view")
  func wheel() {
    var shell = FakeShell((0..<200).map { slot($0, minutesAgo: $0) })
    shell.press(.mouse(MouseEvent(.wheelDown, x: 5, y: 10)), .mouse(MouseEvent(.wheelDown, x: 5, y: 10)))
    #expect(shell.state.list.top == 6)
    #expect(shell.state.list.selection == 6)
    #expect(shell.state.draw().canvas.text.contains("▌    6"))
  }

  @Test("resizing at any moment keeps selection, scroll and dialog")
  func resize() {
    var shell = FakeShell((0..<200).map { slot($0, minutesAgo: $0) })
    for _ in 0..<50 { shell.press(.character("j")) }
    shell.press(.character("b"))
    shell.type("x")
    for (width, height) in [(140, 40), (40, 10), (20, 5), (300, 100), (1, 1), (0, 0), (80, 24)] {
      shell.resize(width, height)
      let canvas = shell.state.draw().canvas
      #expect(canvas.width == width && canvas.height == height)
    }
    #expect(shell.state.list.selectedSlotID == 50)
    #expect(shell.state.dialogs.count == 1)
    shell.press(.escape)
    #expect(shell.picture.contains("▌   50"))
  }

  @Test("on a screen that is too small only leaving is possible")
  func tooSmall() {
    var shell = FakeShell(width: 39, height: 10)
    #expect(shell.picture.hasPrefix("needs 40×10, has 39×10"))
    shell.press(.character("D"), .character("b"))
    #expect(shell.state.dialogs.isEmpty)
    shell.press(.character("q"))
    guard case .quit? = shell.takeEffects().last else {
      Issue.record("q did not quit")
      return
    }
  }

  @Test("random keys and sizes never break the picture")
  func random() {
    var generator = SeededGenerator(state: 7)
    let keys = BindingTable.all.flatMap(\.keys) + "xyz019=, ".map { Key.character($0) }
    var shell = FakeShell((0..<300).map { slot($0, $0 % 3 == 0 ? "CNN" : "LLM", minutesAgo: $0) })
    for step in 0..<1500 {
      if step % 25 == 0 {
        shell.resize(Int.random(in: 0...160, using: &generator), Int.random(in: 0...50, using: &generator))
      }
      if let key = keys.randomElement(using: &generator) { shell.press(key) }
      if step % 40 == 0 { shell.send(.builds([runningBuild(), runningBuild(2, slot: 3)], noon)) }
      let frame = shell.state.draw()
      #expect(frame.canvas.width == shell.state.width)
    }
    #expect(shell.largestPage <= 300)
  }

  @Test("a key that nothing is bound to says so, and where the keys are listed, on every screen")
  func unboundKeys() {
    var shell = FakeShell(width: 80, height: 24)
    shell.press(.character("d"))
    #expect(shell.state.notice?.text == "d does nothing here; ? lists the keys")
    shell.press(.enter, .character("d"))
    #expect(shell.state.notice?.text == "d does nothing here; ? lists the keys")
    shell.press(.character("/"), .character("d"))
    #expect(shell.state.notice?.text == nil)
    shell.press(.escape, .escape, .function(9))
    #expect(shell.state.notice?.text == "F9 does nothing here; ? lists the keys")
  }
}

/// SplitMix64 (Steele, Lea, Flood 2014): the same keys at every run.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
