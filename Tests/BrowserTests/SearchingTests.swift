import Canvas
import Testing

@testable import Browser

@Suite("Searching as one types")
struct SearchingListTests {
  @Test("a term that lacks its value says so beside the filter, and the list stays")
  func unfinished() {
    var shell = FakeShell()
    shell.press(.character("/"))
    shell.type("resnet")
    let before = shell.state.list.rows
    shell.type(" size:")
    #expect(shell.state.list.query.search == "resnet")
    #expect(shell.state.list.rows == before)
    let line = shell.picture.split(separator: "\n", omittingEmptySubsequences: false)[1]
    #expect(line.contains("size: a number such as 1G, >500M or 1M..2G  / resnet size:"))
    shell.type(">1x")
    #expect(shell.state.list.query.search == "resnet size:>1", "what was valid last stays")
    shell.press(.backspace)
    #expect(shell.state.filterProblem == nil)
  }

  @Test("where there is no room for it beside the filter it stands in the last line, and the tabs stay")
  func medium() {
    var shell = FakeShell(width: 100, height: 30)
    shell.press(.character("/"))
    shell.type("is:x")
    #expect(shell.picture.contains("\n All 7   LLM 4   CNN 3 "))
    #expect(
      shell.picture.hasSuffix(
        "\n is: verified, written, unverified, mismatch, missing, unreadable or damaged"))
  }

  @Test("on a narrow screen it stands in the last line")
  func narrow() {
    var shell = FakeShell(width: 60, height: 15)
    shell.press(.character("/"))
    shell.type("is:x")
    #expect(shell.picture.hasSuffix("\n is: verified, written, unverified, mismatch, missing, unr…"))
  }

  @Test("Enter keeps what can be searched for and says what it leaves out")
  func accepted() {
    var shell = FakeShell()
    shell.press(.character("/"))
    shell.type("gpt updated:")
    shell.press(.enter)
    #expect(shell.state.list.query.search == "gpt")
    #expect(shell.state.notice?.text.hasPrefix("left out of the filter: updated: an age") == true)
    #expect(shell.state.filterProblem == nil)
  }
}
