import Canvas
import Foundation
import Testing

@testable import Browser
@testable import Builds

extension FakeShell {
  /// The dialog in view alone, with its frame.
  var dialogPicture: String {
    guard let dialog = state.dialogs.last else { return "" }
    let canvas = state.draw().canvas
    let inside = state.dialogInside(dialog)
    let above = state.height >= 18 ? 2 : 1
    let rows = inside.y - above..<inside.maxY + (above == 2 ? 4 : 2)
    return rows.map { y in
      canvas.row(y).dropFirst(inside.x - 3).prefix(inside.width + 6).map(\.text).joined()
    }.joined(separator: "\n")
  }

  /// Answers the newest question of an import form.
  mutating func answerImport(_ preview: ImportPreview) {
    let question = takeEffects().compactMap { effect -> ImportQuestion? in
      if case .previewImport(let question) = effect { question } else { nil }
    }.last
    guard let question else {
      Issue.record("nobody asked what an import would come to")
      return
    }
    send(.importPreview(question, preview))
  }
}

@Suite("The import form")
struct ImportFormTests {
  private let miniLM = ModelFileFacts(
    format: "safetensors", tensors: 103, parameters: 22_713_216, byteCount: 90_852_864, modelType: "LLM",
    name: "MiniLM-L6-v2")
  private let place = SlotPlace(slotID: 32, nextFree: 32, freeBytes: 61_000_000_000)

  private func filledIn(_ width: Int, _ height: Int, glyphs: Glyphs = .unicode) -> FakeShell {
    var shell = FakeShell(width: width, height: height, glyphs: glyphs)
    shell.press(.character("i"))
    shell.type("~/models/MiniLM/model.safetensors")
    shell.answerImport(ImportPreview(place: place, facts: miniLM))
    return shell
  }

