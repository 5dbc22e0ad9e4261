import Canvas
import Foundation
import Tensors
import Testing

@testable import Browser

/// A folder that is the home folder of a test, and removed with it.
final class HomeForTest {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "slotscope-paths-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func folder(_ name: String) throws {
    try FileManager.default.createDirectory(atPath: path + "/" + name, withIntermediateDirectories: true)
  }

  func file(_ name: [UInt8], _ contents: [UInt8] = Array("text".utf8)) {
    let descriptor = (Array((path + "/").utf8) + name + [0]).withUnsafeBytes {
      open($0.bindMemory(to: CChar.self).baseAddress!, O_WRONLY | O_CREAT, 0o600)
    }
    _ = contents.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    close(descriptor)
  }

  func file(_ name: String, _ contents: [UInt8] = Array("text".utf8)) { file(Array(name.utf8), contents) }

  /// What a model looks like from outside: a .npy file's first bytes, and others after them.
  func model(_ name: String, size: Int = 4096) {
    file(name, [0x93] + Array("NUMPY".utf8) + Array(repeating: 0, count: size - 6))
  }

  func answer(_ text: String, _ purpose: PathPurpose = .model, limit: Int = 1000) -> PathAnswer? {
    FolderReader(home: path, limit: limit).answer(
      to: PathQuestion(text: text, purpose: purpose), progress: WorkProgress())
  }

  /// Answers what a browser asks of folders, until it asks nothing more.
  func answer(_ shell: inout FakeShell) {
    while true {
      let questions = shell.takeEffects().compactMap { effect -> PathQuestion? in
        if case .listPaths(let question) = effect { question } else { nil }
      }
      if questions.isEmpty { return }
      for question in questions {
        if let answer = answer(question.text, question.purpose) { shell.send(.paths(question, answer)) }
      }
    }
  }
}

@Suite("Paths that begin as what was typed")
struct FolderReaderTests {
  @Test("folders come first, numbers in order, and what is no model is told from what is one")
  func order() throws {
    let home = try HomeForTest()
    try home.folder("zoo")
    try home.folder("models")
    home.model("m10.npy", size: 100)
    home.model("m2.npy", size: 200)
    home.file("m3.txt")
    home.file("m.safetensors", [])
    #expect(
      home.answer("~/")
        == PathAnswer(
          folder: "~/",
          candidates: [
            PathCandidate("models", isFolder: true), PathCandidate("zoo", isFolder: true),
            PathCandidate("m.safetensors", sizeBytes: 0, isFit: false),
            PathCandidate("m2.npy", sizeBytes: 200), PathCandidate("m3.txt", sizeBytes: 4, isFit: false),
            PathCandidate("m10.npy", sizeBytes: 100),
          ]))
    #expect(home.answer("~/m1")?.commonPrefix == "m10.npy")
    #expect(home.answer("~/mo")?.candidates.map(\.text) == ["models/"])
    #expect(home.answer("~")?.count == 6)
  }

  @Test("hidden files are there only for those who type a dot")
  func hidden() throws {
    let home = try HomeForTest()
    try home.folder(".cache")
    home.file(".profile")
    home.file("seen")
    #expect(home.answer("~/")?.candidates.map(\.name) == ["seen"])
    #expect(home.answer("~/.")?.candidates.map(\.name) == [".cache", ".profile"])
    #expect(home.answer("~/..")?.candidates.map(\.text) == ["../"])
  }

  @Test("the common start of several names ends between characters")
  func commonPrefix() throws {
    let home = try HomeForTest()
    home.file("größe-a")
    home.file("grÜn")
    home.file("größe-b")
    #expect(home.answer("~/gr")?.commonPrefix == "gr")
    #expect(home.answer("~/grö")?.commonPrefix == "größe-")
  }

  @Test("who wants a folder is shown folders alone, links to them among them")
  func folders() throws {
    let home = try HomeForTest()
    try home.folder("out")
    try FileManager.default.createSymbolicLink(atPath: home.path + "/link", withDestinationPath: "out")
    home.model("a.npy")
    #expect(home.answer("~/", .folder)?.candidates.map(\.text) == ["link/", "out/"])
    #expect(home.answer("~/", .export)?.candidates.map(\.isFit) == [true, true, true])
  }

  @Test("names that are not UTF-8 are shown, and no more than that; control characters are a part of a name")
  func oddNames() throws {
    let home = try HomeForTest()
    home.file([0x61, 0xE9, 0x1B])
    home.file("a\u{1B}[2J")
    let answer = try #require(home.answer("~/a"))
    #expect(
      answer.candidates == [
        PathCandidate("a\u{1B}[2J", sizeBytes: 4, isFit: false),
        PathCandidate("a\\xE9\u{1B}", isFit: false, isTypable: false),
      ])
    #expect(answer.commonPrefix == "a\u{1B}[2J")
  }

  @Test("of thousands of entries as many are given as one looks through, and all are counted")
  func many() throws {
    let home = try HomeForTest()
    for number in 0..<3000 { home.file("file-\(number)", []) }
    let answer = try #require(home.answer("~/f", limit: 50))
    #expect(answer.candidates.count == 50 && answer.count == 3000)
    #expect(answer.candidates.first?.name == "file-0" && answer.commonPrefix == "file-")
  }

  @Test("what can't be listed says why")
  func problems() throws {
    let home = try HomeForTest()
    home.file("file")
    #expect(home.answer("~/none/a")?.problem == "there is no folder ~/none/")
    #expect(home.answer("~/file/a")?.problem == "~/file/ is not a folder")
  }

  @Test("nobody waits for what was cancelled")
  func cancelled() throws {
    let home = try HomeForTest()
    home.file("file")
    let progress = WorkProgress()
    progress.cancel()
    #expect(
      FolderReader(home: home.path).answer(to: PathQuestion(text: "~/", purpose: .model), progress: progress)
        == nil)
  }
}

