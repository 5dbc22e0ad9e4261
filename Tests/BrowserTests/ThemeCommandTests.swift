import Canvas
import Testing

@testable import Browser

@Suite("Other colours")
struct ThemeCommandTests {
  @Test("next-theme goes to the theme after, from panes and screens, and says its name")
  func next() {
    for keys: [Key] in [[], [.character("H")], [.enter]] {
      var shell = FakeShell()
      for key in keys { shell.press(key) }
      shell.press(.character(":"))
      shell.type("next-theme")
      shell.press(.enter)
      guard case .useTheme(.dark)? = shell.takeEffects().last else {
        Issue.record("no other theme")
        return
      }
      shell.send(.theme(.dark, .unicode.paintingHeat))
      #expect(shell.state.notice?.text == "theme: dark")
      #expect(shell.state.glyphs.paintsHeat)
      shell.press(.character(":"))
      shell.type("next-theme")
      shell.press(.enter)
      guard case .useTheme(.light)? = shell.takeEffects().last else {
        Issue.record("it does not go on")
        return
      }
    }
  }

  @Test("a terminal without colours says so")
  func stuck() {
    var shell = FakeShell()
    shell.send(.theme(.mono, .unicode))
    #expect(shell.state.notice?.text == "theme: mono")
    shell.send(.theme(.mono, .unicode))
    #expect(shell.state.notice?.text == "theme: mono; this terminal has no colours")
  }
}
