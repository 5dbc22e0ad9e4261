import Canvas
import Foundation
import Testing

@testable import Browser
@testable import Builds
@testable import SlotStore

@Suite("The pane of jobs")
struct JobsTests {
  /// Builds and tasks of every kind, running, waiting and ended.
  func busy(width: Int, height: Int, glyphs: Glyphs = .unicode) -> FakeShell {
    var shell = FakeShell(width: width, height: height, glyphs: glyphs)
    let waiting = Build(
      id: 2, action: .build, slotID: 13, modelType: "LLM", name: "gpt2", state: .queued)
    var failed = Build(
      id: 3, action: .import, slotID: nil, modelType: "", name: "model.gguf",
      state: .failed("/models/model.gguf: no such file"))
    failed.ended = noon.addingTimeInterval(-30)
    shell.send(.builds([failed, runningBuild(), waiting], noon))
    let verify = TaskRequest.verify(VerifyOrder(slots: [7, 8, 9]))
    let export = TaskRequest.export(ExportOrder(slotID: 7, path: "~/out/gpt2.safetensors"))
    shell.send(
      .tasks(
        [
          endedTask(
            1, .verify(VerifyOrder(slots: [22])), TaskEnd(.done, .verified(verified(damaged(22))))),
          runningTask(2, verify, done: 600_000_000, of: 690_840_224, slotsDone: 1, seconds: 0.5),
          runningTask(3, export, done: 120_000_000, of: 497_759_232, slotsDone: 0, seconds: 0.25),
        ], noon))
    return shell
  }

  func damaged(_ slot: Int) -> Verification {
    Verification(
      slotID: slot, expected: "0000", actual: "e146", damage: .changed(places: [16..<32], tensors: []))
  }

