import Canvas
import Testing

@testable import Browser
@testable import Builds

@Suite("Marks, and what is done to all that are marked")
struct MarkTests {
  /// The slots of the sample, by name and number of marks in a row of the picture.
  private func isMarked(_ slot: Int, in shell: FakeShell) -> Bool {
    let number = String(repeating: " ", count: 4 - String(slot).count) + String(slot)
    return shell.picture.contains(" *\(number)  ") || shell.picture.contains("▌*\(number)  ")
  }

  private func footer(_ shell: FakeShell) -> String {
    shell.picture.split(separator: "\n").last.map(String.init) ?? ""
  }

  private func requests(_ shell: inout FakeShell) -> [TaskRequest] {
    shell.takeEffects().compactMap { if case .run(_, let request, _) = $0 { request } else { nil } }
  }

  @Test("Space marks and goes on, and takes the mark away again; the header counts them")
  func space() {
    var shell = FakeShell(width: 80, height: 24)
    shell.press(.character(" "))
    #expect(shell.picture.contains("│ *   7  LLM"))
    #expect(shell.picture.contains(" · 1 marked · "))
    #expect(shell.state.list.selectedSlotID == 8)
    shell.press(.character(" "), .character(" "))
    #expect(shell.state.marks.slots == [7, 8, 9])
    shell.press(.character("k"), .character(" "))
    #expect(shell.state.marks.slots == [7, 8])
    shell.press(.escape)
    #expect(shell.state.marks.isEmpty)
    #expect(!shell.picture.contains("marked"))
  }

  @Test("footer says on how many slots a key works")
  func labels() {
    var shell = FakeShell(width: 140, height: 40)
    #expect(footer(shell).contains("r rebuild  b build  v verify  "))
    shell.press(.character(" "), .character(" "), .character(" "))
    #expect(footer(shell).contains("r rebuild 3  b build  v verify 3  "))
    #expect(footer(shell).contains("D delete 3"))
  }

  @Test("marks are slots: they survive another order, a filter, another type and other processes' changes")
  func stay() {
    var shell = FakeShell(width: 80, height: 24)
    shell.press(.character(" "), .character("G"), .character(" "))
    shell.press(.character("S"))
    #expect(isMarked(7, in: shell) && isMarked(31, in: shell) && !isMarked(8, in: shell))
    shell.press(.character("t"))
    #expect(isMarked(7, in: shell))
    shell.press(.character("T"), .character("/"))
    shell.type("vgg")
    #expect(shell.picture.contains("2 marked"))
    shell.press(.ctrl("u"), .enter)
    shell.slots.insert(slot(40, minutesAgo: 0), at: 0)
    shell.send(.storeChanged)
    #expect(shell.state.marks.slots == [7, 31])
    #expect(isMarked(31, in: shell))
  }

  @Test("after a change of the store it is asked which marked slots are gone, and their marks go")
  func gone() {
    var shell = FakeShell(width: 80, height: 24)
    shell.send(.storeChanged)
    #expect(!shell.takeEffects().contains { if case .findGone = $0 { true } else { false } })
    shell.press(.character(" "), .character(" "))
    _ = shell.takeEffects()
    shell.send(.storeChanged)
    let asked = shell.takeEffects().compactMap { if case .findGone(let slots) = $0 { slots } else { nil } }
    #expect(asked == [[7, 8]])
    shell.send(.gone([7]))
    #expect(shell.state.marks.slots == [8])
    shell.send(.deleted(slotID: 8, .success(3)))
    #expect(shell.state.marks.isEmpty)
  }

  @Test("* marks what the list shows with its filter and type, and says how many")
  func all() {
    var shell = FakeShell(width: 80, height: 24)
    shell.press(.character("/"))
    shell.type("LLM")
    shell.press(.enter, .character("*"))
    #expect(shell.state.marks.slots == [7, 9, 21, 30])
    #expect(shell.state.notice?.text == "4 slots marked; Esc takes the marks away")
  }

  @Test("nothing is done to a long list before all of it is marked, and an earlier list is not wanted")
  func longList() {
    var shell = FakeShell((0..<300).map { slot($0, minutesAgo: $0) }, width: 80, height: 24)
    shell.holdsPages = true
    shell.press(.character("*"), .character("v"))
    #expect(shell.state.notice?.text == "the slots are being marked; again in a moment")
    #expect(shell.state.jobs.jobs.isEmpty)
    shell.press(.character("s"))
    shell.release()
    #expect(shell.state.marks.isEmpty)
  }

