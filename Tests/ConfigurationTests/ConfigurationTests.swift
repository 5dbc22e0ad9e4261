import Canvas
import Foundation
import Testing

@testable import Configuration

private let vocabulary = Vocabulary(
  themes: ["auto", "dark", "mono"], columns: ["slot", "type", "name"],
  commands: [
    Vocabulary.Command(
      scope: "panes", name: "rebuild", keys: [.character("r")], help: "rebuild the slot", isOnScreen: true,
      takesText: false),
    Vocabulary.Command(
      scope: "panes", name: "quit", keys: [.character("q")], help: "quit", isOnScreen: true, takesText: false),
    Vocabulary.Command(
      scope: "tensors", name: "fold-all", keys: [.character("z"), .function(2)], help: "fold all groups",
      isOnScreen: true, takesText: false),
    Vocabulary.Command(
      scope: "form", name: "accept", keys: [.enter], help: "start", isOnScreen: false, takesText: true),
  ])

private func read(_ text: String) -> Preferences {
  ConfigurationReader.read(text, file: "config.toml", vocabulary: vocabulary)
}

@Suite("The configuration")
struct ConfigurationTests {
  @Test("everything that can be set")
  func everything() {
    let configuration = read(
      """
      # a comment with = and [brackets]
      theme = "mono"
      columns = ["name",  # the one that matters
                 'slot']
      keep = 3
      parallel-builds = 2
      remember = false

      [keys]
      rebuild = "Ctrl-R"
      [keys.tensors]
      fold-all = ["Z", "F5", "Z"]
      """)
    #expect(configuration.problems == [])
    #expect(configuration.theme == "mono")
    #expect(configuration.columns == ["name", "slot"])
    #expect(configuration.keep == 3)
    #expect(configuration.parallelBuilds == 2)
    #expect(configuration.remember == false)
    #expect(
      configuration.keys == [
        Preferences.KeySetting(
          scope: nil, command: "rebuild", keys: [.ctrl("r")], place: Place(line: 10, column: 1)),
        Preferences.KeySetting(
          scope: "tensors", command: "fold-all", keys: [.character("Z"), .function(5)],
          place: Place(line: 12, column: 1)),
      ])
  }

  @Test("nothing sets nothing")
  func nothing() {
    #expect(read("") == Preferences())
    #expect(read("\n # only words\n") == Preferences())
  }

  @Test(
    "every mistake names file, line and column, and the way out",
    arguments: [
      ("\ntheme = \"blue\"", "config.toml:2:1: 'blue' is nothing for 'theme'; it takes auto, dark or mono"),
      ("theme = 3", "config.toml:1:1: 'theme' takes auto, dark or mono"),
      ("  thme = 'dark'", "config.toml:1:3: there is no setting 'thme'; 'theme' was meant?"),
      ("zebra = 1", "config.toml:1:1: there is no setting 'zebra'; `slotscope config` lists them"),
      ("columns = 'name'", "config.toml:1:1: 'columns' takes a list of slot, type or name"),
      ("columns = []", "config.toml:1:1: 'columns' takes a list of slot, type or name"),
      ("columns = ['name', 3]", "config.toml:1:1: 'columns' takes a list of slot, type or name"),
      ("columns = ['nam']", "config.toml:1:1: 'nam' is nothing for 'columns'; it takes slot, type or name"),
      ("columns = ['name', 'name']", "config.toml:1:1: the column 'name' is there twice; take one away"),
      ("keep = -1", "config.toml:1:1: -1 is nothing for 'keep'; it takes 0 to 1000"),
      ("keep = 1.5", "config.toml:1:1: 'keep' takes a number from 0 to 1000"),
      ("parallel-builds = 0", "config.toml:1:1: 0 is nothing for 'parallel-builds'; it takes 1 to 64"),
      ("remember = 'no'", "config.toml:1:1: 'remember' takes true or false"),
      ("keys = 'x'", "config.toml:1:1: 'keys' takes a table: [keys] and below it command = \"key\""),
      (
        "[keys]\nrebild = 'x'", "config.toml:2:1: there is no command 'rebild'; 'rebuild' was meant?"
      ),
      (
        "[keys]\naccept = 'F5'",
        "config.toml:2:1: there is no command 'accept'; `slotscope config --example` lists them"
      ),
      (
        "[keys.tensors]\nrebuild = 'x'",
        "config.toml:2:1: there is no command 'rebuild' in tensors; `slotscope config --example` lists them"
      ),
      (
        "[keys.tensor]\nfold-all = 'x'",
        "config.toml:1:7: there is no part 'tensor' of the browser; there are panes, tensors, form"
      ),
      ("[keys]\nrebuild = 3", "config.toml:2:1: 'rebuild' takes a key such as \"Ctrl-R\", or a list of keys"),
      (
        "[keys]\nrebuild = 'Strg-R'",
        "config.toml:2:1: 'Strg-R' is no key for 'rebuild'; keys are written x, Space, Ctrl-R, F5, PgUp, Shift-Tab"
      ),
      (
        "[keys.form]\naccept = 'x'",
        "config.toml:2:1: 'x' is text in form, so it can't be a key of 'accept'; Ctrl-… or F1 to F24 can"
      ),
      ("[keys]\nquit = []", "config.toml:2:1: 'quit' needs a key: without one nobody gets out"),
    ])
  func mistakes(_ text: String, _ wanted: String) {
    #expect(read(text).problems.map(\.description) == [wanted])
    // The rest counts, before and after it.
    if !text.contains("keep"), !text.contains("[keys") {
      let configuration = read("keep = 7\n" + text + "\n[keys]\nrebuild = 'x'\n")
      #expect(configuration.keep == 7)
      if !text.contains("keys") { #expect(configuration.keys.map(\.command) == ["rebuild"]) }
    }
  }

  @Test("a line that is not TOML is told with its place, and the rest counts")
  func syntax() throws {
    let configuration = read("keep = 2\ntheme == 'dark'\nremember = false\n")
    #expect(configuration.problems.count == 1)
    let problem = try #require(configuration.problems.first)
    #expect(problem.place == Place(line: 2, column: 8))
    #expect(problem.description.hasPrefix("config.toml:2:8: not TOML: "))
    #expect(problem.description.hasSuffix("; this line does not count"))
    #expect(configuration.keep == 2)
    #expect(configuration.remember == false)
  }

  /// Many of these failed an assertion of the library, which then ended the process.
  @Test(
    "a line that is not TOML is told with its place, whatever it is, and the rest counts",
    arguments: [
      ("[", 2), (" [ =]", 4), ("[\u{e}", 2), ("[[\té]]", 4), ("[\u{301}", 2), ("[\u{feff}]", 2), ("[ ]]", 3),
      ("[\u{b}keys]", 2), ("[keys", 6), ("[a..b]", 4), ("[keys]]", 7), ("\u{feff}[", 1), ("\u{301}a = 1", 1),
      ("[[a]\nb = 1", 5), ("a.b.c...", 7), ("a", 2), ("a =", 4), ("= 1", 1), ("'a", 3), ("'''a''' = 1", 1),
      ("a = 1979-05-27T07:32:00.", 25), ("a = 07:32:61", 13), ("a = 1980-05-27T-07:[1900Z", 19),
      ("a = 1980-05-27 0 ", 17), ("a = 2000-02-30", 15), ("a = 0x", 7), ("a = 1e", 7), ("a = 1__0", 7),
      ("a = _1", 5), ("a = +", 5), ("a = 9223372036854775808", 24), ("a = tru", 8), ("a = nop", 6),
      ("a = \"b", 7), ("a = 'b", 7), ("a = \"\\q\"", 7), ("a = \"\\u12\"", 10),
      ("a = \"\u{1b}\"", 6), ("a = 1 # \u{7}", 9), ("a = 'b' 'c'", 9), ("a = \r", 5), ("a = 1\rb = 2", 7),
      ("a = {b = 1, b = 2}", 17), ("a = {b = 1,}", 12), ("a = {b = 1", 11), ("a = {b}", 7),
      ("a = [1 2]", 8), ("a = [,]", 6), ("a = " + String(repeating: "[", count: 100_000), 21),
      ("a = " + String(repeating: "{a = ", count: 10_000), 85),
      ("a" + String(repeating: ".a", count: 100_000) + " = 1", 129),
      ("[a" + String(repeating: " . 'a'", count: 100_000) + "]", 384),
      ("a = 1" + String(repeating: "_", count: 116) + "979-05-27 07:00:00", 106),
      ("a = '" + String(repeating: "b", count: 100_000), 100_006),
    ])
  func badLines(_ line: String, _ column: Int) throws {
    let configuration = read("keep = 2\n" + line + "\n[keys]\nrebuild = 'x'\n")
    let problem = try #require(configuration.problems.first)
    #expect(problem.place == Place(line: 2, column: column), "\(problem)")
    #expect(problem.description.hasPrefix("config.toml:2:\(column): not TOML: "))
    #expect(problem.description.hasSuffix("; this line does not count"))
    #expect(configuration.keep == 2)
    #expect(configuration.keys.map(\.command) == ["rebuild"])
  }

  @Test("of what is there twice the first counts")
  func twice() {
    let configuration = read("keep = 2\nkeep = 3\n[keys]\nrebuild = 'x'\n[keys]\nrebuild = 'y'\nquit = 'z'\n")
    #expect(configuration.problems.map(\.place.line) == [2, 5])
    #expect(configuration.keep == 2)
    #expect(configuration.keys.map(\.keys) == [[.character("x")]])
  }

  @Test(
    "what is TOML, but no setting takes, is passed over",
    arguments: [
      "a = 1979-05-27T07:32:00.5Z", "a = 07:32:00", "a = inf", "a = 1e5", "[[a]]\nb = 1\n[[a]]\nb = 2\n[a.c]",
      "a = [[[[[[[[[[[[[1]]]]]]]]]]]]]", "a = {b.c = [{d = {e = 1}}]}",
      "[a" + String(repeating: ".a", count: 63) + "]",
    ])
  func others(_ text: String) {
    let configuration = read("keep = 2\n" + text)
    #expect(configuration.problems.map(\.mistake) == [.unknownSetting("a", nearest: nil)])
    #expect(configuration.keep == 2)
  }

  @Test("dots, lines to fill in and long lines are good in comments")
  func comments() {
    let lines = [".", ". ", "_", "long "].map { "# " + String(repeating: $0, count: 5000) }
    #expect(read(lines.joined(separator: "\n")) == Preferences())
  }

  @Test("below a bad heading nothing is taken for what it is not")
  func heading() {
    let configuration = read("keep = 2\n[keys\nrebuild = 'x'\n[keys.tensors]\nfold-all = 'x'\n")
    #expect(configuration.problems.map(\.place.line) == [2])
    #expect(configuration.keys.map(\.command) == ["fold-all"])
  }

  @Test("several mistakes are all told, in their order")
  func several() {
    let problems = read("theme = 1\nkeep = = 2\nzebra = 1\n[keys]\nquit = 'Hyper-Q'\n").problems
    #expect(problems.map(\.place.line) == [1, 2, 3, 5])
  }

  @Test(
    "a list that never ends is one mistake or two, and ends",
    arguments: ["columns = ['name',\n\n", "theme = '''x\ny\n", "keys = {\n"])
  func unended(_ text: String) {
    let configuration = read("keep = 2\n" + text)
    #expect((1...2).contains(configuration.problems.count))
    #expect(configuration.keep == 2)
  }

  @Test("lines may end as Windows ends them")
  func carriageReturns() {
    let configuration = read("keep = 2\r\ntheme == 'dark'\r\nremember = false\r\n")
    #expect(configuration.problems.map(\.place) == [Place(line: 2, column: 8)])
    #expect(configuration.keep == 2)
    #expect(configuration.remember == false)
  }

  @Test("a long file that is no configuration is given up soon")
  func noConfiguration() {
    let configuration = read(String(repeating: "= 1\n", count: 100_000) + "keep = 2\n")
    #expect(configuration.problems.map(\.place.line) == [1, 100])
    #expect(configuration.problems.last?.mistake == .tooManyMistakes(limit: 100))
    #expect(configuration.keep == nil)
  }

  @Test("a NUL character hides nothing of what follows")
  func null() {
    let configuration = read("keep = 2\nx = '\0'\nremember = false")
    #expect(configuration.problems.map(\.place) == [Place(line: 2, column: 6)])
    #expect(configuration.remember == false)
  }

  @Test("places are found whatever stands before them")
  func places() {
    let text = """
      a = \"\"\"
      b = 1 [x]
      \"\"\"
      c = [ "]", '[', # b = 2
        { b = 1 } ]
        "d e".f = 'x # y'
      [ t . 'u.v' ]
      b = {x = 1, 'é' . y = 2}
      """
    #expect(
      read(text).problems.map(\.place) == [
        Place(line: 1, column: 1), Place(line: 4, column: 1), Place(line: 6, column: 3),
        Place(line: 7, column: 3),
      ])
    let keys = read("[keys]\nrebuild = 'x'\n'tensors' . \"fold-all\" = 'y'\nform = { accept = 'F5' }").keys
    #expect(
      keys.map(\.place) == [
        Place(line: 2, column: 1), Place(line: 3, column: 13), Place(line: 4, column: 10),
      ])
  }

  @Test("the example sets nothing as it is, and is good with every # taken away")
  func example() throws {
    let text = ConfigurationExample.text(file: "config.toml", vocabulary)
    #expect(read(text) == Preferences())
    // Lines of code, other than the sample of [keys], which would say things twice.
    let code = text.split(separator: "\n").map { $0.dropFirst(2) }.filter {
      $0.hasPrefix("[keys.") || ($0.contains(" = ") && $0.first?.isLetter == true)
    }
    let opened = try #require(code.firstIndex { $0.hasPrefix("[keys.") })
    let top = code[..<opened].filter { line in
      Setting.Name.allCases.contains { line.hasPrefix($0.rawValue + " = ") }
    }
    let configuration = read((top + code[opened...]).joined(separator: "\n"))
    #expect(configuration.problems == [])
    #expect(top.count == Setting.Name.allCases.count)
    #expect(configuration.keys.map(\.command) == vocabulary.commands.map(\.name))
    #expect(configuration.keys.map(\.keys) == vocabulary.commands.map(\.keys))
  }
}

