import Canvas
import Foundation
import Testing

@testable import Browser

/// What takes long to look up before there is anything to show or to ask.
extension StoreCommandTests {
  /// The newest survey that was asked for.
  private func asked(_ shell: inout FakeShell) throws -> (id: JobTask.ID, request: TaskRequest) {
    guard case .run(let id, let request, _)? = shell.takeEffects().last, request.isSurvey else {
      throw Unasked()
    }
    return (id, request)
  }

  private struct Unasked: Error {}

  /// A survey that has got so far since it was asked for.
  private func surveying(
    _ name: String, _ shell: inout FakeShell, done: Int = 420_000, of total: Int = 1_200_000,
    seconds: Double = 2
  ) throws -> JobTask {
    command(name, &shell)
    let (id, request) = try asked(&shell)
    let task = runningTask(id, request, done: done, of: total, slotsDone: 0, seconds: seconds)
    shell.send(.tasks([task], noon))
    return task
  }

  private func end(_ task: JobTask, _ end: TaskEnd, _ shell: inout FakeShell) {
    shell.send(.tasks([endedTask(task.id, task.request, end)], noon))
  }

  private var garbage: TaskResult {
    .surveyed(.garbage(GarbageTotals(revisions: 2, orphans: 0, byteCount: 8, unplaced: 0)))
  }

