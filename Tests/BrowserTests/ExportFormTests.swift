import Canvas
import Interchange
import Tensors
import Testing

@testable import Browser

extension FakeShell {
  /// Answers the newest question of an export form.
  mutating func answerExport(_ preview: ExportPreview) {
    let question = effects.compactMap { effect -> ExportQuestion? in
      if case .previewExport(let question) = effect { question } else { nil }
    }.last
    guard let question else {
      Issue.record("nobody asked what an export would come to")
      return
    }
    send(.exportPreview(question, preview))
  }

  /// The exports that were begun.
  mutating func takeExports() -> [ExportOrder] {
    takeEffects().compactMap { effect in
      if case .run(_, .export(let order), replacing: nil) = effect { order } else { nil }
    }
  }
}

@Suite("The export form")
struct ExportFormTests {
  private let preview = ExportPreview(
    byteCount: 497_759_232, paths: ["slot-7-gpt2.npz"], freeBytes: 61_000_000_000,
    conversions: [.q4K: 12, .bfloat16: 2],
    existing: ["slot-7-gpt2.npz"])

  private func filledIn(_ width: Int, _ height: Int, glyphs: Glyphs = .unicode) -> FakeShell {
    var shell = FakeShell(width: width, height: height, glyphs: glyphs)
    shell.press(.character("e"), .up)
    shell.type("npz")
    shell.answerExport(preview)
    return shell
  }

  @Test("at 140 × 40, as it opens")
  func opened() {
    var shell = FakeShell(width: 140, height: 40)
    shell.press(.character("e"))
    shell.answerExport(ExportPreview(byteCount: 497_759_232, freeBytes: 61_000_000_000))
    #expect(
      shell.dialogPicture == """
        ╭─ Export slot 7 ──────────────────────────────────────────────────────╮
        │                                                                      │
        │  Format   ‹ safetensors ›  names, shapes, config and metadata        │
        │ ▌To       slot-7-gpt2.safetensors                                    │
        │                                                                      │
        │  497.8 MB, about 1 s; 61.0 GB free                                   │
        │                                                                      │
        │                                                                      │
        │                                                                      │
        │  ⏎ export  Esc cancel  ↓ next  Tab complete                          │
        │                                                                      │
        ╰──────────────────────────────────────────────────────────────────────╯
        """)
  }

  @Test("at 80 × 24, with all that there is to say")
  func roomy() {
    #expect(
      filledIn(80, 24).dialogPicture == """
        ╭─ Export slot 7 ──────────────────────────────────────────────────────╮
        │                                                                      │
        │ ▌Format   ‹ npz ›       an array for each tensor, for numpy          │
        │  To       slot-7-gpt2.npz                                            │
        │                                                                      │
        │  497.8 MB, about 1 s; 61.0 GB free                                   │
        │  .npz has no Q4_K, bfloat16: 14 tensors become float32.              │
        │  There is a file slot-7-gpt2.npz.                                    │
        │                                                                      │
        │  ⏎ export  Esc cancel  ↓ next  → choose                              │
        │                                                                      │
        ╰──────────────────────────────────────────────────────────────────────╯
        """)
  }

  @Test("at 60 × 15")
  func low() {
    #expect(
      filledIn(60, 15).dialogPicture == """
        ╭─ Export slot 7 ──────────────────────────────────────────╮
        │ ▌Format   ‹ npz ›       an array for each tensor, for …  │
        │  To       slot-7-gpt2.npz                                │
        │                                                          │
        │  497.8 MB, about 1 s; 61.0 GB free                       │
        │  .npz has no Q4_K, bfloat16: 14 tensors become float32.  │
        │  There is a file slot-7-gpt2.npz.                        │
        │  ⏎ export  Esc cancel  ↓ next  → choose                  │
        ╰──────────────────────────────────────────────────────────╯
        """)
  }

  @Test("at 40 × 10 what is wrong with a name stands under the fields, and leaves the name its room")
  func wrongName() {
    var shell = FakeShell(width: 40, height: 10)
    shell.press(.character("e"))
    for _ in "slot-7-gpt2.safetensors" { shell.press(.backspace) }
    shell.type("/models/gpt2")
    #expect(shell.picture.contains("│ ▌To       /models/gpt2               │"))
    #expect(shell.picture.contains("│  To: must end in .safetensors        │"))
  }

  @Test("at 40 × 10, in ASCII")
  func smallest() {
    #expect(
      filledIn(40, 10, glyphs: .ascii).dialogPicture == """
        +- Export slot 7 ----------------------+
        | >Format   < npz >                    |
        |  To       slot-7-gpt2.npz            |
        |  497.8 MB, about 1 s; 61.0 GB free   |
        |  .npz has no Q4_K, bfloat16: 14      |
        |  tensors become float32.             |
        |  There is a file slot-7-gpt2.npz.    |
        |  Enter export  Esc cancel            |
        +--------------------------------------+
        """)
  }

  @Test("the extension follows the format, and the format the extension")
  func extensions() {
    var shell = FakeShell(width: 80, height: 24)
    shell.press(.character("e"))
    #expect(shell.exportForm?.form.string(.target) == "slot-7-gpt2.safetensors")
    shell.press(.up, .right)
    #expect(shell.exportForm?.form.string(.format) == "npy")
    #expect(shell.exportForm?.form.string(.target) == "slot-7-gpt2.npy")
    shell.press(.down, .ctrl("u"))
    shell.type("~/a.npz")
    #expect(shell.exportForm?.form.string(.format) == "npz")
  }

  @Test("a file that is there already is replaced after a question")
  func replacing() {
    var shell = filledIn(80, 24)
    shell.press(.enter)
    #expect(shell.takeExports().isEmpty)
    #expect(shell.picture.contains("There is a file slot-7-gpt2.npz."))
    shell.press(.character("y"))
    #expect(shell.takeExports() == [ExportOrder(slotID: 7, path: "slot-7-gpt2.npz", overwrites: true)])
    #expect(shell.state.dialogs.isEmpty)
  }

  @Test("after a no one is back in the form, with what was typed", arguments: [Key.character("n"), .escape])
  func notReplacing(key: Key) {
    var shell = filledIn(80, 24)
    let before = shell.dialogPicture
    shell.press(.enter)
    #expect(shell.picture.contains("Replace it?"))
    shell.press(key)
    #expect(shell.takeExports().isEmpty)
    #expect(shell.dialogPicture == before)
    shell.press(.down, .ctrl("u"))
    shell.type("other.npz")
    shell.answerExport(ExportPreview(byteCount: 10, paths: ["other.npz"]))
    shell.press(.enter)
    #expect(shell.takeExports() == [ExportOrder(slotID: 7, path: "other.npz")])
    #expect(shell.state.dialogs.isEmpty)
  }

  @Test("the file of one of several slots has its number and its name, as a file can have it")
  func names() {
    let question = ExportQuestion(slots: [7, 8], target: "~/out", isFolder: true, format: .npz)
    #expect(question.path(slotID: 7, name: "gpt2") == "~/out/slot-7-gpt2.npz")
    #expect(question.path(slotID: 8, name: "a/../b\u{1B}\n") == "~/out/slot-8-a_.._b__.npz")
    #expect(question.path(slotID: 9, name: "") == "~/out/slot-9.npz")
    let long = question.path(slotID: 10, name: String(repeating: "模", count: 200))
    #expect(long.dropFirst(6).utf8.count <= 255)
    #expect(question.folder == "~/out")
    #expect(ExportQuestion(slots: [7], target: "a.npz", isFolder: false, format: .npz).folder == ".")
    #expect(ExportQuestion(slots: [7], target: "/a.npz", isFolder: false, format: .npz).folder == "/")
  }

  @Test("marked slots go into a folder, a file for each")
  func several() {
    var shell = FakeShell(width: 80, height: 24)
    shell.press(.character(" "), .character(" "), .character("e"))
    #expect(shell.picture.contains("Export 2 slots"))
    shell.press(.enter)
    #expect(shell.state.notice?.text == "To: which folder?")
    shell.type("~/out")
    let paths = ["~/out/slot-7-gpt2.safetensors", "~/out/slot-8-resnet50.safetensors"]
    shell.answerExport(ExportPreview(byteCount: 10, paths: paths))
    shell.press(.enter)
    #expect(
      shell.takeExports() == [
        ExportOrder(slotID: 7, path: paths[0]), ExportOrder(slotID: 8, path: paths[1]),
      ])
  }

  @Test("what can't be written is said at Enter, and the form stays")
  func refusing() {
    var shell = FakeShell(width: 80, height: 24)
    shell.press(.character("e"), .ctrl("u"))
    shell.type("none/a.npy")
    shell.answerExport(ExportPreview(problem: "there is no folder none"))
    shell.press(.enter)
    #expect(shell.state.notice?.text == "there is no folder none")
    #expect(shell.exportForm != nil && shell.takeExports().isEmpty)
  }
}

