import Canvas
import Configuration
import Testing

@testable import Browser

@Suite("Keys that a person has chosen")
struct ConfiguredKeysTests {
  private func setting(_ command: String, _ keys: Key..., scope: String? = nil, line: Int = 1)
    -> Preferences.KeySetting
  { Preferences.KeySetting(scope: scope, command: command, keys: keys, place: Place(line: line, column: 1)) }

  private func shell(_ settings: Preferences.KeySetting...) -> FakeShell {
    var shell = FakeShell()
    var configuration = Preferences()
    configuration.keys = settings
    shell.state.configure(configuration, file: "config.toml")
    return shell
  }

  @Test("a chosen key does it, the old one no more; footer, help and palette show it")
  func remapped() {
    var shell = shell(setting("build", .ctrl("r")))
    shell.press(.character("b"))
    #expect(shell.state.dialogs.isEmpty)
    #expect(shell.state.notice?.text == "b does nothing here; ? lists the keys")
    shell.press(.down)
    #expect(shell.picture.contains("Ctrl-R build"))
    shell.press(.character("?"))
    #expect(shell.picture.contains("Ctrl-R            build a slot"))
    shell.press(.escape, .character(":"))
    shell.type("build")
    #expect(shell.picture.contains("build               Ctrl-R"))
    shell.press(.escape, .ctrl("r"))
    #expect(shell.state.scope == .form)
  }

  @Test("[keys] means every screen that has the command, [keys.tensors] that screen, and counts for more")
  func scopes() {
    let table = BindingTable.configured(
      [
        setting("reverse-order", .function(5)),
        setting("reverse-order", .function(6), scope: "tensors", line: 2),
      ],
      file: ""
    ).table
    #expect(table.binding(for: .function(5), in: .panes)?.command == .reverseOrder)
    #expect(table.binding(for: .function(5), in: .difference)?.command == .reverseOrder)
    #expect(table.binding(for: .function(5), in: .tensors) == nil)
    #expect(table.binding(for: .function(6), in: .tensors)?.command == .reverseOrder)
  }

  @Test("two commands can change places")
  func swapped() {
    let (table, problems) = BindingTable.configured(
      [setting("verify", .character("r")), setting("rebuild", .character("v"), line: 2)], file: "")
    #expect(problems.isEmpty)
    #expect(table.binding(for: .character("r"), in: .panes)?.command == .verify)
    #expect(table.binding(for: .character("v"), in: .panes)?.command == .rebuild)
  }

