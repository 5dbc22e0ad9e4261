import Canvas
import Testing

@Suite("Frames")
struct CanvasBoxTests {
  private func drawn(width: Int, height: Int, glyphs: Glyphs = .unicode, _ draw: (inout Canvas) -> Void)
    -> String
  {
    var canvas = Canvas(width: width, height: height, glyphs: glyphs)
    draw(&canvas)
    return canvas.text
  }

  @Test("a frame carries its title and facts")
  func frame() {
    let picture = drawn(width: 30, height: 5) {
      $0.box($0.bounds, title: "Slots", facts: "3 of 32")
      $0.divider($0.bounds, y: 2, title: "Config", facts: "4")
    }
    #expect(
      picture == """
        ╭─ Slots ─────────── 3 of 32 ╮
        │                            │
        ├─ Config ──────────────── 4 ┤
        │                            │
        ╰────────────────────────────╯
        """)
  }

  @Test("in ASCII it is made of + - |")
  func ascii() {
    let picture = drawn(width: 20, height: 3, glyphs: .ascii) {
      $0.box($0.bounds, title: "a very long title", facts: "")
    }
    #expect(
      picture == """
        +- a very ~g title +
        |                  |
        +------------------+
        """)
  }

  @Test(
    "facts give way to the title, and the title is cut in the middle",
    arguments: [
      (24, "╭─ weights ──── linear ╮"),
      (21, "╭─ weights ─ linear ╮"),
      (20, "╭─ weights ────────╮"),
      (12, "╭─ weights ╮"),
      (11, "╭─ wei…ts ╮"),
      (6, "╭─ … ╮"),
      (5, "╭───╮"),
      (2, "╭╮"),
      (1, ""),
    ])
  func narrow(width: Int, top: String) {
    let picture = drawn(width: width, height: 2) { $0.box($0.bounds, title: "weights", facts: "linear") }
    #expect(picture.split(separator: "\n", omittingEmptySubsequences: false)[0] == top)
  }

  @Test("a hostile title of any length stays in its border")
  func hostileTitle() {
    let picture = drawn(width: 20, height: 2) {
      $0.box($0.bounds, title: String(repeating: "模\u{1B}[2J\n", count: 20_000), facts: "\u{202E}")
    }
    #expect(
      picture == """
        ╭─ 模␛[2J␊…模␛[2J␊ ╮
        ╰──────────────────╯
        """)
  }

  @Test("the focused frame's title is in the accent, and its line is not")
  func focus() {
    var canvas = Canvas(width: 12, height: 2)
    canvas.box(canvas.bounds, title: "Slots", focused: true)
    #expect(canvas[3, 0].style == .focusedTitle)
    #expect(canvas[2, 0].style == .border)
    #expect(canvas[0, 0].style == .border)
  }

  @Test("a rule has no corners")
  func rule() {
    #expect(
      drawn(width: 16, height: 1) { $0.rule(x: 0, y: 0, width: 16, title: "Slots") } == "── Slots ───────")
  }

  @Test(
    "the scroll thumb reaches an end of its track only with the list",
    arguments: [(0, 0), (1, 1), (89, 7), (90, 8)])
  func thumb(first: Int, row: Int) {
    var canvas = Canvas(width: 1, height: 9)
    canvas.scrollThumb(in: canvas.bounds, first: first, count: 99)
    #expect((0..<9).filter { canvas[0, $0].text == "┃" } == [row])
  }
}
