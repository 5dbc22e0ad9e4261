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

  @Test("help lists every binding of the panes, and the README table too")
  func complete() {
    let help = HelpDialog(ascii: false) { _ in nil }
    let markdown = bindingTable()
    for binding in BindingTable.all where binding.scope == .panes {
      #expect(help.lines.contains { $0.text == binding.help }, "\(binding.command)")
      #expect(markdown.contains(binding.help), "\(binding.command)")
      for key in binding.keys { #expect(markdown.contains("`\(key.label(ascii: false))`")) }
    }
  }

  @Test("the README table is a table with two columns")
  func markdown() {
    let lines = bindingTable().split(separator: "\n")
    #expect(lines.first == "| keys | what they do |")
    #expect(lines.contains("| `r` | rebuild the slot as it was built |"))
    for line in lines { #expect(line.hasPrefix("| ") && line.hasSuffix(" |")) }
  }

  @Test("every command of the panes has a key")
  func commands() {
    let inDialogs: Set<Command> = [
      .accept, .nextField, .previousField, .nextChoice, .previousChoice, .eraseField, .yes, .no,
    ]
    let bound = Set(BindingTable.all.filter { $0.scope == .panes }.map(\.command))
    #expect(Set(Command.allCases).subtracting(inDialogs) == bound)
  }

  @Test("in ASCII no key name needs more")
  func ascii() {
    for binding in BindingTable.all {
      for key in binding.keys { #expect(key.label(ascii: true).utf8.allSatisfy { $0 < 0x80 }) }
    }
  }
}
