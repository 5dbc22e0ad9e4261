import Canvas
import Testing

@testable import Curses

@Suite("What needs no terminal")
struct PureTests {
  @Test(
    "Base64 as RFC 4648 has it",
    arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")])
  func base64(text: String, encoded: String) {
    #expect(Base64.encode(Array(text.utf8)) == encoded)
  }

  @Test("delays are taken out of terminfo's strings")
  func padding() {
    #expect(Restoration.withoutPadding("\u{1B}[m$<2>\u{F}$x<$<50/>") == "\u{1B}[m\u{F}$x<")
  }

  @Test(
    "the number of colours decides",
    arguments: [
      (256, ColorDepth.many), (16, .sixteen), (88, .sixteen), (8, .eight), (0, .mono), (1 << 24, .eight),
    ])
  func depth(colorCount: Int, depth: ColorDepth) {
    #expect(Theme.depth(colorCount: colorCount) == depth)
  }

  private var heatColors: [HeatColor] {
    let side = HeatColor.divergingSteps
    return (-side...side).map { .diverging(Double($0) / Double(side)) }
      + (0...HeatColor.sequentialSteps).map { .sequential(Double($0) / Double(HeatColor.sequentialSteps)) }
  }

  @Test("of 256 colours every step of both scales has its own, and a sign on it is seen")
  func heatOfMany() {
    let theme = Theme(depth: .many)
    func pair(_ ink: HeatColor?, _ paper: HeatColor?) -> Theme.Pair {
      theme.look(of: Style(heat: Heat(ink: ink, paper: paper))).pair
    }
    for scale in [HeatColor.Scale.diverging, .sequential] {
      let colors = heatColors.filter { $0.scale == scale }
      #expect(Set(colors.map { pair($0, nil) }).count == colors.count)
    }
    for color in heatColors {
      let sign = pair(nil, color)
      #expect(sign.background == pair(color, nil).foreground)
      #expect(sign.foreground == 16 || sign.foreground == 231)
    }
    #expect(pair(nil, .diverging(0)).foreground == 231)
    #expect(pair(nil, .diverging(-1)).foreground == 16)
    #expect(pair(.diverging(1), .diverging(-1)) == Theme.Pair(foreground: 228, background: 159))
  }

  @Test("eight colours tell the sign, and none tells nothing")
  func heatOfFew() {
    func pairs(_ depth: ColorDepth) -> Set<Theme.Pair> {
      Set(heatColors.map { Theme(depth: depth).look(of: Style(heat: Heat(ink: $0, paper: nil))).pair })
    }
    for depth in [ColorDepth.eight, .sixteen] {
      #expect(Set(pairs(depth).map(\.foreground)) == [-1, 3, 4])
    }
    #expect(pairs(.mono) == [Theme.Pair(foreground: -1, background: -1)])
  }

  @Test("values beyond the ends have the last colour, and NaN the middle one")
  func heatBeyond() {
    #expect(HeatColor.diverging(-5) == .diverging(-1))
    #expect(HeatColor.sequential(.infinity) == .sequential(1))
    #expect(HeatColor.diverging(.nan) == .diverging(0))
  }

  @Test("a codeset is UTF-8 however it is written")
  func codesets() {
    #expect(CharacterSet.isUTF8("UTF-8"))
    #expect(CharacterSet.isUTF8("utf8"))
    #expect(!CharacterSet.isUTF8("ANSI_X3.4-1968"))
    #expect(CharacterSet.codeset(ofLocaleNamed: "de_DE.UTF-8@euro") == "UTF-8")
    #expect(CharacterSet.codeset(ofLocaleNamed: "C") == "")
  }

  @Test("two clicks in one cell are a double click only soon after each other, and three are not two of them")
  func doubleClicks() {
    var counter = ClickCounter()
    let start = ContinuousClock.now
    let click = MouseEvent(.click, x: 1, y: 2)
    let double = MouseEvent(.doubleClick, x: 1, y: 2)
    #expect(counter.events(for: click, at: start) == [click])
    #expect(counter.events(for: click, at: start + .milliseconds(300)) == [click, double])
    #expect(counter.events(for: click, at: start + .milliseconds(400)) == [click])
    #expect(counter.events(for: click, at: start + .seconds(2)) == [click])
    let beside = MouseEvent(.click, x: 2, y: 2)
    #expect(counter.events(for: beside, at: start + .milliseconds(2100)) == [beside])
  }

  @Test(
    "reports of the mouse are understood, and others are nothing",
    arguments: [
      ("<0;5;3M", MouseEvent(.click, x: 4, y: 2)), ("<16;5;3M", MouseEvent(.click, x: 4, y: 2)),
      ("<64;1;1M", MouseEvent(.wheelUp, x: 0, y: 0)), ("<65;300;1M", MouseEvent(.wheelDown, x: 299, y: 0)),
      ("M %#", MouseEvent(.click, x: 4, y: 2)), ("<0;5;3m", MouseEvent(.release, x: 4, y: 2)),
      ("<32;5;3M", MouseEvent(.drag, x: 4, y: 2)), ("M#%#", MouseEvent(.release, x: 4, y: 2)),
      ("<64;5;3m", nil), ("<34;5;3M", nil), ("<2;5;3M", nil),
      ("<0;0;3M", nil), ("<0;5M", nil), ("<;;M", nil), ("<0;99999999999999999999;1M", nil), ("I", nil),
      ("1;5A", nil),
    ])
  func mouseReports(text: String, event: MouseEvent?) {
    let bytes = Array(text.utf8)
    #expect((1..<bytes.count).allSatisfy { !MouseReport.isComplete(Array(bytes.prefix($0))) })
    #expect(MouseReport.isComplete(bytes))
    #expect(MouseReport.event(bytes) == event)
  }

  @Test("every error is one line that says what to do")
  func errors() {
    let errors: [TerminalError] = [
      .notATerminal, .unnamedTerminal, .unknownTerminal("x"), .incapableTerminal("dumb"),
    ]
    for error in errors {
      #expect(!error.description.contains("\n"))
      #expect(error.description.contains("try ") || error.description.contains("use "))
    }
  }
}
