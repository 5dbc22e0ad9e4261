import Canvas
import Inspection
import Testing

@testable import Browser
@testable import SlotStore

@Suite("What is done to the store as a whole, and what can't be taken back")
struct StoreCommandTests {
  func shell(_ width: Int = 80, _ height: Int = 24) -> FakeShell {
    FakeShell(width: width, height: height)
  }

  func kept(_ revision: Int, name: String = "gpt2", integrity: Integrity = .written) -> RevisionState {
    let row = slot(
      7, "LLM", name, parameters: 124_439_808, size: 497_759_232, minutesAgo: 10 * (5 - revision),
      revision: revision, checksum: "88e1540b00000000000000000000000\(revision)")
    return RevisionState(kept: KeptRevision(row)!, integrity: integrity)
  }

  /// Carries out a command by its name.
  func command(_ name: String, _ shell: inout FakeShell) {
    shell.press(.character(":"))
    shell.type(name)
    shell.press(.enter)
  }

  /// Answers the newest question of the state's.
  func answer(_ survey: Survey, _ shell: inout FakeShell) {
    for case .run(let id, .survey(let request), _) in shell.takeEffects() {
      shell.send(.tasks([endedTask(id, .survey(request), TaskEnd(.done, .surveyed(survey)))], noon))
    }
  }

  func requests(_ shell: inout FakeShell) -> [TaskRequest] {
    shell.takeEffects().compactMap { if case .run(_, let request, _) = $0 { request } else { nil } }
  }

  @Test("an answer that comes when somebody does something else opens nothing")
  func late() {
    var shell = shell()
    shell.press(.character("U"), .character("?"))
    answer(.history(current: kept(4), earlier: [kept(3)]), &shell)
    #expect(shell.state.dialogs.count == 1)
    #expect(shell.picture.contains("─ Help ─"))
  }

