import Canvas
import Testing

@testable import Browser

@Suite("The table of bindings")
struct BindingTests {
  @Test("no key is bound twice in one scope")
  func unique() {
    for scope in Scope.allCases {
      let keys = BindingTable.all.filter { $0.scope == scope }.flatMap(\.keys)
      #expect(keys.count == Set(keys).count, "\(scope)")
    }
  }

  @Test("help lists every binding of the screen in view, and the README table those of all")
  func complete() {
    let markdown = bindingTable()
    for scope in [Scope.panes] + Scope.screens.map(\.scope) {
      let help = HelpContents(scope: scope, bindings: .standard, ascii: false) { _ in nil }
      for binding in BindingTable.all where binding.scope == scope {
        #expect(
          help.groups.flatMap(\.entries).contains { $0.text == binding.help }, "\(scope) \(binding.command)")
        if !binding.keys.isEmpty { #expect(markdown.contains(binding.help), "\(scope) \(binding.command)") }
      }
    }
    for binding in BindingTable.all where binding.scope == .panes {
      for key in binding.written(ascii: false) { #expect(markdown.contains("`\(key)`")) }
    }
  }

  @Test("the README's tables have two columns, each under its heading")
  func markdown() {
    let parts = bindingTable().split(separator: "\n\n")
    #expect(parts.count == 1 + 2 * Scope.screens.count)
    for (number, screen) in Scope.screens.enumerated() {
      #expect(parts[1 + 2 * number].hasPrefix(screen.title))
    }
    let lines = stride(from: 0, to: parts.count, by: 2).flatMap { parts[$0].split(separator: "\n") }
    #expect(lines.first == "| keys | what they do |")
    #expect(lines.contains("| `b` | build a slot |"))
    for line in lines { #expect(line.hasPrefix("| ") && line.hasSuffix(" |")) }
  }

  @Test("every command stands in the table")
  func commands() {
    #expect(Set(Command.allCases) == Set(BindingTable.all.map(\.command)))
  }

  @Test("every screen has the keys of the program, and a way back")
  func screens() {
    for (scope, _) in Scope.screens {
      for command in [Command.help, .commands, .openShell, .redraw, .suspend, .quit, .close] {
        #expect(
          BindingTable.all.contains { $0.scope == scope && $0.command == command }, "\(scope) \(command)")
      }
    }
  }

  @Test("the ten digits are written as one")
  func digits() {
    let digits = BindingTable.all.first { $0.command == .goToSlot }
    #expect(digits?.written(ascii: false) == ["0…9"])
    #expect(digits?.written(ascii: true) == ["0-9"])
    #expect([Key.character("0"), .home].written(ascii: false) == ["0", "Home"])
  }

  @Test("in ASCII no key name needs more")
  func ascii() {
    for binding in BindingTable.all {
      for key in binding.keys { #expect(key.label(ascii: true).utf8.allSatisfy { $0 < 0x80 }) }
    }
  }
}
