import Canvas
import Foundation
import Testing

@testable import Browser

@Suite("The log of messages")
struct LogTests {
  private func logged(width: Int, height: Int) -> FakeShell {
    var shell = FakeShell(width: width, height: height)
    shell.state.timeZone = .gmt
    shell.press(.character("y"), .character("j"), .character("c"))
    shell.send(.time(noon.addingTimeInterval(61)))
    shell.send(
      .notice(
        "slot 22: /models/store/revisions/00000022.r3.9f2c61d0.npy: torn: the header says 41,504 bytes, and there are 12",
        isError: true))
    shell.press(.character("k"))
    return shell
  }

  @Test(
    "E shows what failed and what else was said, the last first, in full; why a key did nothing is left out")
  func log() {
    var shell = logged(width: 80, height: 24)
    shell.press(.character("E"))
    #expect(
      shell.picture == """
         slotscope  ~/models                               7 slots · 3.4 GB · 1 damaged
         All 7   LLM 4   CNN 3                                          sort: updated ↓
        ╭─ Slots ──────────────────────── 1 of 7 ╮╭─ 7  gpt2 ────────────── revision 3 ╮
        │  SLOT  TYPE  NAME               SIZE   ││ type     LLM                       │
        │▌    7  LLM   gpt2           497.8 MB  ✓││ built by reference, seed 7         │
        │     8  CNN   resnet50       102.2 MB  ✓││ tensors  1                         │
        │     9  LLM   MiniLM-L6-v2    90.9 MB  ·││ weights  124.4M float64 · 497.8 MB │
        ╭─ Messages ───────────────────────────────────────────────────────── 1 failed ╮
        │                                                                              │
        │ ▌12:01:01  ✗ slot 22: /models/store/revisions/00000022.r3.9f2c61d0.npy:      │
        │ ▌            torn: the header says 41,504 bytes, and there are 12            │
        │  12:00:00    copied 0000000000000000000000005384540f                         │
        │                                                                              │
        │  Esc close  y copy  ↓ down                                                   │
        │                                                                              │
        ╰──────────────────────────────────────────────────────────────────────────────╯
        │                                        ││          ▂▄▇██████████▇▅▂          │
        │                                        ││ ▁▁▁▁▂▃▄▆██████████████████▆▄▃▂▁▁▁▁ │
        │                                        ││ ‹ 120 ────────────────────── 131 › │
        │                                        ││ -0.12            0            0.12 │
        │                                        ││ mean 0.0012  std 0.02  NaN 0       │
        │                                        ││ ±Inf 0  zeros 102,144  min -0.15   │
        ╰────────────────────────────────────────╯╰────────────────────────────────────╯

        """)
    shell.press(.character("y"))
    guard case .copy(let text)? = shell.takeEffects().last else {
      Issue.record("nothing was copied")
      return
    }
    #expect(
      text
        == "12:01:01  slot 22: /models/store/revisions/00000022.r3.9f2c61d0.npy: torn: the header says 41,504 bytes, and there are 12"
    )
    shell.press(.character("E"))
    #expect(shell.state.dialogs.isEmpty)
  }

  @Test("on a small screen an entry scrolls")
  func small() {
    var shell = logged(width: 40, height: 10)
    shell.press(.character("E"))
    #expect(
      shell.picture == """
        ╭─ Messages ───────────────── 1 failed ╮
        │ ▌12:01:01  ✗ slot 22:               ┃│
        │ ▌            /models/store/revision ┃│
        │ ▌            s/00000022.r3.9f2c61d0 ┃│
        │ ▌            .npy: torn: the header ┃│
        │ ▌            says 41,504 bytes, and ┃│
        │ ▌            there are 12            │
        │  12:00:00    copied                  │
        │  Esc close  y copy  ↓ down           │
        ╰──────────────────────────────────────╯
        """)
    shell.press(.character("j"))
    #expect(shell.picture.contains("84540f"))
  }

  @Test("it can be opened from a screen over the panes, and says where nothing was said yet")
  func empty() {
    var shell = FakeShell(width: 80, height: 24)
    shell.press(.enter, .character("E"))
    #expect(shell.picture.contains("Nothing has been said in this session."))
    shell.press(.escape, .escape)
    #expect(shell.state.screens.isEmpty)
  }
}
