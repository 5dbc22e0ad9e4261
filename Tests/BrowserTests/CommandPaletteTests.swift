import Canvas
import Testing

@testable import Browser

@Suite("Commands by their names")
struct CommandPaletteTests {
  private func palette(_ shell: FakeShell) -> CommandPalette? { shell.state.dialogs.last as? CommandPalette }

  /// A table that does not change with every new command.
  private let fewBindings = BindingTable(
    [
      Binding(.panes, .doing, [.character("r")], .rebuild, "rebuild the slot as it was built"),
      Binding(.panes, .doing, [.character("R")], .changeAndRebuild, "rebuild with changes, in a form"),
      Binding(.panes, .doing, [.character("b")], .build, "build a slot"),
      Binding(.panes, .doing, [.character("v")], .verify, "compare the checksum"),
      Binding(.panes, .seeing, [.character("a")], .range, "all values"),
      Binding(.panes, .finding, [.character("S")], .reverseOrder, "reverse the order"),
      Binding(.panes, .program, [.ctrl("l")], .redraw, "draw the screen again"),
      Binding(.panes, .program, [.character(":")], .commands, "commands"),
    ] + BindingTable.all.filter { $0.scope == .palette })

  private func names(_ shell: FakeShell) -> [String] { palette(shell)?.found.map(\.entry.name) ?? [] }

  @Test("a command's name is its case in words")
  func name() {
    #expect(Command.changeAndRebuild.name == "change-and-rebuild")
    for command in Command.allCases { #expect(Command(named: command.name) == command) }
    #expect(Command(named: "changeAndRebuild") == nil)
  }

  @Test(
    "every command of the screen in view is there, and none of another", arguments: [Scope.panes, .tensors])
  func complete(_ scope: Scope) {
    var shell = FakeShell()
    if scope == .tensors { shell.press(.enter) }
    shell.press(.character(":"))
    let wanted = BindingTable.all.filter { $0.scope == scope && $0.command != .commands }.map(\.command.name)
    #expect(names(shell).sorted() == wanted.sorted())
  }

  @Test("a long text that is pasted finds nothing, and is taken away at once")
  func pasted() {
    var shell = FakeShell()
    shell.press(.character(":"))
    let all = names(shell)
    // Words that every help text with one of them has.
    shell.type(String(repeating: "re ", count: 1000))
    #expect(names(shell) == [])
    shell.press(.ctrl("u"))
    #expect(names(shell) == all)
  }

  @Test("the palette over the panes")
  func picture() {
    var shell = FakeShell(width: 80, height: 24)
    shell.state.bindings = fewBindings
    shell.press(.character(":"))
    shell.type("reb")
    #expect(
      shell.picture == """
         slotscope  ~/models                               7 slots · 3.4 GB · 1 damaged
         All 7   LLM 4   CNN 3                                          sort: updated ↓
        ╭─ Slots ──────────────────────── 1 of 7 ╮╭─ 7  gpt2 ────────────── revision 3 ╮
        │  SLOT  TYPE  NAME               SIZE   ││ type     LLM                       │
         ╭─ Commands ───────────────────────────────────────────────────────── 2 of 7 ╮
         │                                                                            │
         │  : reb                                                                     │
         │                                                                            │
         │  ▌ rebuild             r       rebuild the slot as it was built            │
         │    change-and-rebuild  R       rebuild with changes, in a form             │
         │                                                                            │
         │                                                                            │
         │                                                                            │
         │                                                                            │
         │                                                                            │
         │                                                                            │
         │  ⏎ carry out  Esc close  Tab complete                                      │
         │                                                                            │
         ╰────────────────────────────────────────────────────────────────────────────╯
        │                                        ││ -0.12            0            0.12 │
        │                                        ││ mean 0.0012  std 0.02  NaN 0       │
        │                                        ││ ±Inf 0  zeros 102,144  min -0.15   │
        ╰────────────────────────────────────────╯╰────────────────────────────────────╯

        """)
  }

