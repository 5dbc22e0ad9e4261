import Canvas
import Inspection
import Testing

@testable import Browser
@testable import Builds
@testable import SlotStore

@Suite("Dialogs, as text")
struct DialogScreenTests {
  private var damaged: Verification {
    Verification(
      slotID: 7, expected: sampleSlots[0].checksum, actual: "e146dcb2a2faed6e6c54641c21e35af5",
      damage: .changed(places: [16_777_216..<33_554_432], tensors: ["h.0.attn.c_attn.weight"]))
  }

  /// Slot 7 gets new weights and another temperature.
  private func rebuild(_ shell: inout FakeShell) throws {
    let old = sampleSlots[0]
    let new = slot(
      7, "LLM", "gpt2", parameters: 124_439_808, size: 497_759_232, minutesAgo: 0, revision: 4,
      checksum: "88e1540b000000000000000000000003")
    var config = try details(old).config
    config["temperature"] = .number(0.9)
    shell.slots[0] = new
    let build = finishedRebuild(3, before: try details(old), after: try details(new, config: config))
    shell.send(.builds([build], noon))
  }

  @Test("the build form")
  func form() {
    var shell = FakeShell(width: 80, height: 24)
    shell.press(.character("b"), .down, .down, .right)
    let preview = BuildPreview(
      slotID: 32, occupant: "vgg16", sizeBytes: 497_759_232, parameters: 124_439_808, tensors: 148,
      freeBytes: 61_000_000_000)
    guard case .preview(let orders)? = shell.takeEffects().last else {
      Issue.record("nobody asked for the preview")
      return
    }
    shell.send(.preview(orders, preview))
    #expect(
      shell.picture == """
         slotscope  ~/models                               7 slots · 3.4 GB · 1 damaged
         All 7   LLM 4   CNN 3                                          sort: updated ↓
        ╭─ Slots ──────────────────────── 1 of 7 ╮╭─ 7  gpt2 ────────────── revision 3 ╮
        │   ╭─ Build ──────────────────────────────────────────────────────────────╮   │
        │▌  │                                                                      │   │
        │   │  Type     ‹ LLM ›                                                    │   │
        │   │  Slot     32            next free; or 12-15                          │ B │
        │   │ ▌Preset   ‹ gpt2 ›      124.4M parameters, 148 tensors               │ d │
        │   │  Dtype    ‹ float32 ›                                                │   │
        │   │  Seed     the slot's number                                          │ ──┤
        │   │  Source   a model file instead of a preset                           │   │
        │   │  Config   learning_rate=0.001, max_tokens=2048, temperature=0.7, t…  │   │
        │   │  Name     gpt2                                                       │   │
        │   │                                                                      │   │
        │   │  497.8 MB, about 1 s; 61.0 GB free                                   │ % ┤
        │   │  Slot 32 holds vgg16: it becomes an earlier revision.                │   │
        │   │                                                                      │   │
        │   │  ⏎ build  Esc cancel  ↓ next  → choose                               │ ▁ │
        │   │                                                                      │ › │
        │   ╰──────────────────────────────────────────────────────────────────────╯ 2 │
        │                                        ││ mean 0.0012  std 0.02  NaN 0       │
        │                                        ││ ±Inf 0  zeros 102,144  min -0.15   │
        ╰────────────────────────────────────────╯╰────────────────────────────────────╯

        """)
  }

  @Test("on the smallest screen the build form says all of what will come of it, and its fields scroll")
  func smallBuildForm() {
    var shell = FakeShell(width: 40, height: 10)
    shell.press(.character("b"))
    for case .preview(let orders) in shell.takeEffects() {
      shell.send(
        .preview(orders, BuildPreview(slotID: 32, sizeBytes: 497_759_232, freeBytes: 61_000_000_000)))
    }
    #expect(
      shell.picture == """
        ╭─ Build ──────────────────────────────╮
        │ ▌Type     ‹ LLM ›                   ┃│
        │  Slot     32 next free; or 12-15     │
        │  Preset   ‹ reference ›              │
        │                                      │
        │  497.8 MB, about 1 s; 61.0 GB free   │
        │  Slot 32 is empty.                   │
        │                                      │
        │  ⏎ build  Esc cancel  ↓ next         │
        ╰──────────────────────────────────────╯
        """)
  }

  @Test("a verification says how far it is")
  func verifying() {
    var shell = FakeShell(width: 80, height: 24)
    shell.press(.character("v"))
    shell.send(.tasks([verifyTask(1, 7, done: 238_000_000, of: 497_759_232, seconds: 0.4)], noon))
    #expect(
      shell.picture == """
         slotscope  ~/models                       7 slots · 3.4 GB · 1 job · 1 damaged
         All 7   LLM 4   CNN 3                                          sort: updated ↓
        ╭─ Slots ──────────────────────── 1 of 7 ╮╭─ 7  gpt2 ────────────── revision 3 ╮
        │  SLOT  TYPE  NAME               SIZE   ││ type     LLM                       │
        │▌    7  LLM   gpt2           497.8 MB  ✓││ built by reference, seed 7         │
        │     8  CNN   resnet50       102.2 MB  ✓││ tensors  1                         │
        │     9  LLM   MiniLM-L6-v2    90.9 MB  ·││ weights  124.4M float64 · 497.8 MB │
        │    21  LLM   reference        9.2 KB  ✓││ checksum 000…40f  ▶ verifying 47 % │
        │    22  C ╭─ Verifying slot 7 ─────────────────────────────────────╮ 00       │
        │    30  L │                                                        │ ─────────┤
        │    31  C │  238.0 MB of 497.8 MB                      595.0 MB/s  │          │
        │          │  █████████████████████▉░░░░░░░░░░░░░░░░░░░░░░░░  47 %  │          │
        │          │                                                        │          │
        │          │  c cancel  Esc go on in the background                 │          │
        │          │                                                        │ · 99.8 % ┤
        │          ╰────────────────────────────────────────────────────────╯          │
        │                                        ││          ▂▄▇██████████▇▅▂          │
        │                                        ││ ▁▁▁▁▂▃▄▆██████████████████▆▄▃▂▁▁▁▁ │
        │                                        ││ ‹ 120 ────────────────────── 131 › │
        │                                        ││ -0.12            0            0.12 │
        │                                        ││ mean 0.0012  std 0.02  NaN 0       │
        ╰────────────────────────────────────────╯╰────────────────────────────────────╯
        ── ▶ 7 verify  █████████▌░░░░░░░░░░  47 %  1 s ─────────────────────────────────

        """)
  }

  @Test("a verification that goes on in the background is seen, on its slot and among the jobs")
  func verifyingInTheBackground() {
    var shell = FakeShell(width: 80, height: 24)
    shell.press(.character("v"), .escape)
    shell.send(.tasks([verifyTask(1, 7, done: 184_170_916, of: 497_759_232, seconds: 2)], noon))
    #expect(shell.picture.contains("checksum 000…40f  ▶ verifying 37 %"))
    #expect(shell.picture.contains("── ▶ 7 verify  ███████▍░░░░░░░░░░░░  37 %  4 s ──"))
    shell.press(.character("v"))
    #expect(shell.state.notice?.text == "slot 7 is being verified; c stops it")
    shell.resize(40, 10)
    #expect(shell.picture.contains("── ▶ 7 verify  ████░░░░░░░  37 %  4 s ──"))
    _ = shell.takeEffects()
    shell.press(.character("c"))
    guard case .cancelTask(1)? = shell.takeEffects().last else {
      Issue.record("the verification was not stopped")
      return
    }
    shell.send(.tasks([endedTask(1, .verify(VerifyOrder(slots: [7])), TaskEnd(.cancelled))], noon))
    #expect(
      shell.picture.split(separator: "\n").last?.hasPrefix(" slot 7: cancelled; nothing was changed") == true)
  }

  @Test("the question whether to quit counts the builds, and answers itself when the last one ends")
  func quitQuestion() throws {
    var shell = FakeShell(width: 80, height: 24)
    shell.send(.builds([runningBuild(1), runningBuild(2, slot: 13)], noon))
    shell.press(.character("q"))
    #expect(shell.picture.contains("2 builds are not done."))
    let before = try details(sampleSlots[0])
    let ended = finishedRebuild(2, before: before, after: before)
    shell.send(.builds([runningBuild(1), ended], noon))
    #expect(shell.picture.contains("1 build is not done."))
    _ = shell.takeEffects()
    shell.send(.builds([finishedRebuild(1, before: before, after: before), ended], noon))
    let effects = shell.takeEffects()
    #expect(effects.count { if case .quit = $0 { true } else { false } } == 1)
    #expect(shell.state.dialogs.isEmpty)
  }

  @Test("a build into a slot that held something is a rebuild, in the verdict and in the jobs row")
  func rebuiltByForm() throws {
    var shell = FakeShell(width: 100, height: 30)
    let before = try details(sampleSlots[0])
    let outcome = BuildOutcome(
      slotID: 7, seconds: 0.004, before: before, after: before, sourceChanged: nil, inferredRecipe: false)
    let build = Build(
      id: 3, action: .build, slotID: 7, modelType: "LLM", name: "gpt2", state: .finished(outcome))
    shell.send(.builds([build], noon))
    #expect(shell.picture.contains("Slot 7 rebuilt"))
    shell.press(.escape)
    #expect(shell.picture.contains("✓ rebuilt in 4 ms"))
  }

  @Test("a mismatch shows both checksums in full, on the smallest screen too")
  func mismatch() {
    var shell = FakeShell(width: 40, height: 10)
    shell.press(.character("v"))
    shell.send(
      .tasks(
        [endedTask(1, .verify(VerifyOrder(slots: [7])), TaskEnd(.done, .verified(verified(damaged))))], noon))
    #expect(
      shell.picture == """
        ╭─ Checksum of slot 7 ─────────────────╮
        │  expected                            │
        │  0000000000000000000000005384540f    │
        │  actual                              │
        │  e146dcb2a2faed6e6c54641c21e35af5    │
        │  ✗ changed bits: tensor              │
        │    h.0.attn.c_attn.weight, bytes     │
        │    16777216 to 33554431              │
        │  ⏎ close  y copy checksum            │
        ╰──────────────────────────────────────╯
        """)
  }

  @Test("the verdict of a rebuild draws before and after over each other")
  func verdict() throws {
    var shell = FakeShell(width: 100, height: 30)
    try rebuild(&shell)
    shell.send(.compared(build: 3, before: bell(), after: bell(shift: 0.1)))
    let tensors = try [
      changedTensor("h.0.attn.c_attn.weight", maxAbs: 0.1), changedTensor("wte.weight", maxAbs: 0.152),
    ]
    shell.send(.tensorsCompared(build: 3, .success(DifferenceTotals(tensors))))
    #expect(
      shell.picture == """
         slotscope  ~/models                                                   7 slots · 3.4 GB · 1 damaged
         All 7   LLM 4   CNN 3                                                / filter      sort: updated ↓
         ╭─ Slot 7 rebuilt ───────────────────────────────────────────────────────── 4 ms, revision 3 → 4 ╮
         │                                                                                                │
         │  checksum  0000000000000000000000005384540f → 88e1540b000000000000000000000003  changed        │
         │  config    temperature  0.7 → 0.9                                                              │
         │  tensors   2: 2 changed, 0 added, 0 removed    largest step 0.152 in wte.weight                │
         │  mean      0.0012 → 0.1012                                                                     │
         │  std       0.02 → 0.02                                                                         │
         │                                                                                                │
         │                                           ▒▒▒▒▓▓▓▇▓▓█▇▇▆▄▂                                     │
         │                                       ▒▒▒▒▒▓▓▓▓▓▓▓▓▓▓▓▓▓███▆▄▁                                 │
         │                                    ▒▒▒▒▒▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓███▆▃                               │
         │                                  ▒▒▒▒▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓████▅▂                            │
         │                               ▒▒▒▒▒▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓███▇▄▁                         │
         │                            ▒▒▒▒▒▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓███▆▃                       │
         │                          ▒▒▒▒▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓████▅▂                    │
         │                      ▒▒▒▒▒▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓███▆▃▁                │
         │                  ▒▒▒▒▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓██▇▆▄▃▁           │
         │  ▁▁▁▁▁▁▁▂▂▒▃▃▄▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▇▆▅▄▄▃▃▂  │
         │  └──────────────────────────────────────────────────────────────────────────────────────────┘  │
         │  -0.12                                         0                                         0.12  │
         │  █ now   ▒ before   ▓ both   linear                                                            │
         │                                                                                                │
         │  ⏎ keep  u undo  = compare tensors  L log  y copy checksum                                     │
         │                                                                                                │
         ╰────────────────────────────────────────────────────────────────────────────────────────────────╯
        │ slot 7   LLM  gpt2              ✓ rebuilt in 4 ms: checksum changed, temperature 0.7 → 0.9       │
        ╰──────────────────────────────────────────────────────────────────────────────────────────────────╯

        """)
  }

  @Test("the verdict of a rebuild under another name says so: else nothing would explain the new revision")
  func renamed() throws {
    var shell = FakeShell(width: 80, height: 24)
    let before = try details(sampleSlots[0], metadata: ["model_type": "LLM", "name": "gpt2"])
    let after = try details(
      slot(7, "LLM", "gpt2-warm", revision: 4), metadata: ["model_type": "LLM", "name": "gpt2-warm"])
    shell.send(.builds([finishedRebuild(3, before: before, after: after)], noon))
    #expect(shell.picture.contains("│  metadata  name  gpt2 → gpt2-warm"))
    shell.press(.escape)
    shell.resize(140, 40)
    #expect(shell.picture.contains("checksum as before, config as before, metadata changed"))
  }

  @Test(
    "the verdict says how far the tensors are, in two lines where it is narrow, and why if they can't be compared"
  )
  func verdictTensors() throws {
    var shell = FakeShell(width: 60, height: 15)
    try rebuild(&shell)
    func lines() -> [String] {
      shell.picture.split(separator: "\n").filter { $0.hasPrefix("│") }.map { $0.dropFirst().dropLast() }
        .map { String($0).trimmingCharacters(in: .whitespaces) }
    }
    #expect(lines().contains("tensors   comparing"))
    let count = lines().count
    let tensors = try [changedTensor("encoder.layer.11.attention.output.dense.weight", maxAbs: 0.152)]
    shell.send(.tensorsCompared(build: 3, .success(DifferenceTotals(tensors))))
    #expect(lines().contains("tensors   1: 1 changed, 0 added, 0 removed"))
    #expect(lines().contains("largest step 0.152 in …n.output.dense.weight"))
    #expect(lines().count == count)
    shell.send(.tensorsCompared(build: 3, .failure("slot 7: revision 3 is not kept")))
    #expect(lines().contains("tensors   slot 7: revision 3 is not kept"))
  }
}
