import Canvas
import Foundation
import Testing

@testable import Browser
@testable import Builds
@testable import SlotStore

/// What keys do to jobs, in their pane and elsewhere.
extension JobsTests {
  @Test("c in the pane cancels the selected job, whatever it is, and says where it has ended")
  func cancel() {
    var shell = busy(width: 140, height: 40)
    shell.press(.backTab, .character("j"), .character("c"))
    guard case .cancelTask(2)? = shell.takeEffects().last else {
      Issue.record("the verification was not cancelled")
      return
    }
    shell.press(.character("k"), .character("c"))
    guard case .cancelBuild(1)? = shell.takeEffects().last else {
      Issue.record("the build was not cancelled")
      return
    }
    shell.press(.character("G"), .character("c"))
    #expect(shell.state.notice?.text == "this job has ended")
  }

  @Test("r in the pane runs again what failed or was cancelled, and nothing else")
  func retry() {
    var shell = busy(width: 140, height: 40)
    shell.press(.backTab, .character("r"))
    #expect(shell.state.notice?.text == "this job has not ended; c cancels it")
    shell.press(.character("G"), .character("k"))
    #expect(shell.picture.split(separator: "\n").last?.contains("r again") == true)
    _ = shell.takeEffects()
    shell.press(.character("r"))
    guard case .retryBuild(3)? = shell.takeEffects().last else {
      Issue.record("the import was not tried again")
      return
    }
    shell.press(.character("j"), .character("r"))
    #expect(shell.state.notice?.text == "this job has not failed; r in the list of slots rebuilds")
    let request = TaskRequest.verify(VerifyOrder(slots: [8]))
    shell.send(.tasks([endedTask(9, request, TaskEnd(.cancelled))], noon))
    shell.press(.character("G"), .character("r"))
    guard case .run(_, let again, replacing: 9)? = shell.takeEffects().last else {
      Issue.record("the verification was not tried again")
      return
    }
    #expect(again == request)
  }