@Suite("A path that is completed")
struct PathInputTests {
  /// A build form with the cursor in Source, and some files to choose from.
  private func atSource(_ width: Int = 80, _ height: Int = 24, glyphs: Glyphs = .unicode) throws
    -> (FakeShell, HomeForTest)
  {
    let home = try HomeForTest()
    try home.folder("models/old")
    home.model("models/gpt2.npy", size: 4_000)
    home.model("models/gpt2-medium.npy", size: 12_000)
    home.file("models/gpt2.txt")
    var shell = FakeShell(width: width, height: height, glyphs: glyphs)
    shell.press(.character("b"), .up, .up, .up)
    return (shell, home)
  }

  private func source(_ shell: FakeShell) -> String? {
    (shell.state.dialogs.last as? BuildForm)?.form.string(.source)
  }

  private func focus(_ shell: FakeShell) -> BuildForm.Field? {
    (shell.state.dialogs.last as? BuildForm)?.form.focus
  }

  @Test("Tab completes to what all have in common, and shows the rest in a list under the field")
  func completing() throws {
    var (shell, home) = try atSource()
    shell.type("~/m")
    shell.press(.tab)
    home.answer(&shell)
    #expect(source(shell) == "~/models/")
    shell.type("g")
    shell.press(.tab)
    home.answer(&shell)
    #expect(source(shell) == "~/models/gpt2")
    shell.press(.down)
    #expect(
      shell.picture == """
         slotscope  ~/models                               7 slots · 3.4 GB · 1 damaged
         All 7   LLM 4   CNN 3                                          sort: updated ↓
        ╭─ Slots ──────────────────────── 1 of 7 ╮╭─ 7  gpt2 ────────────── revision 3 ╮
        │   ╭─ Build ──────────────────────────────────────────────────────────────╮   │
        │▌  │                                                                      │   │
        │   │  Type     ‹ LLM ›                                                    │   │
        │   │  Slot     next free; or 12-15                                        │ B │
        │   │  Preset   from the file                                              │ d │
        │   │  Dtype    from the file                                              │   │
        │   │  Seed                                                                │ ──┤
        │   │ ▌Source   ~/models/gpt2                                              │   │
        │   │  Config ╭─ ~/models/ ───────────────── 3 ╮2048, temperature=0.7, t…  │   │
        │   │  Name   │▌gpt2-medium.npy        12.0 KB │                           │   │
        │   │         │ gpt2.npy                4.0 KB │                           │   │
        │   │         │ gpt2.txt                   4 B │                           │ % ┤
        │   │         ╰────────────────────────────────╯                           │   │
        │   │                                                                      │   │
        │   │  ⏎ take  Esc close the list  ↓ choose                                │ ▁ │
        │   │                                                                      │ › │
        │   ╰──────────────────────────────────────────────────────────────────────╯ 2 │
        │                                        ││ mean 0.0012  std 0.02  NaN 0       │
        │                                        ││ ±Inf 0  zeros 102,144  min -0.15   │
        ╰────────────────────────────────────────╯╰────────────────────────────────────╯

        """)
  }

  @Test("the list fits the smallest screen, in ASCII too")
  func smallest() throws {
    var (shell, home) = try atSource(40, 10, glyphs: .ascii)
    shell.type("~/models/")
    shell.press(.tab)
    home.answer(&shell)
    shell.press(.up)
    #expect(
      shell.picture == """
        +- Build -+- ~/models/ ------------- 4 +
        |  Type   | old/                       |
        |  Slot   | gpt2-medium.npy    12.0 KB |
        |  Preset | gpt2.npy            4.0 KB |
        |  Dtype  |>gpt2.txt               4 B |
        |  Seed   +----------------------------+
        | >Source   ~/models/                  |
        |                                      |
        |  Enter take  Esc close the list      |
        +--------------------------------------+
        """)
  }

  @Test("Enter takes what is selected, a folder's contents are shown next, Escape closes the list alone")
  func taking() throws {
    var (shell, home) = try atSource()
    shell.type("~/models/")
    shell.press(.tab)
    home.answer(&shell)
    shell.press(.down, .down, .down, .enter)
    #expect(source(shell) == "~/models/gpt2.npy")
    shell.press(.ctrl("u"))
    shell.type("~/mo")
    shell.press(.tab)
    home.answer(&shell)
    #expect(source(shell) == "~/models/" && shell.picture.contains("gpt2-medium.npy"))
    shell.press(.escape)
    #expect(source(shell) == "~/models/" && !shell.picture.contains("gpt2-medium.npy"))
    shell.press(.escape)
    #expect(shell.state.dialogs.isEmpty)
  }

  @Test("what is typed narrows the list, before the folder has answered and after")
  func narrowing() throws {
    var (shell, home) = try atSource()
    shell.type("~/models/")
    shell.press(.tab)
    home.answer(&shell)
    #expect(shell.picture.contains("old/"))
    shell.type("gpt2.")
    #expect(!shell.picture.contains("old/") && shell.picture.contains("gpt2.npy"))
    home.answer(&shell)
    #expect(!shell.picture.contains("old/") && shell.picture.contains("gpt2.txt"))
    shell.type("x")
    #expect(shell.state.scope == .form)
  }

  @Test("an answer to what was typed before is dropped")
  func late() throws {
    var (shell, home) = try atSource()
    shell.type("~/models/o")
    shell.press(.tab)
    shell.type("x")
    home.answer(&shell)
    #expect(source(shell) == "~/models/ox" && shell.state.scope == .form)
  }

  @Test("Tab with nothing to complete goes to the next field, as it does in every other field")
  func nothing() throws {
    var (shell, home) = try atSource()
    shell.type("~/nothing-like-this")
    shell.press(.tab)
    home.answer(&shell)
    #expect(focus(shell) == .config)
    shell.press(.tab)
    #expect(focus(shell) == .name)
    shell.press(.up, .up, .ctrl("u"))
    shell.type("~/models/gpt2.npy")
    shell.press(.tab)
    home.answer(&shell)
    #expect(focus(shell) == .config && source(shell) == "~/models/gpt2.npy")
  }

  @Test("a folder that can't be read says so under the field")
  func unreadable() throws {
    var (shell, home) = try atSource()
    shell.type("~/nowhere/a")
    shell.press(.tab)
    home.answer(&shell)
    #expect(shell.picture.contains("there is no folder ~/nowhere/"))
    #expect(focus(shell) == .source)
    shell.type("b")
    #expect(!shell.picture.contains("there is no folder"))
  }

  @Test("a click takes a candidate, one beside the list closes it, and the wheel chooses")
  func mouse() throws {
    var (shell, home) = try atSource()
    shell.type("~/models/")
    shell.press(.tab)
    home.answer(&shell)
    let rows = shell.picture.split(separator: "\n", omittingEmptySubsequences: false)
    let row = try #require(rows.firstIndex { $0.contains("gpt2.npy") })
    shell.press(.mouse(MouseEvent(.wheelDown, x: 30, y: row)))
    #expect(shell.picture.contains("▌old/"))
    shell.press(.mouse(MouseEvent(.click, x: 2, y: 2)))
    #expect(shell.state.scope == .form)
    shell.press(.tab)
    home.answer(&shell)
    shell.press(.mouse(MouseEvent(.click, x: 30, y: row)))
    #expect(source(shell) == "~/models/gpt2.npy")
  }

  @Test("names that would harm a terminal are shown, and never taken where they can't be typed")
  func hostile() throws {
    var (shell, home) = try atSource()
    home.file("models/x\u{1B}]0;a\u{7}")
    home.file([0x6D, 0x6F, 0x64, 0x65, 0x6C, 0x73, 0x2F, 0x78, 0xFF])
    shell.type("~/models/x")
    shell.press(.tab)
    home.answer(&shell)
    #expect(source(shell) == "~/models/x\u{1B}]0;a\u{7}")
    #expect(shell.picture.contains("x␛]0;a␇") && shell.picture.contains("x\\xFF"))
    #expect(shell.picture.contains("not UTF-8: rename it"))
    shell.press(.down, .down, .enter)
    #expect(source(shell) == "~/models/x\u{1B}]0;a\u{7}")
  }
}
