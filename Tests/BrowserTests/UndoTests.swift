import Canvas
import Testing

@testable import Browser
@testable import Builds

@Suite("Delete and undo")
struct UndoTests {
  private func deletes(_ effects: [Effect]) -> [Int] {
    effects.compactMap { if case .delete(let slotID) = $0 { slotID } else { nil } }
  }

  /// `slot → revision` of what is to be brought back.
  private func restores(_ effects: [Effect]) -> [String] {
    effects.compactMap {
      if case .restore(let slotID, let revision) = $0 {
        "\(slotID) → \(revision.map(String.init) ?? "any")"
      } else {
        nil
      }
    }
  }

  @Test("D deletes at once, and the message says what brings the slot back")
  func delete() {
    var shell = FakeShell(width: 80, height: 24)
    shell.press(.character("D"))
    #expect(shell.state.dialogs.isEmpty)
    #expect(deletes(shell.takeEffects()) == [7])
    shell.send(.deleted(slotID: 7, .success(3)))
    #expect(shell.picture.split(separator: "\n").last == " slot 7 deleted; u brings it back")
  }

  @Test("the footer offers undo once there is something to undo, in its place")
  func footer() {
    var shell = FakeShell()
    func footer() -> String { String(shell.picture.split(separator: "\n").last ?? "") }
    let tail = "= compare  ⏎ tensors  t type  / filter  s sort  : command  "
    #expect(footer().hasPrefix(" r rebuild  b build  v verify  \(tail)"))
    shell.send(.deleted(slotID: 99, .success(3)))
    shell.press(.down)
    #expect(footer().hasPrefix(" r rebuild  b build  v verify  u undo  \(tail)"))
    #expect(footer().hasSuffix("  ? help  q quit"))
  }

  @Test("what could not be deleted is said, and there is nothing to undo")
  func problem() {
    var shell = FakeShell()
    shell.send(.deleted(slotID: 7, .failure("index.db: disk full")))
    #expect(shell.state.notice == Notice(text: "index.db: disk full", isError: true))
    shell.press(.character("u"))
    #expect(shell.state.notice?.text == "nothing was done here that could be undone")
    #expect(restores(shell.takeEffects()).isEmpty)
  }

  @Test("u takes back one thing after the other, the last first, and says what is next")
  func order() throws {
    var shell = FakeShell()
    shell.send(.deleted(slotID: 31, .success(nil)))
    let before = try details(sampleSlots[0])
    let after = try details(slot(7, "LLM", "gpt2", revision: 4))
    shell.send(.builds([finishedRebuild(1, before: before, after: after)], noon))
    shell.press(.escape)
    shell.send(.deleted(slotID: 9, .success(3)))
    shell.press(.character("u"))
    #expect(restores(shell.takeEffects()) == ["9 → 3"])
    shell.send(.restored(slotID: 9, .success(4)))
    #expect(
      shell.state.notice?.text
        == "slot 9: what it held before is back, as revision 4; u undoes the rebuild of slot 7")
    shell.press(.character("u"))
    #expect(restores(shell.takeEffects()) == ["7 → 3"])
    shell.send(.restored(slotID: 7, .success(5)))
    #expect(shell.state.notice?.text.hasSuffix("; u undoes the delete of slot 31") == true)
    shell.press(.character("u"))
    #expect(restores(shell.takeEffects()) == ["31 → any"])
    shell.send(.restored(slotID: 31, .success(2)))
    #expect(shell.state.notice?.text == "slot 31: what it held before is back, as revision 2")
  }

  @Test("what was done to one slot is undone in the order of the store, whichever message is first")
  func overtaken() throws {
    var shell = FakeShell()
    shell.send(.deleted(slotID: 9, .success(1)))
    // The rebuild made revision 4 of slot 7, which was deleted before its message was there.
    shell.send(.deleted(slotID: 7, .success(4)))
    let before = try details(sampleSlots[0])
    let after = try details(slot(7, "LLM", "gpt2", revision: 4))
    shell.send(.builds([finishedRebuild(1, before: before, after: after)], noon))
    shell.press(.escape)
    #expect(
      shell.state.undoSteps.map(\.text) == [
        "the delete of slot 9", "the rebuild of slot 7", "the delete of slot 7",
      ])
    // Into the slot that is empty now, and overtaken by nothing.
    shell.send(.broughtBack(BringBackRequest(slotID: 7, revision: 3, replaced: nil), .success(5)))
    shell.press(.character("u"), .character("u"), .character("u"))
    #expect(restores(shell.takeEffects()) == ["7 → any", "7 → 4", "7 → 3"])
  }

  @Test("a delete that is not the last thing done says what u undoes")
  func overtakenDelete() {
    var shell = FakeShell()
    shell.send(.broughtBack(BringBackRequest(slotID: 7, revision: 3, replaced: nil), .success(5)))
    shell.send(.deleted(slotID: 7, .success(4)))
    #expect(shell.state.notice?.text == "slot 7 deleted; u undoes the restore of slot 7")
    shell.press(.character("u"), .character("u"))
    #expect(restores(shell.takeEffects()) == ["7 → any", "7 → 4"])
  }

  @Test("rebuilds of one key stay together where nothing was done to their slots between")
  func groups() {
    var state = FakeShell().state
    func note(_ action: UndoStep.Action, _ slotID: Int, _ revision: Int, made: Int? = nil) {
      let change = UndoStep.Change(slotID: slotID, revision: revision, made: made)
      state.noteForUndo(UndoStep(action: action, changes: [change], group: action == .rebuild ? 1 : nil))
    }
    note(.rebuild, 1, 3, made: 4)
    note(.delete, 9, 2)
    note(.rebuild, 2, 3, made: 4)
    // Slot 3 was deleted after its rebuild; slot 4 was deleted and brought back before.
    note(.delete, 3, 4)
    note(.rebuild, 3, 3, made: 4)
    note(.restore, 4, 3, made: 5)
    note(.rebuild, 4, 5, made: 6)
    #expect(
      state.undoSteps.map(\.text) == [
        "the rebuild of 3 slots", "the delete of slot 9", "the delete of slot 3", "the restore of slot 4",
        "the rebuild of slot 4",
      ])
  }

  @Test("a rebuild that made the same again leaves nothing to undo")
  func unchanged() throws {
    var shell = FakeShell()
    let before = try details(sampleSlots[0])
    let after = try details(slot(7, "LLM", "gpt2", revision: 4, checksum: sampleSlots[0].checksum))
    var build = finishedRebuild(1, before: before, after: after)
    build.state = .finished(
      BuildOutcome(
        slotID: 7, seconds: 1, before: before, after: after, sourceChanged: nil, inferredRecipe: false,
        isUnchanged: true))
    shell.send(.builds([build], noon))
    #expect(!shell.picture.contains("u undo"))
    shell.press(.escape, .character("u"))
    #expect(restores(shell.takeEffects()).isEmpty)
  }

  @Test("the verdict's own undo is not offered again")
  func verdict() throws {
    var shell = FakeShell()
    let before = try details(sampleSlots[0])
    let after = try details(slot(7, "LLM", "gpt2", revision: 4))
    shell.send(.builds([finishedRebuild(1, before: before, after: after)], noon))
    shell.press(.character("u"))
    #expect(restores(shell.takeEffects()) == ["7 → 3"])
    shell.press(.character("u"))
    #expect(restores(shell.takeEffects()).isEmpty)
  }
}
