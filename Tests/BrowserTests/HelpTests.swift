import Canvas
import Testing

@testable import Browser

@Suite("Help")
struct HelpTests {
  private func help(_ shell: FakeShell) -> HelpDialog? { shell.state.dialogs.last as? HelpDialog }

  /// A table that does not change with every new command.
  private let fewBindings = BindingTable(
    [
      Binding(.panes, .doing, [.character("r")], .rebuild, "rebuild the slot as it was built"),
      Binding(.panes, .doing, [.character("u")], .undo, "undo the last rebuild, restore or delete"),
      Binding(.panes, .seeing, [.character("=")], .compare, "compare the marked slot with the selected one"),
      Binding(.panes, .program, [.character("?")], .help, "this help"),
      Binding(.report, .answering, [.character("u")], .undo, "undo the rebuild"),
    ] + BindingTable.all.filter { $0.scope == .help || $0.scope == .filter })

  @Test("help at 60×15")
  func picture() {
    var shell = FakeShell(width: 60, height: 15)
    shell.press(.character("?"))
    #expect(
      shell.picture == """
        ╭─ Help ───────────────────────────────────────────────────╮
        │  / search                                                │
        │  Moving                                                 ┃│
        │    k ↑ Ctrl-P        one row up                          │
        │    j ↓ Ctrl-N        one row down                        │
        │    PgUp Ctrl-B       a page up                           │
        │    PgDn Ctrl-F       a page down                         │
        │    g Home            to the first row                    │
        │    G End             to the last row                     │
        │    Tab l →           next pane                           │
        │    Shift-Tab h ←     previous pane                       │
        │    ⏎                 open: tensors, a pane at full       │
        │                      size, a build's end                 │
        │  Esc close  / search  ↓ scroll                           │
        ╰──────────────────────────────────────────────────────────╯
        """)
  }

  @Test("what was searched for is all that is left, under its headings")
  func search() {
    var shell = FakeShell(width: 80, height: 24)
    shell.state.bindings = fewBindings
    shell.press(.character("?"), .character("/"))
    shell.type("rebuild")
    #expect(
      shell.picture == """
        ╭─ Help ───────────────────────────────────────────────────────────────────────╮
        │                                                                              │
        │  / rebuild                                                                3  │
        │  Doing                                                                       │
        │    r           rebuild the slot as it was built                              │
        │    u           undo the last rebuild, restore or delete                      │
        │                not now: nothing was done here that could be undone           │
        │                                                                              │
        │  In a dialog                                                                 │
        │    u           undo the rebuild                                              │
        │                                                                              │
        │                                                                              │
        │                                                                              │
        │                                                                              │
        │                                                                              │
        │                                                                              │
        │                                                                              │
        │                                                                              │
        │                                                                              │
        │                                                                              │
        │                                                                              │
        │  ⏎ keep the filter  Esc show all  ↑ up  ↓ down                               │
        │                                                                              │
        ╰──────────────────────────────────────────────────────────────────────────────╯
        """)
  }

  @Test("at 40 columns nothing is cut that a person needs")
  func narrow() {
    var shell = FakeShell(width: 40, height: 10)
    shell.state.bindings = fewBindings
    shell.press(.character("?"), .character("/"))
    shell.type("compare sel")
    #expect(
      shell.picture == """
        ╭─ Help ───────────────────────────────╮
        │  / compare sel                    1  │
        │  Seeing                              │
        │    =           compare the marked    │
        │                slot with the         │
        │                selected one          │
        │                                      │
        │                                      │
        │  ⏎ keep the filter  Esc show all     │
        ╰──────────────────────────────────────╯
        """)
  }

  @Test("Enter keeps the search, Escape shows all, and Escape again closes")
  func keys() {
    var shell = FakeShell()
    shell.press(.character("?"), .character("/"))
    shell.type("clip")
    shell.press(.enter)
    #expect(help(shell)?.search == "clip")
    #expect(shell.state.scope == .help)
    shell.press(.escape)
    #expect(help(shell)?.search == "")
    shell.press(.character("/"))
    shell.type("q")
    #expect(help(shell)?.search == "q")
    shell.press(.ctrl("u"))
    #expect(help(shell)?.search == "")
    shell.press(.escape, .escape)
    #expect(shell.state.dialogs.isEmpty)
  }

  @Test("what nobody says, it says so")
  func nothing() {
    var shell = FakeShell()
    shell.press(.character("?"), .character("/"))
    shell.type("zebra")
    #expect(shell.picture.contains("nothing says 'zebra'; Esc shows all"))
  }

  @Test("why a key is disabled is searched too")
  func reasons() {
    var shell = FakeShell([])
    shell.press(.character("?"), .character("/"))
    shell.type("there is no slot")
    #expect(shell.picture.contains("not now: there is no slot"))
    #expect(!shell.picture.contains("next pane"))
  }

  @Test("what dialogs have alike is one line")
  func merged() {
    for scope in [Scope.panes] + Scope.screens.map(\.scope) {
      let contents = HelpContents(scope: scope, bindings: .standard, ascii: false) { _ in nil }
      for group in contents.groups where group.heading == BindingGroup.form.rawValue {
        #expect(Set(group.entries.map(\.text)).count == group.entries.count)
      }
    }
  }

  @Test("what has no key says its name")
  func keyless() {
    let binding = Binding(.panes, .doing, [], .build, "build a slot")
    let contents = HelpContents(scope: .panes, bindings: BindingTable([binding]), ascii: false) { _ in nil }
    #expect(contents.groups.first?.entries == [HelpContents.Entry(keys: ":build", text: "build a slot")])
  }

  @Test("long text goes on in the next line, and every line fits")
  func wrapped() {
    let contents = HelpContents(scope: .panes, bindings: .standard, ascii: false) { _ in
      "the store is read only"
    }
    for width in [34, 54, 74, 90] {
      let room = width - contents.textX(width: width)
      for case .line(_, let text, _) in contents.rows(width: width) { #expect(TextWidth.of(text) <= room) }
    }
  }

  @Test("it scrolls to its end and no further, by keys and by the wheel")
  func scrolls() throws {
    var shell = FakeShell(width: 60, height: 15)
    shell.press(.character("?"), .character("G"))
    let end = try #require(help(shell)?.scroll.top)
    shell.press(.down, .pageDown)
    #expect(help(shell)?.scroll.top == end)
    shell.press(.mouse(MouseEvent(.wheelUp, x: 20, y: 5)))
    #expect(help(shell)?.scroll.top == end - 3)
    shell.press(.character("g"))
    #expect(help(shell)?.scroll.top == 0)
  }
}