  @Test("at 40 columns it has names and keys")
  func narrow() {
    var shell = FakeShell(width: 40, height: 10)
    shell.state.bindings = fewBindings
    shell.press(.character(":"))
    shell.type("re")
    #expect(
      shell.picture == """
        ╭─ Commands ─────────────────── 6 of 7 ╮
        │  : re                                │
        │  ▌ rebuild             r             │
        │    redraw              Ctrl-L        │
        │    reverse-order       S             │
        │    range               a             │
        │    change-and-rebuild  R             │
        │    verify              v             │
        │  ⏎ carry out  Esc close              │
        ╰──────────────────────────────────────╯
        """)
  }

  @Test("Enter carries out what is selected, as its key would")
  func carriesOut() {
    var shell = FakeShell()
    shell.press(.character(":"))
    shell.type("nextord")
    #expect(names(shell).first == "next-order")
    shell.press(.enter)
    #expect(shell.state.dialogs.isEmpty)
    #expect(shell.state.list.query.order == .id)
  }

  @Test("a command that opens a dialog leaves that dialog alone on the screen")
  func opensDialog() {
    var shell = FakeShell()
    shell.press(.character(":"))
    shell.type("build")
    shell.press(.enter)
    #expect(shell.state.dialogs.count == 1)
    #expect(shell.state.scope == .form)
  }

  @Test("what is disabled now is dim, says why, and Enter repeats it")
  func disabled() throws {
    var shell = FakeShell(readOnly: "the store can only be read")
    shell.press(.character(":"))
    shell.type("delete")
    #expect(shell.picture.contains("delete              D          not now: the store can only be read"))
    shell.press(.enter)
    #expect(shell.state.notice?.text == "delete: the store can only be read")
    #expect(palette(shell) != nil)
  }

  @Test("Up and Down choose, Tab completes the name, Ctrl-U erases it, Escape closes")
  func keys() {
    var shell = FakeShell()
    shell.press(.character(":"), .down, .down, .up)
    #expect(palette(shell)?.selection == 1)
    shell.press(.end)
    #expect(palette(shell)?.selection == 1)
    shell.type("verif")
    shell.press(.tab)
    #expect(palette(shell)?.text.string == "verify")
    shell.press(.ctrl("u"))
    #expect(palette(shell)?.text.isEmpty == true)
    shell.press(.escape)
    #expect(shell.state.dialogs.isEmpty)
  }

  @Test("letters that no name has say so, and Enter does nothing")
  func nothing() {
    var shell = FakeShell()
    shell.press(.character(":"))
    shell.type("qqq")
    #expect(shell.picture.contains("no command is called that"))
    shell.press(.down, .enter)
    #expect(shell.state.notice?.text == "no command is called 'qqq'; Esc closes")
    #expect(shell.state.dialogs.count == 1)
  }

  @Test("words of the help text find a command too, after all whose names fit")
  func help() {
    var shell = FakeShell()
    shell.press(.character(":"))
    shell.type("clipboard")
    #expect(names(shell) == ["copy-checksum"])
  }

  @Test("the list scrolls with the selection, by keys and by the wheel")
  func scrolls() {
    var shell = FakeShell(width: 60, height: 15)
    shell.press(.character(":"))
    for _ in 0..<20 { shell.press(.pageDown) }
    let last = names(shell).last ?? ""
    #expect(palette(shell)?.selected?.entry.name == last)
    #expect(shell.picture.contains(last))
    for _ in 0..<20 { shell.press(.mouse(MouseEvent(.wheelUp, x: 30, y: 8))) }
    #expect(palette(shell)?.selection == 0)
  }

  @Test("a click selects, a double click carries out")
  func mouse() throws {
    var shell = FakeShell(width: 80, height: 40)
    shell.press(.character(":"))
    shell.type("log")
    let lines = shell.picture.split(separator: "\n", omittingEmptySubsequences: false)
    let row = try #require(lines.firstIndex { $0.contains(" log-scale ") })
    shell.press(.mouse(MouseEvent(.click, x: 30, y: row)))
    #expect(palette(shell)?.selected?.entry.name == "log-scale")
    shell.press(.mouse(MouseEvent(.click, x: 1, y: 1)))
    #expect(palette(shell)?.selected?.entry.name == "log-scale")
    shell.press(.mouse(MouseEvent(.doubleClick, x: 30, y: row)))
    #expect(shell.state.dialogs.isEmpty)
    #expect(shell.state.weights.isLog)
  }

  @Test("what is pasted is text")
  func paste() {
    var shell = FakeShell()
    shell.press(.character(":"))
    shell.send(.event(.paste("ver\nify")))
    #expect(palette(shell)?.text.string == "verify")
  }
}

@Suite("Fuzzy matches")
struct FuzzyMatchTests {
  private func best(_ pattern: String, of names: String...) -> String? {
    names.compactMap { name in FuzzyMatch(pattern, in: name).map { (name, $0.score) } }
      .max { $0.1 < $1.1 }?.0
  }

  @Test("letters must be there in their order")
  func order() {
    #expect(FuzzyMatch("vrf", in: "verify")?.offsets == [0, 2, 4])
    #expect(FuzzyMatch("yv", in: "verify") == nil)
    #expect(FuzzyMatch("verifyy", in: "verify") == nil)
    #expect(FuzzyMatch("", in: "verify")?.offsets == [])
  }

  @Test("the first letters of words are what was meant")
  func words() {
    #expect(FuzzyMatch("car", in: "change-and-rebuild")?.offsets == [0, 7, 11])
    #expect(best("car", of: "unfold-cargo", "change-and-rebuild") == "change-and-rebuild")
  }

  @Test("letters in a row beat letters apart, and the shorter name the longer")
  func rows() {
    #expect(FuzzyMatch("build", in: "change-and-rebuild")?.offsets == [13, 14, 15, 16, 17])
    #expect(best("build", of: "change-and-rebuild", "rebuild", "build") == "build")
    #expect(best("sort", of: "some-other-thing", "sort-by") == "sort-by")
  }

  @Test("case and spaces do not matter")
  func folding() {
    #expect(FuzzyMatch("Re Order", in: "reverse-order")?.offsets == [0, 1, 8, 9, 10, 11, 12])
  }
}
