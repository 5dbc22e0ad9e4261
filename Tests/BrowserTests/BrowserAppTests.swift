import Builds
import Canvas
import Foundation
import ModelContext
import SlotStore
import Testing

@testable import Browser

@Suite("The browser on a real store", .timeLimit(.minutes(1)))
@MainActor
struct BrowserAppTests {
  private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
    "browser-\(UUID().uuidString)"
  ).path

  /// Runs `body` on a browser over a store with LLM slots 1 to 3 and CNN slot 4.
  private func browse(
    access: StoreOptions.Access = .write, width: Int = 100, height: Int = 30,
    probe: Probe? = nil, afterwards: (_ folder: String) throws -> Void = { _ in },
    _ body: (ScriptedTerminal, PersistentStore) async throws -> Void
  ) async throws -> BrowserEnding {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let store = try PersistentStore(at: folder, options: StoreOptions(access: .create))
    for slot in 1...3 { try store.saveContext(LLMNode(slotIndex: slot).buildContext(), in: slot) }
    try store.saveContext(CNNNode(slotIndex: 4).buildContext(), in: 4)
    let terminal = ScriptedTerminal(width: width, height: height)
    var options = StoreOptions(access: access)
    options.probe = probe
    let app = BrowserApp(store: try PersistentStore(at: folder, options: options), terminal: terminal)
    let run = Task { await app.run() }
    await terminal.shows { $0.contains("4 slots") && $0.contains("▌    4") }
    let outcome: Result<Void, any Error>
    do { outcome = .success(try await body(terminal, store)) } catch { outcome = .failure(error) }
    // Whatever happened, the browser ends.
    terminal.send(.hangUp)
    let ending = await run.value
    try outcome.get()
    try afterwards(folder)
    return ending
  }

  private func summary(_ slot: Int, _ store: PersistentStore) -> SlotSummary? {
    (try? store.summary(of: slot)) ?? nil
  }

  @Test("q ends it when nothing runs")
  func quit() async throws {
    let ending = try await browse { terminal, _ in terminal.press(.character("q")) }
    #expect(ending == .quit)
  }

  @Test("a signal and a lost terminal end it, and it says which")
  func signals() async throws {
    let terminated = try await browse { terminal, _ in terminal.send(.terminate(signal: 15)) }
    #expect(terminated == .signal(15))
    let hungUp = try await browse { terminal, _ in terminal.send(.hangUp) }
    #expect(hungUp == .hangUp)
  }

  @Test("list, config and histogram of the selected slot appear")
  func panes() async throws {
    _ = try await browse { terminal, _ in
      await terminal.shows { $0.contains("exact") && $0.contains("kernel_size  3") && $0.contains("zeros") }
      #expect(terminal.shown.text.contains("All 4   LLM 3   CNN 1"))
      terminal.press(.down)
      await terminal.shows { $0.contains("temperature    0.7") && $0.contains("seed 37035") }
      terminal.press(.character("q"))
    }
  }

  @Test("the tabs of the model types stay where they are while one searches")
  func tabs() async throws {
    _ = try await browse { terminal, _ in
      for key in "/type:cnn" { terminal.press(.character(key)) }
      await terminal.shows { $0.contains("All 1   LLM 0   CNN 1") }
      terminal.press(.escape)
      await terminal.shows { $0.contains("All 4   LLM 3   CNN 1") }
    }
  }

  @Test("Enter shows the tensors of a slot, their statistics, map and values, and Escape goes back")
  func tensors() async throws {
    _ = try await browse(width: 140, height: 40) { terminal, _ in
      terminal.press(.enter)
      await terminal.shows {
        $0.contains("16 tensors") && $0.contains("8 blocks") && $0.contains("▌ ▾ layer")
      }
      terminal.press(.down, .down)
      await terminal.shows { $0.contains("exact") && $0.contains("median") && $0.contains("one cell =") }
      terminal.press(.character("V"))
      await terminal.shows { $0.contains("Values  layer.0.weight") && $0.contains("0, 0, 0") }
      terminal.press(.escape, .escape)
      await terminal.shows { $0.contains("▌    4") }
      terminal.press(.character("q"))
    }
  }

  @Test("verifying shows both checksums in full and the verdict")
  func verify() async throws {
    _ = try await browse { terminal, store in
      let checksum = try #require(try store.summary(of: 4)?.checksum)
      terminal.press(.character("v"))
      await terminal.shows("intact: the checksum matches")
      #expect(terminal.shown.text.contains("expected  \(checksum)"))
      #expect(terminal.shown.text.contains("actual    \(checksum)"))
      terminal.press(.escape)
      await terminal.shows("✓ verified")
      terminal.press(.character("y"))
      await terminal.shows("copied")
      #expect(terminal.clipboard == [checksum])
      terminal.press(.character("q"))
    }
  }

  @Test("a flipped bit is found, told, and seen in the list")
  func damage() async throws {
    _ = try await browse { terminal, store in
      let file = try #require(try store.details(of: 4)?.weightFile)
      try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
      let handle = try #require(FileHandle(forWritingAtPath: file))
      try handle.seek(toOffset: 300)
      try handle.write(contentsOf: Data([0x5A]))
      try handle.close()
      terminal.press(.character("v"))
      await terminal.shows("✗ changed bits")
      terminal.press(.enter)
      await terminal.shows("1 damaged")
      terminal.press(.character("q"))
    }
  }

  @Test("a rebuild by the same recipe says that nothing changed")
  func rebuild() async throws {
    _ = try await browse { terminal, store in
      let before = try #require(try store.summary(of: 4))
      terminal.press(.character("r"))
      await terminal.shows { $0.contains("Slot 4 rebuilt") && $0.contains("as before") }
      #expect(summary(4, store)?.checksum == before.checksum)
      terminal.press(.enter, .character("q"))
    }
  }

  @Test("a rebuild with another seed and config shows what changed, and u takes it back")
  func changedRebuild() async throws {
    _ = try await browse { terminal, store in
      let before = try #require(try store.summary(of: 4))
      await terminal.shows("kernel_size")
      terminal.press(.character("R"))
      await terminal.shows("Rebuild slot 4 with changes")
      terminal.press(.ctrl("u"))
      terminal.type("99")
      terminal.press(.down, .down, .ctrl("u"))
      terminal.type("stride=2")
      terminal.press(.enter)
      await terminal.shows { $0.contains("stride  1 → 2") && $0.contains("█ now   █ before   █ both") }
      #expect(terminal.shown.text.contains("\(before.checksum) → "))
      #expect(summary(4, store)?.checksum != before.checksum)
      terminal.press(.character("u"))
      await terminal.shows("what it held before is back")
      #expect(summary(4, store)?.checksum == before.checksum)
      terminal.press(.character("q"))
    }
  }

  @Test("the form builds into the next free slot and shows what it will come to")
  func build() async throws {
    _ = try await browse { terminal, store in
      terminal.press(.character("b"))
      await terminal.shows("Slot 5 is empty")
      terminal.press(.enter)
      await terminal.shows("slot 5 built in")
      #expect(summary(5, store)?.modelType == "CNN")
      await terminal.shows("5 slots")
      terminal.press(.character("q"))
    }
  }

  @Test("a file that can't be read is told in the form, and nothing is built")
  func badFile() async throws {
    _ = try await browse { terminal, store in
      terminal.press(.character("b"), .down, .down, .down, .down, .down)
      terminal.type("/nowhere/model.safetensors")
      await terminal.shows("/nowhere/model.safetensors: ")
      terminal.press(.enter)
      await terminal.shows { $0.split(separator: "\n").last?.contains("✗") == true }
      #expect(summary(5, store) == nil)
      terminal.press(.escape, .character("q"))
    }
  }

  @Test("D deletes at once, and u brings the slot back, selected")
  func delete() async throws {
    _ = try await browse { terminal, store in
      terminal.press(.down, .character("D"))
      await terminal.shows { $0.contains("slot 3 deleted; u brings it back") && $0.contains("3 slots") }
      #expect(summary(3, store) == nil)
      terminal.press(.character("u"))
      await terminal.shows { $0.contains("what it held before is back") && $0.contains("▌    3") }
      #expect(summary(3, store) != nil)
      terminal.press(.character("q"))
    }
  }

  @Test("what another program did is seen at once, with its totals, and the selection stays on its slot")
  func otherProgram() async throws {
    _ = try await browse { terminal, store in
      terminal.press(.down, .down)
      await terminal.shows("▌    2")
      try store.saveContext(LLMNode(slotIndex: 9).buildContext(), in: 9)
      await terminal.shows { $0.contains("5 slots") && $0.contains("    9  LLM") && $0.contains("▌    2") }
      terminal.press(.character("q"))
    }
  }

  @Test("a store that vanishes is said, whatever is tried")
  func vanished() async throws {
    _ = try await browse { terminal, _ in
      await terminal.shows("exact")
      try FileManager.default.removeItem(atPath: folder)
      terminal.press(.character("r"))
      await terminal.shows("✗ the store is gone: ")
      terminal.press(.character("D"))
      await terminal.shows("✗ the store is gone: ")
      terminal.press(.character("q"))
    }
  }

  @Test("~ stands for the home folder")
  func home() {
    #expect(HomeFolder.shortened("/x/models", home: "/x/") == "~/models")
    #expect(HomeFolder.shortened("/xy/models", home: "/x") == "/xy/models")
    #expect(HomeFolder.expanded("~/models", home: "/x") == "/x/models")
  }

  @Test("the terminal is asked to redraw, and to step aside")
  func terminalWork() async throws {
    _ = try await browse { terminal, _ in
      terminal.press(.ctrl("l"), .ctrl("z"), .character("?"))
      await terminal.shows("Help")
      #expect(terminal.redraws == 1)
      #expect(terminal.suspensions == 1)
      terminal.press(.escape, .character("q"))
    }
  }

  @Test("! opens a shell in the store's folder, and why there is none is said")
  func shell() async throws {
    _ = try await browse { terminal, store in
      await terminal.shows("exact")
      terminal.shellProblem = "can't run /nowhere/sh"
      terminal.press(.character("!"))
      await terminal.shows("can't run /nowhere/sh")
      let shell = try #require(terminal.shells.first)
      #expect(terminal.shells.count == 1)
      #expect(shell.directory == store.directory)
      #expect(shell.environment == ["SLOTSCOPE_STORE": store.directory])
      #expect(shell.greeting.contains("exit comes back"))
      terminal.press(.character("q"))
    }
  }

  @Test("several keys at once make one picture")
  func drain() async throws {
    _ = try await browse { terminal, _ in
      await terminal.shows("exact")
      let before = terminal.frames
      terminal.press(.character("?"), .escape, .character("?"), .escape, .character("?"))
      await terminal.shows("Help")
      #expect(terminal.frames == before + 1)
      terminal.press(.escape, .character("q"))
    }
  }

  @Test("while a build runs q asks, and quitting cancels it and leaves nothing behind")
  func quitWhileBuilding() async throws {
    func nothingIsLeft(in folder: String) throws {
      #expect(try PersistentStore(at: folder).countSlots() == 4)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/wal") == ["lock"])
    }
    _ = try await browse(afterwards: nothingIsLeft) { terminal, _ in
      terminal.press(.down, .character("b"), .down, .down, .right)
      await terminal.shows("‹ gpt2 ›")
      terminal.press(.enter)
      await terminal.shows("1 running")
      terminal.press(.character("q"))
      await terminal.shows("Cancel and quit?")
      terminal.press(.character("y"))
    }
  }

  @Test("what was deleted just before q is deleted, however long the store takes")
  func quitAfterDeleting() async throws {
    let slow: Probe = { operation, _ in if operation == .takeLock { usleep(300_000) } }
    func slotIsGone(in folder: String) throws {
      let store = try PersistentStore(at: folder)
      #expect(try store.countSlots() == 3)
      #expect(try store.check().isSound)
    }
    _ = try await browse(probe: slow, afterwards: slotIsGone) { terminal, _ in
      terminal.press(.character("D"), .character("q"))
    }
  }

  @Test("a store that can only be read says so and stays usable")
  func readOnly() async throws {
    _ = try await browse(access: .read) { terminal, _ in
      await terminal.shows("read only")
      terminal.press(.character("r"))
      await terminal.shows("the store can only be read")
      terminal.press(.character("t"))
      await terminal.shows("1 of 3")
      terminal.press(.character("q"))
    }
  }
}
