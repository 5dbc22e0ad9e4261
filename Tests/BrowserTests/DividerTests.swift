import Canvas
import Testing

@testable import Browser

@Suite("The divider beside the list")
struct DividerTests {
  private func listWidth(_ shell: FakeShell) -> Int? { shell.state.dividedList?.width }

  private func drag(_ shell: inout FakeShell, from start: Int, to end: Int) {
    shell.press(.mouse(MouseEvent(.click, x: start, y: 8)))
    let step = end > start ? 1 : -1
    for x in stride(from: start, through: end, by: step) {
      shell.press(.mouse(MouseEvent(.drag, x: x, y: 9)))
    }
    shell.press(.mouse(MouseEvent(.release, x: end, y: 9)))
  }

  @Test("it follows the mouse, and lets go of it")
  func dragging() throws {
    var shell = FakeShell(width: 140, height: 40)
    let start = try #require(shell.state.dividedList).maxX - 1
    drag(&shell, from: start, to: 60)
    #expect(listWidth(shell) == 61)
    shell.press(.mouse(MouseEvent(.drag, x: 90, y: 9)))
    #expect(listWidth(shell) == 61)
    #expect(shell.state.focus == .slots)
  }

  @Test("the right side's border can be taken hold of too; a click elsewhere takes hold of nothing")
  func borders() throws {
    var shell = FakeShell(width: 140, height: 40)
    let list = try #require(shell.state.dividedList)
    drag(&shell, from: list.maxX, to: list.maxX + 10)
    #expect(listWidth(shell) == list.width + 11)
    drag(&shell, from: list.maxX - 10, to: 40)
    #expect(listWidth(shell) == list.width + 11)
  }

  @Test("both sides keep what they need", arguments: [(0, 26), (139, 108)])
  func clamped(_ end: Int, _ width: Int) throws {
    var shell = FakeShell(width: 140, height: 40)
    drag(&shell, from: try #require(shell.state.dividedList).maxX - 1, to: end)
    #expect(listWidth(shell) == width)
  }

  @Test("in a window of another size it keeps its share, and comes back with the old one")
  func resizing() throws {
    var shell = FakeShell(width: 140, height: 40)
    drag(&shell, from: try #require(shell.state.dividedList).maxX - 1, to: 69)
    shell.resize(100, 30)
    #expect(listWidth(shell) == 50)
    shell.resize(60, 15)
    #expect(listWidth(shell) == nil)
    shell.resize(140, 40)
    #expect(listWidth(shell) == 70)
  }

  @Test("( and ) move it, on the screens too, each with a place of its own", arguments: [false, true])
  func keys(_ onScreen: Bool) throws {
    var shell = FakeShell(width: 140, height: 40)
    let panes = try #require(listWidth(shell))
    if onScreen { shell.press(.enter) }
    let width = try #require(listWidth(shell))
    shell.press(.character(")"), .character(")"), .character("("))
    #expect(listWidth(shell) == width + 2)
    if onScreen {
      shell.press(.escape)
      #expect(listWidth(shell) == panes)
    }
  }

  @Test("where the list stands alone, the keys say so")
  func alone() {
    var shell = FakeShell(width: 60, height: 15)
    shell.press(.character(")"))
    #expect(shell.state.notice?.text == "the list has nothing beside it here")
    #expect(shell.state.dividers == Dividers())
  }

  @Test("a picture with the divider moved")
  func picture() throws {
    var shell = FakeShell(width: 100, height: 20)
    drag(&shell, from: try #require(shell.state.dividedList).maxX - 1, to: 30)
    #expect(
      shell.picture == """
         slotscope  ~/models                                                   7 slots · 3.4 GB · 1 damaged
         All 7   LLM 4   CNN 3                                                / filter      sort: updated ↓
        ╭─ Slots ───────────── 1 of 7 ╮╭─ 7  gpt2 ───────────────────────────────────────────── revision 3 ╮
        │  SLOT  NAME          SIZE   ││ type           LLM                                                │
        │▌    7  gpt2      497.8 MB  ✓││ built by       preset reference, seed 7, float64                  │
        │     8  resnet50  102.2 MB  ✓││ tensors        1                                                  │
        │     9  Mini…-v2   90.9 MB  ·││ weights        124,439,808 float64 · 497.8 MB                     │
        │    21  refe…nce    9.2 KB  ✓││ checksum       000000…84540f  ✓ verified 2 m ago                  │
        │    22  refe…nce   41.5 KB  ✗││ updated        2026-11-23 11:58:00 (created 3 d ago)              │
        │    30  tiny….1b    2.2 GB  ✓│├─ Config ──────────────────────────────────────────────────────────┤
        │    31  vgg16     553.4 MB  ?││ learning_rate  0.001                                              ┃
        │                             │├─ Weights ──────────────────────────────── linear · exact · 99.8 % ┤
        │                             ││                        ▁▂▃▅▆▆▇█████▇▆▆▅▄▂▁                        │
        │                             ││                  ▁▂▄▅▆█████████████████████▆▅▄▂▁                  │
        │                             ││ ▁▁▁▁▁▁▁▂▂▃▃▄▄▅▆▇█████████████████████████████████▇▆▅▄▄▃▃▂▂▁▁▁▁▁▁▁ │
        │                             ││ ‹ 120 ───────────────────────────────────────────────────── 131 › │
        │                             ││ -0.12                           0                            0.12 │
        │                             ││ mean 0.0012  std 0.02  NaN 0  ±Inf 0  zeros 102,144  min -0.15    │
        ╰─────────────────────────────╯╰───────────────────────────────────────────────────────────────────╯
         r rebuild  b build  v verify  = compare  ⏎ tensors  t type  / filter  s sort  ? help  q quit
        """)
  }

  @Test("a click beside a dialog closes nothing and reaches nothing below it", arguments: Array("?b:"))
  func outsideOfDialogs(_ key: Character) {
    var shell = FakeShell(width: 140, height: 40)
    let selected = shell.state.list.selectedSlotID
    shell.press(.character(key))
    for kind in [MouseEvent.Kind.click, .doubleClick, .drag, .release] {
      for (x, y) in [(2, 6), (0, 0), (139, 39), (77, 10)] {
        shell.press(.mouse(MouseEvent(kind, x: x, y: y)))
      }
    }
    #expect(shell.state.dialogs.count == 1)
    #expect(shell.state.list.selectedSlotID == selected)
    #expect(shell.state.dividers == Dividers())
  }
}

@Suite("Keys that mean the same everywhere")
struct EverywhereTests {
  @Test("Ctrl-L and Ctrl-Z work in dialogs and fields", arguments: Array("?b:/vD"))
  func everywhere(_ key: Character) {
    var shell = FakeShell()
    shell.press(.character(key))
    _ = shell.takeEffects()
    shell.press(.ctrl("l"), .ctrl("z"))
    let effects = shell.takeEffects().map { String(describing: $0) }
    #expect(effects == ["redraw", "suspend"])
  }

  @Test("! asks for a shell, on the screens as well", arguments: [false, true])
  func shell(_ onScreen: Bool) {
    var shell = FakeShell()
    if onScreen { shell.press(.enter) }
    _ = shell.takeEffects()
    shell.press(.character("!"))
    #expect(shell.takeEffects().map { String(describing: $0) } == ["openShell"])
  }
}