  @Test("before anything is typed")
  func empty() {
    var shell = FakeShell(width: 140, height: 40)
    shell.press(.character("i"))
    #expect(
      shell.dialogPicture == """
        ╭─ Import ─────────────────────────────────────────────────────────────╮
        │                                                                      │
        │ ▌File    a model file, or the folder of one in several files         │
        │  Slot   next free                                                    │
        │  Type                                                                │
        │  Name                                                                │
        │                                                                      │
        │                                                                      │
        │                                                                      │
        │                                                                      │
        │                                                                      │
        │  ⏎ import  Esc cancel  ↓ next  Tab complete                          │
        │                                                                      │
        ╰──────────────────────────────────────────────────────────────────────╯
        """)
  }

  @Test("at 80 × 24")
  func roomy() {
    #expect(
      filledIn(80, 24).dialogPicture == """
        ╭─ Import ─────────────────────────────────────────────────────────────╮
        │                                                                      │
        │ ▌File   ~/models/MiniLM/model.safetensors                            │
        │  Slot   32            next free                                      │
        │  Type   LLM, by its tensors                                          │
        │  Name   MiniLM-L6-v2                                                 │
        │                                                                      │
        │  safetensors: 22.7M parameters in 103 tensors                        │
        │  90.9 MB, less than a second; 61.0 GB free                           │
        │  Slot 32 is empty.                                                   │
        │                                                                      │
        │  ⏎ import  Esc cancel  ↓ next  Tab complete                          │
        │                                                                      │
        ╰──────────────────────────────────────────────────────────────────────╯
        """)
  }

  @Test("at 60 × 15")
  func low() {
    #expect(
      filledIn(60, 15).dialogPicture == """
        ╭─ Import ─────────────────────────────────────────────────╮
        │ ▌File   ~/models/MiniLM/model.safetensors                │
        │  Slot   32            next free                          │
        │  Type   LLM, by its tensors                              │
        │  Name   MiniLM-L6-v2                                     │
        │                                                          │
        │  safetensors: 22.7M parameters in 103 tensors            │
        │  90.9 MB, less than a second; 61.0 GB free               │
        │  Slot 32 is empty.                                       │
        │  ⏎ import  Esc cancel  ↓ next  Tab complete              │
        ╰──────────────────────────────────────────────────────────╯
        """)
  }

  @Test("at 40 × 10, in ASCII")
  func smallest() {
    #expect(
      filledIn(40, 10, glyphs: .ascii).dialogPicture == """
        +- Import -----------------------------+
        | >File   </MiniLM/model.safetensors  #|
        |  Slot   32            next free     #|
        |  Type   LLM, by its tensors          |
        |  safetensors: 22.7M parameters in    |
        |  103 tensors                         |
        |  90.9 MB, less than a second; 61.0   |
        |  GB free                             |
        |  Enter import  Esc cancel            |
        +--------------------------------------+
        """)
  }

  @Test("Enter asks for the import as it is filled in")
  func accepting() {
    var shell = filledIn(80, 24)
    shell.press(.down)
    shell.type("7")
    shell.press(.down, .down)
    shell.type("mine")
    var taken = place
    taken.slotID = 7
    taken.occupant = "gpt2"
    shell.answerImport(ImportPreview(place: taken, facts: miniLM))
    #expect(shell.picture.contains("Slot 7 holds gpt2: it becomes an earlier revision."))
    shell.press(.enter)
    guard case .submit(.importFile(let path, let slotID, let type, let name))? = shell.takeEffects().last
    else {
      Issue.record("nothing is imported")
      return
    }
    #expect(path == "~/models/MiniLM/model.safetensors" && slotID == 7 && type == nil && name == "mine")
    #expect(shell.state.dialogs.isEmpty)
  }

  @Test("without a file Enter says so, and what is wrong with one")
  func refusing() {
    var shell = FakeShell(width: 80, height: 24)
    shell.press(.character("i"), .enter)
    #expect(shell.state.notice?.text == "File: which file?")
    shell.type("bad.npy")
    shell.press(.enter)
    #expect(shell.state.notice == nil, "what is wrong is not known yet")
    shell.answerImport(ImportPreview(place: place, problem: "bad.npy: the file is empty"))
    #expect(shell.state.notice?.text == "bad.npy: the file is empty")
    #expect(shell.state.dialogs.count == 1)
    #expect(shell.takeEffects().isEmpty)
  }

  @Test("who types on does not want what Enter was waiting for any more")
  func changingOnesMind() {
    var shell = FakeShell(width: 80, height: 24)
    shell.press(.character("i"))
    shell.type("a.np")
    shell.press(.enter)
    shell.type("y")
    shell.answerImport(ImportPreview(place: place, facts: miniLM))
    #expect(shell.state.dialogs.count == 1)
    let submitted = shell.takeEffects().contains { if case .submit = $0 { true } else { false } }
    #expect(!submitted)
  }

  @Test("a store that can only be read imports nothing")
  func readOnly() {
    var shell = FakeShell(readOnly: "the store can only be read")
    shell.press(.character("i"))
    #expect(shell.state.dialogs.isEmpty)
    #expect(shell.state.notice?.text == "the store can only be read")
  }

  @Test("how long it takes is told by what was measured, and until then by a figure")
  func pace() throws {
    var shell = FakeShell(width: 80, height: 24)
    #expect(shell.state.pace(of: .importing) == .importing)
    let imported = Build(
      id: 1, action: .import, slotID: 9, modelType: "LLM", name: "a", state: .finished(try outcome()),
      completedBytes: 100_000_000, totalBytes: 100_000_000, started: noon.addingTimeInterval(-2), ended: noon)
    shell.send(.builds([imported], noon))
    #expect(shell.state.pace(of: .importing) == WorkPace(bytesPerSecond: 50e6))
    #expect(shell.state.pace(of: .building) == .building)
    #expect(WorkPace(bytesPerSecond: 50e6).text(bytes: 90_852_864) == "about 2 s")
    #expect(WorkPace(bytesPerSecond: 50e6).text(bytes: 1000) == "less than a second")
  }

  private func outcome() throws -> BuildOutcome {
    BuildOutcome(
      slotID: 9, seconds: 2, before: nil, after: try details(sampleSlots[2]), sourceChanged: nil,
      inferredRecipe: false)
  }
}
