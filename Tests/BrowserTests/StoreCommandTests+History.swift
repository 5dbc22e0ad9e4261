import Canvas
import Inspection
import Testing

@testable import Browser
@testable import SlotStore

/// The history of a slot, and what is done with a revision that was kept.
extension StoreCommandTests {
  private func withHistory(_ width: Int, _ height: Int) -> FakeShell {
    var shell = shell(width, height)
    shell.press(.character("U"))
    answer(
      .history(
        current: kept(4, integrity: .verified),
        earlier: [kept(3), kept(2, name: "gpt2-before-the-flood", integrity: .missing)]), &shell)
    return shell
  }

  @Test("U shows what is kept of the slot, the current revision first")
  func history() {
    let shell = withHistory(80, 24)
    #expect(
      shell.picture == """
         slotscope  ~/models                               7 slots · 3.4 GB · 1 damaged
         All 7   LLM 4   CNN 3                                          sort: updated ↓
        ╭─ Slots ──────────────────────── 1 of 7 ╮╭─ 7  gpt2 ────────────── revision 3 ╮
        │  SLOT  TYPE  NAME               SIZE   ││ type     LLM                       │
        │▌    7  LLM   gpt2           497.8 MB  ✓││ built by reference, seed 7         │
        │     8  CNN   resnet50       102.2 MB  ✓││ tensors  1                         │
        │     9  LLM   MiniLM-L6-v2    90.9 MB  ·││ weights  124.4M float64 · 497.8 MB │
        ╭─ History of slot 7 ───────────────────────────────────── 2 earlier revisions ╮
        │                                                                              │
        │  REVISION       SIZE  SAVED (UTC)          CHECKSUM       STATE              │
        │         4   497.8 MB  2026-11-23 11:50:00  88e154…000004  ✓ now              │
        │ ▌       3   497.8 MB  2026-11-23 11:40:00  88e154…000003  · written          │
        │         2   497.8 MB  2026-11-23 11:30:00  88e154…000002  ✗ missing          │
        │                                                                              │
        │  ⏎ bring back  Esc close  = compare  ↓ down  y copy checksum                 │
        │                                                                              │
        ╰──────────────────────────────────────────────────────────────────────────────╯
        │                                        ││ ▁▁▁▁▂▃▄▆██████████████████▆▄▃▂▁▁▁▁ │
        │                                        ││ ‹ 120 ────────────────────── 131 › │
        │                                        ││ -0.12            0            0.12 │
        │                                        ││ mean 0.0012  std 0.02  NaN 0       │
        │                                        ││ ±Inf 0  zeros 102,144  min -0.15   │
        ╰────────────────────────────────────────╯╰────────────────────────────────────╯

        """)
  }

  @Test("the history on a small screen")
  func smallHistory() {
    let shell = withHistory(40, 10)
    #expect(
      shell.picture == """
         slotscope  ~/models   7 · 3.4 GB · ✗ 1
        ╭─ History of slot 7 ──────────────────╮
        │  REVISION       SIZE  STATE          │
        │         4   497.8 MB  ✓ now          │
        │ ▌       3   497.8 MB  · written      │
        │         2   497.8 MB  ✗ missing      │
        │  ⏎ bring back  Esc close  = compare  │
        ╰──────────────────────────────────────╯
            30  LLM   tinyll…a-1.1b    2.2 GB  ✓

        """)
  }

  @Test("the history on a wide one")
  func wideHistory() {
    let shell = withHistory(140, 40)
    #expect(shell.picture.contains("REVISION  NAME"))
    #expect(shell.picture.contains("▌       3  gpt2"))
  }

  @Test("Enter brings a revision back, u takes that back, and what the slot holds is no choice")
  func bringBack() {
    var shell = withHistory(80, 24)
    shell.press(.character("k"), .enter)
    #expect(shell.state.notice?.text == "this is what the slot holds")
    shell.press(.character("j"), .enter)
    let request = BringBackRequest(slotID: 7, revision: 3, replaced: 4)
    guard case .bringBack(request)? = shell.takeEffects().last else {
      Issue.record("nothing was brought back")
      return
    }
    #expect(shell.state.dialogs.isEmpty)
    shell.send(.broughtBack(request, .success(5)))
    #expect(
      shell.state.notice?.text == "slot 7: revision 3 is back, as revision 5; u undoes the restore of slot 7")
    shell.press(.character("u"))
    guard case .restore(slotID: 7, revision: 4)? = shell.takeEffects().last else {
      Issue.record("u did not take it back")
      return
    }
  }

  @Test("= compares an earlier revision with what the slot holds")
  func compare() {
    var shell = withHistory(80, 24)
    shell.press(.character("j"), .character("="))
    let screen = shell.state.screens.last as? DifferenceScreen
    #expect(screen?.request.a == RevisionReference(slotID: 7, revision: 2))
    #expect(screen?.request.b == RevisionReference(slotID: 7))
  }

  @Test("a slot without an earlier revision says so")
  func noHistory() {
    var shell = shell()
    shell.press(.character("U"))
    answer(.history(current: kept(1), earlier: []), &shell)
    #expect(shell.state.notice?.text == "slot 7: no earlier revision is kept")
    #expect(shell.state.dialogs.isEmpty)
  }
}