  @Test("Enter shows how a job ended: the report, the list, or why not")
  func results() {
    var shell = busy(width: 80, height: 24)
    shell.press(.backTab, .character("G"), .enter)
    #expect(shell.picture.contains("Checksum of slot 22"))
    shell.press(.escape, .character("k"), .enter)
    #expect(shell.picture.contains("│  /models/model.gguf: no such file  │"))
    shell.press(.escape)
    let ended = TaskEnd(
      .done, .verified(verified(Verification(slotID: 7, expected: "a", actual: "a"), damaged(8), damaged(22)))
    )
    shell.send(
      .tasks([endedTask(4, .verify(VerifyOrder(slots: [7, 8, 22])), ended)], noon.addingTimeInterval(1)))
    #expect(shell.state.notice?.text == "verify: 2 of 3 slots damaged: slot 8, slot 22")
    #expect(shell.state.notice?.isError == true)
    shell.press(.character("G"), .enter)
    #expect(
      shell.picture == """
         slotscope  ~/models                    7 slots · 3.4 GB · 2 builds · 1 damaged
         All 7   LLM 4   CNN 3                                          sort: updated ↓
        ╭─ Slots ──────────────────────── 1 of 7 ╮╭─ 7  gpt2 ────────────── revision 3 ╮
        │  SLOT  TYPE  NAME               SIZE   ││ type     LLM                       │
        │▌    7  LLM   gpt2           497.8 MB  ✓││ built by reference, seed 7         │
        │     8  CNN   resnet50       102.2 MB  ✓││ tensors  1                         │
        ╭─ Checksums of 3 slots ───────────────────────────────────────────────────────╮
        │                                                                              │
        │  2 of 3 slots damaged: slot 8, slot 22                                       │
        │                                                                              │
        │ ▌slot 8   ✗ changed bits: bytes 16 to 31                                     │
        │ ▌           expected 0000, actual e146                                       │
        │  slot 22  ✗ changed bits: bytes 16 to 31                                     │
        │             expected 0000, actual e146                                       │
        │                                                                              │
        │  Esc close  y copy  ↓ down                                                   │
        │                                                                              │
        ╰──────────────────────────────────────────────────────────────────────────────╯
        ╭─ Jobs ───────────────────────────────────────────────── 1 running · 1 queued ╮
        │ slot 13  LLM  gpt2          queued                                           │
        │ slot new      model.gguf    ✗ /models/model.gguf: no such file               ┃
        │▌3 slots       verify        ✗ 2 of 3 slots damaged: slot 8, slot 22          ┃
        ╰──────────────────────────────────────────────────────────────────────────────╯

        """)
    shell.press(.character("j"), .character("y"))
    guard case .copy(let text)? = shell.takeEffects().last else {
      Issue.record("nothing was copied")
      return
    }
    #expect(text == "slot 22  changed bits: bytes 16 to 31  expected 0000, actual e146")
  }

  @Test("Enter on the first build of a slot goes to the slot, also where a filter hides it")
  func firstBuild() throws {
    var shell = FakeShell(width: 80, height: 24)
    let outcome = BuildOutcome(
      slotID: 31, seconds: 0.5, before: nil, after: try details(sampleSlots[6]), sourceChanged: nil,
      inferredRecipe: false)
    let build = Build(
      id: 1, action: .build, slotID: 31, modelType: "CNN", name: "vgg16", state: .finished(outcome))
    shell.send(.builds([build], noon))
    shell.press(.character("/"))
    shell.type("gpt2")
    shell.press(.enter, .backTab, .enter)
    #expect(shell.state.dialogs.isEmpty)
    #expect(shell.state.list.selectedSlotID == 31)
    #expect(shell.state.focus == .slots)
    #expect(shell.state.notice?.text == "slot 31 is not in the filter 'gpt2': all slots are shown again")
  }

  @Test("Enter says why a job shows nothing, and the footer does not offer it then")
  func nothingToOpen() {
    var shell = busy(width: 140, height: 40)
    shell.press(.backTab)
    #expect(shell.picture.split(separator: "\n").last?.contains("⏎ open") == false)
    shell.press(.enter)
    #expect(shell.state.notice?.text == "this job has not ended; c cancels it")
    shell.press(.character("G"))
    #expect(shell.picture.split(separator: "\n").last?.contains("⏎ open") == true)
    shell.send(
      .builds(
        [Build(id: 9, action: .build, slotID: 3, modelType: "LLM", name: "nano", state: .cancelled)], noon))
    shell.press(.character("G"), .enter)
    #expect(shell.state.notice?.text == "this job was cancelled; r runs it again")
  }

  @Test("a verification that was put into the background comes back with Enter, and its report only there")
  func background() {
    var shell = FakeShell(width: 80, height: 24)
    shell.press(.character("v"), .escape)
    shell.send(.tasks([verifyTask(1, 7, done: 1, of: 4, seconds: 1)], noon))
    shell.press(.backTab, .enter)
    #expect(shell.picture.contains("Verifying slot 7"))
    shell.press(.escape)
    let intact = Verification(slotID: 7, expected: "a", actual: "a")
    shell.send(
      .tasks(
        [endedTask(1, .verify(VerifyOrder(slots: [7])), TaskEnd(.done, .verified(verified(intact))))], noon))
    #expect(shell.state.dialogs.isEmpty)
    #expect(shell.state.notice?.text == "slot 7: intact, the checksum matches")
  }

  @Test("q asks where jobs would be lost, and not for a verification")
  func quit() {
    var shell = FakeShell(width: 80, height: 24)
    shell.send(.tasks([verifyTask(1, 7, done: 1, of: 4, seconds: 1)], noon))
    shell.press(.character("q"))
    guard case .quit? = shell.takeEffects().last else {
      Issue.record("q did not quit")
      return
    }
    let export = TaskRequest.export(ExportOrder(slotID: 7, path: "a.npy"))
    shell.send(.tasks([runningTask(2, export, done: 1, of: 2, slotsDone: 0, seconds: 1)], noon))
    shell.press(.character("q"))
    #expect(shell.picture.contains("1 job is not done."))
    shell.press(.character("y"))
    let effects = shell.takeEffects()
    #expect(effects.contains { if case .cancelAllJobs = $0 { true } else { false } })
  }

  @Test("a save of another process is a row with its process as long as it lasts, and nobody's to cancel")
  func elsewhere() {
    var shell = FakeShell(width: 140, height: 40)
    func save(_ done: Int) -> SaveElsewhere {
      SaveElsewhere(id: "x.npy", slotID: 12, processID: 4711, completedBytes: done, totalBytes: 497_759_232)
    }
    shell.send(.elsewhere([save(100_000_000)], noon.addingTimeInterval(-0.5)))
    shell.send(.elsewhere([save(300_000_000)], noon))
    #expect(shell.picture.contains("│ slot 12       elsewhere (pid 4711)  ██"))
    #expect(shell.picture.contains("░  60 %  400.0 MB/s         1 s │"))
    #expect(shell.picture.contains("· 1 build ·"))
    shell.press(.character("c"))
    #expect(shell.state.notice?.text == "nothing is under way")
    shell.press(.backTab, .character("c"))
    #expect(shell.state.notice?.text == "another process saves this: pid 4711")
    shell.press(.enter)
    #expect(shell.state.notice?.text == "another process saves this: pid 4711")
    shell.press(.character("r"))
    #expect(shell.state.notice?.text == "another process runs this; it can't be run again from here")
    shell.resize(80, 24)
    #expect(shell.picture.contains("▌slot 12       elsewhere (pid 4711)  ████"))
    shell.press(.escape)
    #expect(shell.picture.contains("── ▶ 12 elsewhere (pid 4711)  ████"))
    shell.send(.elsewhere([], noon))
    #expect(!shell.picture.contains("elsewhere"))
    shell.press(.character("q"))
    guard case .quit? = shell.takeEffects().last else {
      Issue.record("q asked for what is not ours")
      return
    }
  }

  @Test("a file that is there already is replaced only after a question")
  func existingFile() {
    var shell = FakeShell(width: 80, height: 24)
    let order = ExportOrder(slotID: 7, path: "a.npy")
    shell.send(
      .tasks([endedTask(1, .export(order), TaskEnd(.failed("a.npy: exists"), .fileExists))], noon))
    #expect(shell.picture.contains("There is a file a.npy."))
    shell.press(.character("y"))
    guard case .run(_, .export(let again), replacing: 1)? = shell.takeEffects().last else {
      Issue.record("the file was not written")
      return
    }
    #expect(again == ExportOrder(slotID: 7, path: "a.npy", overwrites: true))
  }
}
