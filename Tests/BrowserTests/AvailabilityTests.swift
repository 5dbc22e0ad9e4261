import Builds
import Canvas
import SlotStore
import Testing

@testable import Browser

@Suite("Keys that do nothing now")
struct AvailabilityTests {
  private static let readOnly = "the store can only be read: no permission to write there"

  @Test("a store that can't be written says so for every key that writes", arguments: Array("rRbuD"))
  func readOnlyStore(_ key: Character) {
    var shell = FakeShell(readOnly: Self.readOnly)
    shell.press(.character(key))
    #expect(shell.state.notice?.text == Self.readOnly)
    #expect(shell.takeEffects().isEmpty)
    #expect(shell.state.dialogs.isEmpty)
  }

  @Test("a store that can't be written can still be verified")
  func readOnlyVerify() {
    var shell = FakeShell(readOnly: Self.readOnly)
    shell.press(.character("v"))
    #expect(shell.state.dialogs.count == 1)
  }

  @Test("in an empty store keys that need a slot say that there is none", arguments: Array("rRvDHLay"))
  func empty(_ key: Character) {
    var shell = FakeShell([])
    shell.press(.character(key))
    #expect(shell.state.notice?.text == "there is no slot")
  }

  @Test("without builds there is nothing to cancel")
  func nothingToCancel() {
    var shell = FakeShell()
    shell.press(.character("c"))
    #expect(shell.state.notice?.text == "nothing is under way")
  }

  @Test("of several builds one must be chosen, and that of the selected slot is")
  func severalBuilds() {
    var shell = FakeShell()
    shell.send(.builds([runningBuild(1, slot: 40), runningBuild(2, slot: 41)], noon))
    shell.press(.character("c"))
    #expect(shell.state.notice?.text == "several jobs run; choose one in the jobs pane (Tab)")
    shell.send(.builds([runningBuild(1, slot: 40), runningBuild(2, slot: 7)], noon))
    shell.press(.character("c"))
    guard case .cancelBuild(2)? = shell.takeEffects().last else {
      Issue.record("the build of the selected slot was not cancelled")
      return
    }
  }

  @Test("help says why a key is disabled")
  func help() {
    var shell = FakeShell(readOnly: Self.readOnly)
    shell.press(.character("?"))
    #expect(shell.picture.contains("r                 rebuild the slot as it was built"))
    #expect(shell.picture.contains("                  not now: the store can only be read"))
  }

  @Test("the footer offers nothing that is disabled")
  func footer() {
    let writable = FakeShell().picture.split(separator: "\n").last
    #expect(writable?.contains("r rebuild") == true)
    let readOnly = FakeShell(readOnly: Self.readOnly).picture.split(separator: "\n").last
    #expect(readOnly?.contains("rebuild") == false)
    #expect(readOnly?.contains("v verify") == true)
  }

  @Test("a slot that is being built is not rebuilt")
  func busy() {
    var shell = FakeShell()
    shell.send(.builds([runningBuild(1, slot: 7)], noon))
    shell.press(.character("r"))
    #expect(shell.state.notice?.text == "slot 7 is being built; c cancels")
  }

  @Test("what is asked of a slot that is not loaded yet is done when it is", arguments: ["R", "o"])
  func wanted(_ key: Character) {
    var shell = FakeShell()
    shell.holdsDetails = true
    shell.press(.down, .character(key))
    #expect(shell.state.dialogs.isEmpty && shell.state.notice == nil)
    shell.release()
    #expect(shell.state.dialogs.count == 1)
  }

  @Test("another key takes it back; what can't be loaded says why")
  func takenBack() {
    var shell = FakeShell()
    shell.holdsDetails = true
    shell.press(.down, .character("R"), .up)
    shell.release()
    #expect(shell.state.dialogs.isEmpty)
    shell.press(.down, .character("R"))
    guard case .details(let slotID, let generation, _)? = shell.held.last else {
      Issue.record("no details were asked for")
      return
    }
    shell.send(.details(slotID: slotID, generation: generation, .failure("disk I/O error")))
    #expect(shell.state.dialogs.isEmpty && shell.state.notice?.text == "disk I/O error")
  }
}