  @Test("purge says how many bytes go, and asks; no changes nothing")
  func purge() {
    var shell = shell()
    command("purge", &shell)
    answer(.purge(Purgeable(revisions: 3, byteCount: 1_493_280_000)), &shell)
    #expect(
      shell.picture == """
         slotscope  ~/models                               7 slots · 3.4 GB · 1 damaged
         All 7   LLM 4   CNN 3                                          sort: updated ↓
        ╭─ Slots ──────────────────────── 1 of 7 ╮╭─ 7  gpt2 ────────────── revision 3 ╮
        │  SLOT  TYPE  NAME               SIZE   ││ type     LLM                       │
        │▌    7  LLM   gpt2           497.8 MB  ✓││ built by reference, seed 7         │
        │     8  CNN   resnet50       102.2 MB  ✓││ tensors  1                         │
        │     9  LLM   MiniLM-L6-v2    90.9 MB  ·││ weights  124.4M float64 · 497.8 MB │
        │    21  LLM   reference        9.2 KB  ✓││ checksum 000000…84540f  ✓ verified │
        │    22   ╭─ Purge ──────────────────────────────────────────────────╮ 0       │
        │    30   │                                                          │ ────────┤
        │    31   │  Drop slot 7 (gpt2) with all that is kept of it?         │         │
        │         │  3 revisions, 1.5 GB on the disk. That can't be undone.  │         │
        │         │                                                          │         │
        │         │  y yes  n no                                             │         │
        │         │                                                          │  99.8 % ┤
        │         ╰──────────────────────────────────────────────────────────╯         │
        │                                        ││          ▂▄▇██████████▇▅▂          │
        │                                        ││ ▁▁▁▁▂▃▄▆██████████████████▆▄▃▂▁▁▁▁ │
        │                                        ││ ‹ 120 ────────────────────── 131 › │
        │                                        ││ -0.12            0            0.12 │
        │                                        ││ mean 0.0012  std 0.02  NaN 0       │
        │                                        ││ ±Inf 0  zeros 102,144  min -0.15   │
        ╰────────────────────────────────────────╯╰────────────────────────────────────╯

        """)
    shell.press(.character("n"))
    #expect(requests(&shell).isEmpty)
    shell.press(.character(" "), .character(" "))
    command("purge", &shell)
    answer(.purge(Purgeable(revisions: 5, byteCount: 2_000_000_000)), &shell)
    #expect(shell.picture.contains("Drop 2 slots with all that is kept of them?"))
    shell.press(.character("y"))
    #expect(requests(&shell) == [.purge([7, 8])])
  }

  @Test("what was purged can't be undone any more, and is no longer marked")
  func purged() {
    var shell = shell()
    shell.send(.deleted(slotID: 7, .success(3)))
    shell.press(.character(" "))
    var changed = ChangedSlots()
    changed.done = [UndoStep.Change(slotID: 7)]
    shell.send(.tasks([endedTask(1, .purge([7]), TaskEnd(.done, .purged(changed)))], noon))
    #expect(shell.state.notice?.text == "slot 7: 1 slot purged")
    shell.press(.character("u"))
    #expect(shell.state.notice?.text == "nothing was done here that could be undone")
  }

  @Test("gc says first what and how much goes, and that nothing goes where there is nothing")
  func gc() {
    var shell = shell(60, 15)
    command("gc", &shell)
    answer(.garbage(GarbageTotals(revisions: 12, orphans: 1, byteCount: 3_400_000_000, unplaced: 2)), &shell)
    #expect(
      shell.picture == """
         slotscope  ~/models                       7 · 3.4 GB · ✗ 1
         All 7  LLM 4  CNN 3                              updated ↓
        ── Slots  Info  Config  Weights ────────────────────────────
        ╭─ Collect garbage ────────────────────────────────────────╮
        │  Drop 12 earlier revisions and 1 orphaned file, 3.4 GB   │
        │  on the disk?                                            │
        │  They can't be restored, and what was done before can't  │
        │  be undone any more.                                     │
        │  2 files of lost rows stay: :check tells of them.        │
        │  y yes  n no                                             │
        ╰──────────────────────────────────────────────────────────╯




        """)
    shell.press(.character("y"))
    #expect(requests(&shell) == [.collectGarbage])
    command("gc", &shell)
    answer(.garbage(GarbageTotals(revisions: 0, orphans: 0, byteCount: 0, unplaced: 0)), &shell)
    #expect(shell.state.notice?.text == "there is nothing to drop")
    #expect(shell.state.dialogs.isEmpty)
  }

  @Test("clear wants the number of slots or the word typed")
  func clear() {
    var shell = shell()
    command("clear", &shell)
    answer(.clear([7, 8, 9, 21, 22, 30, 31]), &shell)
    #expect(
      shell.picture == """
         slotscope  ~/models                               7 slots · 3.4 GB · 1 damaged
         All 7   LLM 4   CNN 3                                          sort: updated ↓
        ╭─ Slots ──────────────────────── 1 of 7 ╮╭─ 7  gpt2 ────────────── revision 3 ╮
        │  SLOT  TYPE  NAME               SIZE   ││ type     LLM                       │
        │▌    7  LLM   gpt2           497.8 MB  ✓││ built by reference, seed 7         │
        │     8  CNN   resnet50       102.2 MB  ✓││ tensors  1                         │
        │     9  LLM   MiniLM-L6-v2    90.9 MB  ·││ weights  124.4M float64 · 497.8 MB │
        │    21  LL ╭─ Clear ──────────────────────────────────────────────╮  verified │
        │    22  CN │                                                      │ :00       │
        │    30  LL │  Delete all 7 slots?                                 │ ──────────┤
        │    31  CN │  Their last revisions are kept: u brings them back.  │           │
        │           │                                                      │           │
        │           │  Type 7 or clear:                                    │           │
        │           │                                                      │           │
        │           │  Esc cancel                                          │  · 99.8 % ┤
        │           │                                                      │           │
        │           ╰──────────────────────────────────────────────────────╯           │
        │                                        ││ ▁▁▁▁▂▃▄▆██████████████████▆▄▃▂▁▁▁▁ │
        │                                        ││ ‹ 120 ────────────────────── 131 › │
        │                                        ││ -0.12            0            0.12 │
        │                                        ││ mean 0.0012  std 0.02  NaN 0       │
        │                                        ││ ±Inf 0  zeros 102,144  min -0.15   │
        ╰────────────────────────────────────────╯╰────────────────────────────────────╯

        """)
    shell.press(.character("y"), .enter)
    #expect(shell.state.dialogs.count == 1)
    #expect(requests(&shell).isEmpty)
    shell.press(.ctrl("u"), .character("7"), .enter)
    #expect(requests(&shell) == [.delete([7, 8, 9, 21, 22, 30, 31])])
    #expect(shell.state.dialogs.isEmpty)
  }

  @Test("a check shows what it found, and how to put it right; a repair asks and shows what it did")
  func check() {
    var shell = shell()
    command("check", &shell)
    #expect(requests(&shell) == [.check])
    var finding = Finding(
      .linkStale, slot: 7, path: "slots/00000007.npy",
      "leads to revisions/00000007.r3.9f2c61d0.npy; the slot is empty")
    shell.send(
      .tasks(
        [
          endedTask(
            1, .check,
            TaskEnd(.done, .checked(CheckReport(slots: 7, keptRevisions: 9, files: 16, findings: [finding]))))
        ], noon))
    #expect(
      shell.picture == """
         slotscope  ~/models                               7 slots · 3.4 GB · 1 damaged
         All 7   LLM 4   CNN 3                                          sort: updated ↓
        ╭─ Slots ──────────────────────── 1 of 7 ╮╭─ 7  gpt2 ────────────── revision 3 ╮
        │  SLOT  TYPE  NAME               SIZE   ││ type     LLM                       │
        │▌    7  LLM   gpt2           497.8 MB  ✓││ built by reference, seed 7         │
        │     8  CNN   resnet50       102.2 MB  ✓││ tensors  1                         │
        │     9  LLM   MiniLM-L6-v2    90.9 MB  ·││ weights  124.4M float64 · 497.8 MB │
        ╭─ Check ──────────────────────────────────────────────────────────────────────╮
        │                                                                              │
        │  1 finding. :repair puts right what can be, and deletes nothing.             │
        │                                                                              │
        │ ▌✗ link-stale: slot 7, slots/00000007.npy: leads to                          │
        │ ▌  revisions/00000007.r3.9f2c61d0.npy; the slot is empty                     │
        │                                                                              │
        │  Esc close  y copy                                                           │
        │                                                                              │
        ╰──────────────────────────────────────────────────────────────────────────────╯
        │                                        ││ ▁▁▁▁▂▃▄▆██████████████████▆▄▃▂▁▁▁▁ │
        │                                        ││ ‹ 120 ────────────────────── 131 › │
        │                                        ││ -0.12            0            0.12 │
        │                                        ││ mean 0.0012  std 0.02  NaN 0       │
        ╰────────────────────────────────────────╯╰────────────────────────────────────╯
        ── store  ✗ 1 finding ──────────────────────────────────────────────────────────

        """)
    shell.press(.escape)
    command("repair", &shell)
    #expect(shell.picture.contains("Nothing is deleted"))
    shell.press(.character("y"))
    #expect(requests(&shell) == [.repair])
    finding.repair = "the link was removed"
    shell.send(
      .tasks(
        [
          endedTask(
            2, .repair,
            TaskEnd(.done, .checked(CheckReport(slots: 7, keptRevisions: 9, files: 16, findings: [finding]))))
        ], noon))
    #expect(shell.picture.contains("1 finding, 1 repaired"))
    #expect(shell.picture.contains("repaired: the link was removed"))
  }

  @Test("a check that finds nothing says what it looked at")
  func sound() {
    var shell = shell()
    let report = CheckReport(slots: 7, keptRevisions: 9, files: 16, findings: [])
    shell.send(.tasks([endedTask(1, .check, TaskEnd(.done, .checked(report)))], noon))
    #expect(shell.picture.contains("sound: 7 slots, 9 revisions in the history, 16 files"))
  }

  @Test("info shows the store's totals")
  func info() {
    var shell = shell()
    command("info", &shell)
    let stats = StoreStats(
      totalContexts: 7, totalSizeBytes: 3_444_000_000,
      byModelType: [
        .init(modelType: "CNN", count: 3, sizeBytes: 655_700_000),
        .init(modelType: "LLM", count: 4, sizeBytes: 2_788_300_000),
      ],
      directory: "/srv/models", schemaVersion: "1")
    answer(
      .info(stats, GarbageTotals(revisions: 9, orphans: 0, byteCount: 1_200_000_000, unplaced: 0)), &shell)
    #expect(
      shell.picture == """
         slotscope  ~/models                               7 slots · 3.4 GB · 1 damaged
         All 7   LLM 4   CNN 3                                          sort: updated ↓
        ╭─ Slots ──────────────────────── 1 of 7 ╮╭─ 7  gpt2 ────────────── revision 3 ╮
        │  SLOT  TYPE  NAME               SIZE   ││ type     LLM                       │
        │▌    7  LLM   gpt2           497.8 MB  ✓││ built by reference, seed 7         │
        ╭─ Store ──────────────────────────────────────────────────────────────────────╮
        │                                                                              │
        │ ▌folder      /srv/models                                                     │
        │  slots       7                                                               │
        │  size        3.4 GB                                                          │
        │  CNN         3 slots, 655.7 MB                                               │
        │  LLM         4 slots, 2.8 GB                                                 │
        │  gc drops    9 earlier revisions, 0 orphaned files, 1.2 GB on the disk       │
        │  schema      1                                                               │
        │                                                                              │
        │  Esc close  y copy  ↓ down                                                   │
        │                                                                              │
        ╰──────────────────────────────────────────────────────────────────────────────╯
        │                                        ││ ‹ 120 ────────────────────── 131 › │
        │                                        ││ -0.12            0            0.12 │
        │                                        ││ mean 0.0012  std 0.02  NaN 0       │
        │                                        ││ ±Inf 0  zeros 102,144  min -0.15   │
        ╰────────────────────────────────────────╯╰────────────────────────────────────╯

        """)
  }

  @Test("verify-all is about all slots, verify-quick about the marked ones, else all")
  func verify() {
    var shell = shell()
    command("verify-all", &shell)
    #expect(requests(&shell) == [.verify(VerifyOrder(slots: nil))])
    command("verify-quick", &shell)
    #expect(requests(&shell) == [.verify(VerifyOrder(slots: nil, isQuick: true))])
    shell.press(.character(" "))
    command("verify-quick", &shell)
    #expect(requests(&shell) == [.verify(VerifyOrder(slots: [7], isQuick: true))])
  }

  @Test(
    "what writes is refused where the store can only be read", arguments: ["purge", "gc", "clear", "repair"])
  func readOnly(_ name: String) {
    var shell = FakeShell(readOnly: "the store can only be read")
    command(name, &shell)
    #expect(shell.state.notice?.text.contains("the store can only be read") == true)
    #expect(shell.takeEffects().isEmpty)
  }
}
