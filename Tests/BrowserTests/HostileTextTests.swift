import Canvas
import Testing

@testable import Browser

private let hostileNames = [
  "\u{1B}[2J\u{1B}]0;owned\u{7}", "a\nb\rc\td", "\u{202E}dlrow",
  "e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}x",
  "模型模型模型模型模型模型模型模型模型模型", String(repeating: "x", count: 100_000), "👩‍👩‍👧‍👦 family", "\u{0}\u{8}\u{7F}",
]

@Suite("Text that would harm a terminal")
struct HostileTextTests {
  @Test("nothing in a name reaches the terminal as a command", arguments: hostileNames)
  func drawn(_ name: String) {
    for size in [(140, 40), (80, 24), (60, 15), (40, 10)] {
      var shell = FakeShell([slot(1, name, name), slot(2)], width: size.0, height: size.1)
      check(shell.state.draw().canvas)
      for _ in 0..<4 {
        shell.press(.tab)
        check(shell.state.draw().canvas)
      }
      shell.press(.character("D"))
      check(shell.state.draw().canvas)
      shell.press(.character("n"), .character("/"))
      shell.send(.event(.paste(name)))
      check(shell.state.draw().canvas)
    }
  }

  private func check(_ canvas: Canvas) {
    for y in 0..<canvas.height {
      var width = 0
      for cell in canvas.row(y) {
        width += Int(cell.width)
        let harmful = cell.text.unicodeScalars.contains {
          $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) || $0.properties.isBidiControl
        }
        #expect(!harmful, "\(cell.text.debugDescription) in row \(y)")
      }
      #expect(width == canvas.width)
    }
  }

  @Test("what is pasted while no field takes text does nothing")
  func paste() {
    var shell = FakeShell()
    shell.send(.event(.paste("Dyq\n")))
    #expect(shell.state.dialogs.isEmpty)
    #expect(shell.takeEffects().isEmpty)
  }
}