@Suite("The configuration's file")
struct ConfigurationFileTests {
  private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
    "config-\(UUID().uuidString)"
  ).path

  private func file() -> ConfigurationFile {
    ConfigurationFile(environment: ["HOME": "/h", "XDG_CONFIG_HOME": folder])
  }

  private func write(_ bytes: [UInt8]) throws {
    try FileManager.default.createDirectory(atPath: folder + "/slotscope", withIntermediateDirectories: true)
    try Data(bytes).write(to: URL(fileURLWithPath: folder + "/slotscope/config.toml"))
  }

  @Test("it is where XDG says")
  func path() {
    #expect(ConfigurationFile(environment: ["HOME": "/h"]).path == "/h/.config/slotscope/config.toml")
    #expect(ConfigurationFile(environment: ["HOME": "/h"]).name == "~/.config/slotscope/config.toml")
    #expect(
      ConfigurationFile(environment: ["HOME": "/h", "XDG_CONFIG_HOME": "/c"]).path
        == "/c/slotscope/config.toml")
    #expect(
      ConfigurationFile(environment: ["HOME": "/h", "XDG_CONFIG_HOME": "c"]).path
        == "/h/.config/slotscope/config.toml")
  }

  @Test("no file sets nothing; a folder, bytes that are no text, and far too much are told")
  func badFiles() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    #expect(file().read(vocabulary) == Preferences())
    try write(Array("keep = 2\n".utf8))
    #expect(file().read(vocabulary).keep == 2)
    try write(Array("keep = 2\nname = '".utf8) + [0xFF, 0x27])
    #expect(file().read(vocabulary).problems.map(\.place.line) == [2])
    #expect(file().read(vocabulary).problems.map(\.mistake) == [.notUTF8])
    try write(Array(repeating: 0x20, count: ConfigurationFile.limit + 1))
    #expect(file().read(vocabulary).problems.map(\.mistake) == [.tooLarge(limit: ConfigurationFile.limit)])
    try FileManager.default.removeItem(atPath: folder + "/slotscope/config.toml")
    try FileManager.default.createDirectory(
      atPath: folder + "/slotscope/config.toml", withIntermediateDirectories: true)
    #expect(file().read(vocabulary).problems.map(\.mistake) == [.unreadable(reason: "Is a directory")])
  }
}