  @Test("a survey shows how far it is, and what it found takes its place")
  func surveyUnderWay() throws {
    var shell = shell()
    let task = try surveying("gc", &shell)
    #expect(
      shell.picture == """
         slotscope  ~/models                               7 slots · 3.4 GB · 1 damaged
         All 7   LLM 4   CNN 3                                          sort: updated ↓
        ╭─ Slots ──────────────────────── 1 of 7 ╮╭─ 7  gpt2 ────────────── revision 3 ╮
        │  SLOT  TYPE  NAME               SIZE   ││ type     LLM                       │
        │▌    7  LLM   gpt2           497.8 MB  ✓││ built by reference, seed 7         │
        │     8  CNN   resnet50       102.2 MB  ✓││ tensors  1                         │
        │     9  LLM   MiniLM-L6-v2    90.9 MB  ·││ weights  124.4M float64 · 497.8 MB │
        │    21  L ╭─ Collect garbage ──────────────────────────────────────╮ verified │
        │    22  C │                                                        │ 00       │
        │    30  L │  Counting what can be dropped                          │ ─────────┤
        │    31  C │  420,000 of 1,200,000 rows and files        210,000/s  │          │
        │          │  ████████████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  35 %  │          │
        │          │                                                        │          │
        │          │  Esc cancel                                            │          │
        │          │                                                        │ · 99.8 % ┤
        │          ╰────────────────────────────────────────────────────────╯          │
        │                                        ││          ▂▄▇██████████▇▅▂          │
        │                                        ││ ▁▁▁▁▂▃▄▆██████████████████▆▄▃▂▁▁▁▁ │
        │                                        ││ ‹ 120 ────────────────────── 131 › │
        │                                        ││ -0.12            0            0.12 │
        │                                        ││ mean 0.0012  std 0.02  NaN 0       │
        │                                        ││ ±Inf 0  zeros 102,144  min -0.15   │
        ╰────────────────────────────────────────╯╰────────────────────────────────────╯

        """)
    end(task, TaskEnd(.done, garbage), &shell)
    #expect(shell.state.dialogs.count == 1)
    #expect(shell.picture.contains("Drop 2 earlier revisions"))
  }

  @Test("a survey on a small screen, and one of slots")
  func smallSurvey() throws {
    var shell = shell(40, 10)
    _ = try surveying("gc", &shell)
    #expect(
      shell.picture == """
         slotscope  ~/models   7 · 3.4 GB · ✗ 1
         All 7  LLM 4  CNN 3          updated ↓
        ╭─ Collect garbage ────────────────────╮
        │  Counting what can be dropped        │
        │  420,000 of 1,200,000     210,000/s  │
        │  █████████▊░░░░░░░░░░░░░░░░░░  35 %  │
        │  Esc cancel                          │
        ╰──────────────────────────────────────╯
            30  LLM   tinyll…a-1.1b    2.2 GB  ✓

        """)
    shell = self.shell(60, 15)
    _ = try surveying("purge", &shell, done: 3, of: 9)
    #expect(
      shell.picture == """
         slotscope  ~/models                       7 · 3.4 GB · ✗ 1
         All 7  LLM 4  CNN 3                              updated ↓
        ── Slots  Info  Config  Weights ────────────────────────────
        ▌    7  LLM   gpt2                124.4M  497.8 MB   2 m  ✓
         ╭─ Purge ────────────────────────────────────────────────╮
         │  Counting what is kept of slot 7                       │
         │  3 of 9 slots                               2 slots/s  │
         │  ███████████████▎░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  33 %  │
         │  Esc cancel                                            │
         ╰────────────────────────────────────────────────────────╯





        """)
  }

  @Test("what is looked up within a blink shows its answer alone")
  func quickSurvey() throws {
    var shell = shell()
    let task = try surveying("gc", &shell, seconds: 0.1)
    #expect(shell.state.dialogs.isEmpty)
    end(task, TaskEnd(.done, garbage), &shell)
    #expect(shell.picture.contains("Drop 2 earlier revisions"))
  }

  @Test(
    "Esc cancels a survey at once and says so, and nothing is asked any more",
    arguments: [Key.escape, .character("c"), .character("q"), .ctrl("c")])
  func cancelled(_ key: Key) throws {
    var shell = shell(40, 10)
    let task = try surveying("gc", &shell)
    shell.press(key)
    guard case .cancelTask(task.id)? = shell.takeEffects().last else {
      Issue.record("nothing was cancelled")
      return
    }
    let line = "gc: cancelled; nothing was changed"
    #expect(shell.state.dialogs.isEmpty)
    #expect(shell.picture.contains(line))
    shell.send(.tasks([task], noon))
    #expect(shell.state.dialogs.isEmpty, "it has not ended yet, but nobody waits for it")
    end(task, TaskEnd(.done, garbage), &shell)
    #expect(shell.state.dialogs.isEmpty)
    #expect(shell.state.notice?.text == line)
  }

  @Test("a survey asked again takes the place of the first, whose answer nobody wants any more")
  func surveyAgain() throws {
    var shell = shell()
    let first = try surveying("gc", &shell, seconds: 0.1)
    shell.press(.character("U"))
    guard case .run(let second, .survey(.history(slot: 7)), replacing: first.id)? = shell.takeEffects().last
    else {
      Issue.record("the first goes on")
      return
    }
    end(first, TaskEnd(.done, garbage), &shell)
    #expect(shell.state.dialogs.isEmpty)
    let history = Survey.history(current: kept(4), earlier: [kept(3)])
    shell.send(
      .tasks([endedTask(second, .survey(.history(slot: 7)), TaskEnd(.done, .surveyed(history)))], noon))
    #expect(shell.picture.contains("─ History of slot 7 ─"))
  }

  @Test("nothing opens over a filter that is being typed: a letter of it is no answer")
  func surveyWhileTyping() throws {
    var shell = shell()
    let task = try surveying("gc", &shell, seconds: 0.1)
    shell.press(.character("/"))
    shell.send(.tasks([task], noon.addingTimeInterval(3)))
    #expect(shell.state.dialogs.isEmpty)
    end(task, TaskEnd(.done, garbage), &shell)
    #expect(shell.state.dialogs.isEmpty)
  }

  @Test("a survey is part of what it is for, and no job of its own")
  func surveyIsNoJob() throws {
    var shell = shell()
    _ = try surveying("info", &shell)
    #expect(shell.state.jobs.isEmpty)
    shell.press(.escape, .character("q"))
    guard case .quit? = shell.takeEffects().last else {
      Issue.record("it asked whether to quit")
      return
    }
  }

  @Test("a survey that fails says why")
  func surveyFails() throws {
    var shell = shell()
    let task = try surveying("clear", &shell)
    end(task, TaskEnd(.failed("the index can't be read")), &shell)
    #expect(shell.state.dialogs.isEmpty)
    #expect(shell.state.notice == Notice(text: "clear: the index can't be read", isError: true))
  }
}