  @Test("no more than ten thousand are marked, and it is said")
  func limit() {
    var shell = FakeShell((0..<10_050).map { slot($0, minutesAgo: $0) }, width: 80, height: 24)
    shell.press(.character("*"))
    #expect(shell.state.marks.count == 10_000)
    #expect(shell.state.notice?.text == "10,000 slots marked of 10,050: no more than 10,000 can be")
    shell.press(.character("G"), .character(" "))
    #expect(
      shell.state.notice?.text == "10,000 slots are marked, and no more can be; Esc takes the marks away")
    #expect(shell.picture.contains("10,000 marked"))
  }

  @Test("v, D and r work on the marked slots, wherever the selection is")
  func work() {
    var shell = FakeShell(width: 80, height: 24)
    shell.press(.character(" "), .character(" "), .character("G"))
    _ = shell.takeEffects()
    shell.press(.character("v"))
    #expect(requests(&shell) == [.verify(VerifyOrder(slots: [7, 8]))])
    #expect(shell.state.dialogs.isEmpty)
    shell.press(.character("D"))
    #expect(requests(&shell) == [.delete([7, 8])])
    shell.press(.character("r"))
    let rebuilt = shell.takeEffects().compactMap { effect in
      if case .submitTogether(let requests) = effect {
        requests.map { if case .rebuild(let slot, _, _) = $0 { slot } else { -1 } }
      } else {
        nil
      }
    }
    #expect(rebuilt == [[7, 8]])
  }

  @Test("what was deleted together comes back together")
  func undoDelete() {
    var shell = FakeShell(width: 80, height: 24)
    shell.press(.character(" "), .character(" "), .character("D"))
    var changed = ChangedSlots()
    changed.done = [UndoStep.Change(slotID: 7, revision: 3), UndoStep.Change(slotID: 8, revision: 3)]
    shell.send(.tasks([endedTask(1, .delete([7, 8]), TaskEnd(.done, .deleted(changed)))], noon))
    #expect(shell.state.notice?.text == "delete: 2 slots deleted; u brings them back")
    #expect(shell.state.marks.isEmpty)
    _ = shell.takeEffects()
    shell.press(.character("u"))
    #expect(requests(&shell) == [.restore(changed.done)])
  }

  @Test("what a cancelled delete had done can be undone")
  func cancelledDelete() {
    var shell = FakeShell(width: 80, height: 24)
    shell.press(.character(" "), .character(" "), .character("D"))
    var changed = ChangedSlots()
    changed.done = [UndoStep.Change(slotID: 7, revision: 3)]
    shell.send(.tasks([endedTask(1, .delete([7, 8]), TaskEnd(.cancelled, .deleted(changed)))], noon))
    #expect(shell.state.notice?.text == "delete: cancelled; 1 slot deleted before; u brings it back")
    #expect(shell.state.marks.slots == [8])
    _ = shell.takeEffects()
    shell.press(.character("u"))
    guard case .restore(slotID: 7, revision: 3)? = shell.takeEffects().last else {
      Issue.record("the slot was not brought back")
      return
    }
  }

  @Test("what was rebuilt together goes back together, and no verdict is put before anybody")
  func undoRebuild() throws {
    var shell = FakeShell(width: 80, height: 24)
    let builds = try [7, 8].map { id in
      let before = try details(slot(id, revision: 3))
      let after = try details(slot(id, revision: 4, checksum: "88e1540b000000000000000000000003"))
      return Build(
        id: id, group: 7, action: .rebuild, slotID: id, modelType: "LLM", name: "",
        state: .finished(
          BuildOutcome(
            slotID: id, seconds: 1, before: before, after: after, sourceChanged: nil, inferredRecipe: false)))
    }
    let waiting = Build(
      id: 8, group: 7, action: .rebuild, slotID: 8, modelType: "LLM", name: "", state: .queued)
    shell.send(.builds([builds[0], waiting], noon))
    shell.send(.builds(builds, noon))
    #expect(shell.state.dialogs.isEmpty)
    _ = shell.takeEffects()
    shell.press(.character("u"))
    #expect(
      requests(&shell) == [
        .restore([
          UndoStep.Change(slotID: 7, revision: 3, made: 4), UndoStep.Change(slotID: 8, revision: 3, made: 4),
        ])
      ])
  }
}
