import Canvas
import Testing

@Suite("Text on a canvas")
struct CanvasTextTests {
  @Test("text is clipped at every side")
  func clipping() {
    var canvas = Canvas(width: 6, height: 2)
    #expect(canvas.put("abcdefgh", x: 2, y: 0) == 4)
    #expect(canvas.put("wxyz", x: -2, y: 1) == 4)
    canvas.put("no", x: 0, y: 2)
    canvas.put("no", x: 0, y: -1)
    canvas.put("no", x: 6, y: 0)
    #expect(canvas.text == "  abcd\nyz")
  }

  @Test("a wide character that would stand half outside is left out")
  func wideAtTheEdge() {
    var canvas = Canvas(width: 5, height: 2)
    #expect(canvas.put("模型模", x: 0, y: 0) == 4)
    canvas.put("模x", x: -1, y: 1)
    #expect(canvas.text == "模型\n x")
  }

  @Test("writing over half of a wide character removes the other half")
  func halves() {
    var canvas = Canvas(width: 6, height: 2)
    canvas.put("模型模", x: 0, y: 0)
    canvas.put("x", x: 1, y: 0)
    canvas.put("y", x: 2, y: 0)
    #expect(canvas.text == " xy 模\n")
    #expect(canvas.row(0).map(\.width) == [1, 1, 1, 1, 2, 0])
    canvas.put("型", x: 3, y: 0)
    #expect(canvas.text == " xy型\n")
  }

  @Test("combining marks stay in the cell of their character")
  func combining() {
    var canvas = Canvas(width: 4, height: 1)
    #expect(canvas.put("e\u{301}te\u{301}", x: 0, y: 0) == 3)
    #expect(canvas[0, 0].text == "e\u{301}")
    #expect(canvas[1, 0].text == "t")
  }

  @Test("no control character reaches a cell")
  func hostile() {
    var canvas = Canvas(width: 30, height: 1)
    canvas.put("\u{1B}]0;owned\u{7}\r\n\u{202E}x", x: 0, y: 0)
    #expect(canvas.text == "␛]0;owned␇␍␊⟨U+202E⟩x")
  }

  @Test("at most as many columns are used as are given")
  func maximum() {
    var canvas = Canvas(width: 20, height: 1)
    #expect(canvas.put("abcdef", x: 0, y: 0, maxWidth: 3) == 3)
    #expect(canvas.put("abcdef", x: 5, y: 0, maxWidth: -1) == 0)
    #expect(canvas.put([Span("ab", .dim), Span("cd", .good), Span("ef")], x: 10, y: 0, maxWidth: 5) == 5)
    #expect(canvas.text == "abc       abcde")
    #expect(canvas[12, 0].style == .good)
  }

  @Test("numbers end where their column ends")
  func right() {
    var canvas = Canvas(width: 10, height: 3)
    canvas.putRight("497.8 MB", end: 10, y: 0)
    canvas.putRight("2.2 GB", end: 10, y: 1, style: .strong)
    canvas.putRight("a very long text", end: 10, y: 2, maxWidth: 7)
    #expect(canvas.text == "  497.8 MB\n    2.2 GB\n   a v…ext")
  }

  @Test("the selection keeps the colours of what it lies on")
  func selection() {
    var canvas = Canvas(width: 4, height: 2)
    canvas.put("✓", x: 1, y: 0, style: .good)
    canvas.select(Rect(x: 0, y: 0, width: 9, height: 1))
    #expect(canvas[1, 0].style == Style(.good, selected: true))
    #expect(canvas[3, 0].style == .selection)
    #expect(canvas[1, 1].style == .plain)
  }

  @Test("a canvas without room is drawn on without harm", arguments: [0, 1, 2, 3])
  func small(size: Int) {
    var canvas = Canvas(width: size, height: size)
    let rect = Rect(x: 0, y: 0, width: 40, height: 10)
    canvas.box(rect, title: "Slots", facts: "32", focused: true)
    canvas.divider(rect, y: 2, title: "Config")
    canvas.bars(heights: [0.5, 1], behind: [1, 0.2], in: rect)
    canvas.axis([AxisLabel("-1", at: 0)], in: rect)
    canvas.progressBar(0.5, in: rect)
    canvas.scrollThumb(in: rect, first: 3, count: 100)
    canvas.fill(rect)
    #expect(canvas.text.allSatisfy { $0 == "\n" })
  }
}