extension FakeShell {
  fileprivate var exportForm: ExportForm? { state.dialogs.last as? ExportForm }
}

@Suite("The Python lines of a slot")
struct PythonReportTests {
  @Test("they are shown on any screen, and copied whole")
  func report() {
    for (width, height) in [(140, 40), (80, 24), (60, 15), (40, 10)] {
      var shell = FakeShell(width: width, height: height)
      shell.press(.character("o"))
      #expect(shell.picture.contains("import numpy as np"))
      shell.press(.character("y"))
      guard case .copy(let text)? = shell.takeEffects().last else {
        Issue.record("nothing was copied")
        return
      }
      #expect(
        text == "import numpy as np\nweights = np.load(\"/models/slots/00000007.npy\", mmap_mode=\"r\")\n")
      shell.press(.escape)
      #expect(shell.state.dialogs.isEmpty)
    }
  }

  @Test("at 40 × 10 what is too long goes on in the next row")
  func smallest() {
    var shell = FakeShell(width: 40, height: 10)
    shell.press(.character("o"))
    #expect(
      shell.dialogPicture == """
        ╭─ Slot 7 in Python ───────────────────╮
        │  import numpy as np                  │
        │  weights = np.load("/models/slots/0  │
        │    0000007.npy", mmap_mode="r")      │
        │  y copy  ⏎ close                     │
        ╰──────────────────────────────────────╯
        """)
  }
}