  @Test("gc, check and repair show how far they are, and say what was done until they were cancelled")
  func storeTasks() {
    var shell = FakeShell(width: 140, height: 40)
    shell.send(
      .tasks(
        [
          runningTask(1, .check, done: 0, of: 0, slotsDone: 0, seconds: 1),
          runningTask(2, .collectGarbage, done: 300, of: 1200, slotsDone: 0, seconds: 0.5),
          runningTask(3, .repair, done: 90_000, of: 120_000, slotsDone: 0, seconds: 3),
        ], noon))
    let rows = shell.picture.split(separator: "\n").filter { $0.contains("store  ") }
    #expect(rows[0].contains("check") && rows[0].contains("at work"))
    #expect(
      rows[1].contains("gc") && rows[1].contains("25 %") && rows[1].contains("600/s")
        && rows[1].contains("2 s"))
    #expect(rows[2].contains("repair") && rows[2].contains("75 %") && rows[2].contains("30,000/s"))
    shell.press(.backTab, .character("c"))
    guard case .cancelTask? = shell.takeEffects().last else {
      Issue.record("nothing was cancelled")
      return
    }
    func notice(_ request: TaskRequest, _ result: TaskResult?, _ manner: TaskEnd.Manner = .cancelled)
      -> String?
    {
      var shell = FakeShell(width: 140, height: 40)
      shell.send(.tasks([endedTask(1, request, TaskEnd(manner, result))], noon))
      return shell.state.notice?.text
    }
    #expect(
      notice(.check, .stopped(StoppedCheck(completed: 1234, total: 9876)))
        == "check: cancelled; looked at 1,234 of 9,876 rows and files, nothing was changed")
    #expect(
      notice(.check, .stopped(StoppedCheck(completed: 0, total: 0)))
        == "check: cancelled; nothing was changed")
    let repaired = Finding(.linkMissing, slot: 3, "should lead to it")
    #expect(
      notice(.repair, .stopped(StoppedCheck(completed: 9, total: 12, repaired: [repaired])))
        == "repair: cancelled; 1 finding repaired before")
    #expect(
      notice(
        .repair, .stopped(StoppedCheck(completed: 9, total: 12, repaired: [repaired])), .failed("disk full"))
        == "repair: 1 finding repaired, then disk full")
    #expect(
      notice(.collectGarbage, .collected(revisions: 300, files: 0, bytes: 5_000_000))
        == "gc: cancelled; dropped 300 earlier revisions, 5.0 MB before")
    #expect(notice(.collectGarbage, nil) == "gc: cancelled; nothing was changed")
  }

  @Test("at 140×40 it shows what runs, what waits and how the rest ended")
  func wide() {
    let shell = busy(width: 140, height: 40)
    #expect(
      shell.picture == """
         slotscope  ~/models                                                                                  7 slots · 3.4 GB · 4 jobs · 1 damaged
         All 7   LLM 4   CNN 3                                                                                        / filter      sort: updated ↓
        ╭─ Slots ───────────────────────────────────────────────────────────── 1 of 7 ╮╭─ 7  gpt2 ───────────────────────────────────── revision 3 ╮
        │  SLOT  TYPE  NAME                                 PARAMS      SIZE  ↓AGE    ││ type           LLM                                        │
        │▌    7  LLM   gpt2                                 124.4M  497.8 MB   2 m  ✓ ││ built by       preset reference, seed 7, float64          │
        │     8  CNN   resnet50                              25.6M  102.2 MB   5 m  ✓ ││ tensors        1                                          │
        │     9  LLM   MiniLM-L6-v2                          22.7M   90.9 MB  11 m  · ││ weights        124,439,808 float64 · 497.8 MB             │
        │    21  LLM   reference                             1,150    9.2 KB   1 h  ✓ ││ checksum       000000…84540f  ✓ verified 2 m ago          │
        │    22  CNN   reference                             5,188   41.5 KB   1 h  ✗ ││ updated        2026-11-23 11:58:00 (created 3 d ago)      │
        │    30  LLM   tinyllama-1.1b                        1.10B    2.2 GB   3 d  ✓ │├─ Config ──────────────────────────────────────────────────┤
        │    31  CNN   vgg16                                138.4M  553.4 MB   3 d  ? ││ learning_rate  0.001                                      │
        │                                                                             ││ max_tokens     2048                                       │
        │                                                                             ││ temperature    0.7                                        │
        │                                                                             ││ top_p          0.9                                        │
        │                                                                             │├─ Weights ──────────────────────── linear · exact · 99.8 % ┤
        │                                                                             ││                          ▄▆▇██▆▄▁                         │
        │                                                                             ││                        ▅█████████▅                        │
        │                                                                             ││                      ▃█████████████▃                      │
        │                                                                             ││                     ▆███████████████▆                     │
        │                                                                             ││                   ▂███████████████████▃                   │
        │                                                                             ││                  ▅█████████████████████▅                  │
        │                                                                             ││                ▂█████████████████████████▃                │
        │                                                                             ││              ▁▆███████████████████████████▆▁              │
        │                                                                             ││            ▂▅███████████████████████████████▅▂            │
        │                                                                             ││         ▂▄▇███████████████████████████████████▇▄▂         │
        │                                                                             ││ ▁▂▂▃▄▅▆███████████████████████████████████████████▆▅▄▃▂▂▁ │
        │                                                                             ││ ‹ 120 ───────────────────────────────────────────── 131 › │
        │                                                                             ││ -0.12                       0                        0.12 │
        │                                                                             ││ mean 0.0012  std 0.02  NaN 0  ±Inf 0  zeros 102,144       │
        │                                                                             ││ min -0.15  max 0.152                                      │
        ╰─────────────────────────────────────────────────────────────────────────────╯╰───────────────────────────────────────────────────────────╯
        ╭─ Jobs ───────────────────────────────────────────────────────────────────────────────────────────────────────────── 3 running · 1 queued ╮
        │ slot 12  CNN  resnet50              ██████████████████████████████████████████▊░░░░░░░░░░░░░░░░░░░░         67 %  278.1 MB/s         1 s │
        │ 3 slots       verify                ██████████████████████████████████████████████████████▋░░░░░░░░ 1 of 3  86 %    1.2 GB/s         1 s │
        │ slot 7        export gpt…fetensors  ███████████████▏░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░         24 %  480.0 MB/s         1 s │
        │ slot 13  LLM  gpt2                  queued                                                                                               │
        │ slot new      model.gguf            ✗ /models/model.gguf: no such file                                                                   │
        │ slot 22       verify                ✗ changed bits: bytes 16 to 31                                                                       │
        ╰──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────╯
         ✗ slot 22: changed bits: bytes 16 to 31
        """)
  }

  @Test("at 80×24 it folds to a line, and Tab opens it")
  func standard() {
    var shell = busy(width: 80, height: 24)
    #expect(
      shell.picture == """
         slotscope  ~/models                      7 slots · 3.4 GB · 4 jobs · 1 damaged
         All 7   LLM 4   CNN 3                                          sort: updated ↓
        ╭─ Slots ──────────────────────── 1 of 7 ╮╭─ 7  gpt2 ────────────── revision 3 ╮
        │  SLOT  TYPE  NAME               SIZE   ││ type     LLM                       │
        │▌    7  LLM   gpt2           497.8 MB  ✓││ built by reference, seed 7         │
        │     8  CNN   resnet50       102.2 MB  ✓││ tensors  1                         │
        │     9  LLM   MiniLM-L6-v2    90.9 MB  ·││ weights  124.4M float64 · 497.8 MB │
        │    21  LLM   reference        9.2 KB  ✓││ checksum 000000…84540f  ✓ verified │
        │    22  CNN   reference       41.5 KB  ✗││ updated  2026-11-23 11:58:00       │
        │    30  LLM   tinyll…a-1.1b    2.2 GB  ✓│├─ Config ───────────────────────────┤
        │    31  CNN   vgg16          553.4 MB  ?││ learning_rate  0.001               │
        │                                        ││ max_tokens     2048                │
        │                                        ││ temperature    0.7                 │
        │                                        ││ top_p          0.9                 │
        │                                        │├─ Weights ─ linear · exact · 99.8 % ┤
        │                                        ││             ▂▄▆▇██▇▆▄▂             │
        │                                        ││          ▂▄▇██████████▇▅▂          │
        │                                        ││ ▁▁▁▁▂▃▄▆██████████████████▆▄▃▂▁▁▁▁ │
        │                                        ││ ‹ 120 ────────────────────── 131 › │
        │                                        ││ -0.12            0            0.12 │
        │                                        ││ mean 0.0012  std 0.02  NaN 0       │
        ╰────────────────────────────────────────╯╰────────────────────────────────────╯
        ── ▶ 12 resnet50  █████████████▌░░░░░░  67 %  1 s  + 3 more ────────────────────
         ✗ slot 22: changed bits: bytes 16 to 31
        """)
    shell.press(.backTab)
    #expect(
      shell.picture == """
         slotscope  ~/models                      7 slots · 3.4 GB · 4 jobs · 1 damaged
         All 7   LLM 4   CNN 3                                          sort: updated ↓
        ╭─ Slots ──────────────────────── 1 of 7 ╮╭─ 7  gpt2 ────────────── revision 3 ╮
        │  SLOT  TYPE  NAME               SIZE   ││ type     LLM                       │
        │▌    7  LLM   gpt2           497.8 MB  ✓││ built by reference, seed 7         │
        │     8  CNN   resnet50       102.2 MB  ✓││ tensors  1                         │
        │     9  LLM   MiniLM-L6-v2    90.9 MB  ·││ weights  124.4M float64 · 497.8 MB │
        │    21  LLM   reference        9.2 KB  ✓││ checksum 000000…84540f  ✓ verified │
        │    22  CNN   reference       41.5 KB  ✗││ updated  2026-11-23 11:58:00       │
        │    30  LLM   tinyll…a-1.1b    2.2 GB  ✓│├─ Config ───────────────────────────┤
        │    31  CNN   vgg16          553.4 MB  ?││ learning_rate  0.001               ┃
        │                                        │├─ Weights ─ linear · exact · 99.8 % ┤
        │                                        ││            ▂▄▅▇▇███▇▅▄▂            │
        │                                        ││ ▁▁▁▁▁▂▃▄▅▇██████████████▇▅▄▃▂▁▁▁▁▁ │
        │                                        ││ ‹ 120 ────────────────────── 131 › │
        │                                        ││ -0.12            0            0.12 │
        │                                        ││ mean 0.0012  std 0.02  NaN 0       │
        ╰────────────────────────────────────────╯╰────────────────────────────────────╯
        ╭─ Jobs ───────────────────────────────────────────────── 3 running · 1 queued ╮
        │▌slot 12  CNN  resnet50      ███████▍░░░         67 %  278.1 MB/s         1 s ┃
        │ 3 slots       verify        █████████▌░ 1 of 3  86 %    1.2 GB/s         1 s │
        │ slot 7        export…nsors  ██▋░░░░░░░░         24 %  480.0 MB/s         1 s │
        ╰──────────────────────────────────────────────────────────────────────────────╯
         b build  v verify  = compare  t type  / filter  c cancel  ? help  q quit
        """)
  }

  @Test("at 60×15 likewise")
  func narrow() {
    var shell = busy(width: 60, height: 15)
    shell.press(.backTab)
    #expect(
      shell.picture == """
         slotscope  ~/models                       7 · 3.4 GB · ✗ 1
         All 7  LLM 4  CNN 3                              updated ↓
        ── Slots  Info  Config  Weights  Jobs ──────────────────────
        ▌slot 12  resnet50   ████████████▉░░░░░░  67 %         1 s
         3 slots  verify     ████████████████▌░░  86 %         1 s
         slot 7   expo…sors  ████▌░░░░░░░░░░░░░░  24 %         1 s
         slot 13  gpt2       queued
         slot new mode…gguf  ✗ /models/model.gguf: no such file
         slot 22  verify     ✗ changed bits: bytes 16 to 31





         Tab panes  b build  v verify  c cancel  ? help  q quit
        """)
  }

  @Test("at 40×10 the line has name and bar before the time left, and the pane says how to cancel")
  func smallest() {
    var shell = busy(width: 40, height: 10)
    #expect(shell.picture.contains("\n── ▶ 12 resn…  ████░░  67 %  + 3 more ──\n"))
    shell.press(.backTab)
    #expect(shell.picture.hasSuffix("\n Tab panes  c cancel  ? help  q quit"))
  }

  @Test("the header counts builds, and jobs where there are others")
  func header() {
    var shell = FakeShell(width: 80, height: 24)
    shell.send(.builds([runningBuild(1), runningBuild(2, slot: 13)], noon))
    #expect(shell.picture.contains("· 2 builds ·"))
    shell.send(.tasks([verifyTask(1, 7, done: 1, of: 2, seconds: 1)], noon))
    #expect(shell.picture.contains("· 3 jobs ·"))
  }
}