  @Test("a key that another command has is a mistake that names both, and does not count")
  func conflict() {
    let (table, problems) = BindingTable.configured(
      [setting("verify", .character("r")), setting("build", .function(5), line: 2)], file: "config.toml")
    #expect(
      problems.map(\.description) == [
        "config.toml:1:1: 'r' is the key of both 'verify' and 'rebuild' in panes; 'verify' keeps the keys that it had; "
          + "give 'rebuild' another one"
      ])
    #expect(table.binding(for: .character("r"), in: .panes)?.command == .rebuild)
    #expect(table.binding(for: .character("v"), in: .panes)?.command == .verify)
    #expect(table.binding(for: .function(5), in: .panes)?.command == .build)
  }

  @Test("of two choices of one key the first counts")
  func choices() {
    let (table, problems) = BindingTable.configured(
      [setting("verify", .function(5)), setting("build", .function(5), line: 2)], file: "")
    #expect(problems.map(\.place.line) == [2])
    #expect(table.binding(for: .function(5), in: .panes)?.command == .verify)
  }

  @Test("a command without a key is reached by its name")
  func keyless() {
    var shell = shell(setting("build"))
    shell.press(.character("b"))
    #expect(shell.state.dialogs.isEmpty)
    shell.press(.character(":"))
    shell.type("build")
    shell.press(.enter)
    #expect(shell.state.scope == .form)
  }

  @Test("messages name the keys that are chosen")
  func messages() {
    var shell = shell(
      setting("undo", .ctrl("u")), setting("cancel", .function(8), line: 2),
      setting("mark", .character("m"), line: 3), setting("next-pane", .function(6), line: 4))
    shell.send(.deleted(slotID: 99, .success(3)))
    #expect(shell.state.notice?.text == "slot 99 deleted; Ctrl-U brings it back")
    shell.send(.builds([runningBuild(1, slot: 7)], noon))
    #expect(shell.state.whyDisabled(.rebuild) == "slot 7 is being built; F8 cancels")
    shell.send(.builds([runningBuild(1, slot: 40), runningBuild(2, slot: 41)], noon))
    #expect(shell.state.whyDisabled(.cancel) == "several jobs run; choose one in the jobs pane (F6)")
    shell.press(.character("H"))
    #expect(
      shell.state.whyDisabled(.exchange, in: .histogram) == "no other slot is marked; m marks one in the list"
    )
  }

  @Test("empty lists name the keys that are chosen, and commands that have none")
  func emptyLists() {
    var shell = shell(
      setting("close", .function(10), scope: "panes"), setting("filter", .ctrl("f"), line: 2),
      setting("page-down", .pageDown, line: 3))
    #expect(shell.picture.contains("Ctrl-F filter "))
    shell.press(.ctrl("f"))
    shell.type("zebra")
    #expect(shell.picture.contains("Esc shows all."))
    shell.press(.enter)
    #expect(shell.picture.contains("F10 shows all."))

    var empty = FakeShell([])
    var configuration = Preferences()
    configuration.keys = [setting("build", .function(2)), setting("import-file", line: 2)]
    empty.state.configure(configuration, file: "config.toml")
    #expect(empty.picture.contains("F2 builds a slot."))
    #expect(empty.picture.contains(":import-file imports a model file."))
  }

  @Test("screens and dialogs name the keys that are chosen")
  func screens() {
    var shell = shell(
      setting("map", .function(3)), setting("close", .function(9), scope: "filter", line: 2),
      setting("close", .function(9), scope: "tensors", line: 3),
      setting("filter", .function(4), scope: "help", line: 4),
      setting("close", .function(9), scope: "palette", line: 5))
    shell.press(.enter)
    #expect(shell.state.whyDisabled(.lineStart, in: .tensors) == "F3 or V shows the values")
    shell.press(.character("/"))
    shell.type("zebra")
    #expect(shell.picture.contains("No tensor matches. F9 shows all."))
    shell.press(.enter, .character("?"))
    #expect(shell.picture.contains("F4 search"))
    shell.press(.function(4))
    shell.type("zebra")
    #expect(shell.picture.contains("nothing says 'zebra'; F9 shows all"))
    shell.press(.enter, .escape, .escape, .character(":"))
    shell.type("zebra")
    shell.press(.enter)
    #expect(shell.state.notice?.text == "no command is called 'zebra'; F9 closes")
  }

  @Test("mistakes are told at the start, and all of them by config-problems")
  func problems() {
    var shell = FakeShell(width: 100, height: 30)
    shell.press(.character(":"))
    shell.type("config-problems")
    #expect(shell.picture.contains("not now: the configuration is fine"))
    shell.press(.escape)
    var configuration = Preferences()
    configuration.problems = [
      ConfigurationProblem(
        file: "c.toml", place: Place(line: 3, column: 1), mistake: .unknownSetting("zebra", nearest: nil)),
      ConfigurationProblem(
        file: "c.toml", place: Place(line: 9, column: 2),
        mistake: .wrongType("remember", wanted: "true or false")),
    ]
    shell.state.configure(configuration, file: "c.toml")
    #expect(
      shell.picture.contains(
        "c.toml:3:1: there is no setting 'zebra'; `slotscope config` lists them (and 1 more"))
    shell.press(.character(":"))
    shell.type("config-problems")
    shell.press(.enter)
    for line in ["c.toml:3:1", "there is no setting 'zebra'", "c.toml:9:2", "'remember' takes true or false"]
    {
      #expect(shell.picture.contains(line))
    }
    shell.press(.escape)
    #expect(shell.state.dialogs.isEmpty)
  }

  @Test("columns stand in the order chosen, as many as there is room for")
  func columns() {
    var shell = FakeShell(width: 140, height: 40)
    var configuration = Preferences()
    configuration.columns = ["name", "checksum", "slot"]
    shell.state.configure(configuration, file: "")
    let titles = shell.picture.split(separator: "\n")[3]
    let found = ["NAME", "CHECKSUM", "SLOT"].compactMap { titles.range(of: $0)?.lowerBound }
    #expect(found.count == 3 && found == found.sorted())
    #expect(!titles.contains("SIZE"))
    configuration.columns = ["slot", "checksum", "size", "age", "parameters", "dtype", "type", "name"]
    shell.state.configure(configuration, file: "")
    shell.resize(40, 10)
    let narrow = shell.picture.split(separator: "\n")[3]
    #expect(narrow.contains("497.8 MB") && !narrow.contains("gpt2"))
  }
}
