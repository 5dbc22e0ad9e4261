import Canvas
import Testing

@Suite("Curves of dots")
struct CanvasBrailleTests {
  private func picture(_ heights: [Double], behind: [Double] = [], width: Int, height: Int) -> String {
    var canvas = Canvas(width: width, height: height)
    canvas.dots(heights: heights, behind: behind, in: canvas.bounds)
    return canvas.text
  }

  @Test("a cell has two columns of four dots")
  func cell() {
    #expect(picture([0.25, 0.5, 0.75, 1], width: 2, height: 1) == "⣠⣾")
    #expect(picture([0, 0, 1, 0], width: 2, height: 1) == " ⡇")
  }

  @Test("whatever is above nothing has a dot, and more than all is all")
  func ends() {
    #expect(picture([0.001, 0, 7, .nan], width: 2, height: 1) == "⡀⡇")
  }

  @Test("rows stand on each other")
  func rows() {
    #expect(picture([1, 0.5, 0.25, 0.125], width: 2, height: 2) == "⡇\n⣿⣄")
  }

  @Test("the one behind is a line, which is a gap where it runs through the other")
  func line() {
    let flat = [Double](repeating: 0.5, count: 4)
    #expect(picture([], behind: flat, width: 2, height: 1) == "⠤⠤")
    #expect(picture([1, 1, 1, 1], behind: flat, width: 2, height: 1) == "⣛⣛")
    // Where it rises, it goes on from dot to dot.
    #expect(picture([], behind: [0.25, 1, 1, 0.25], width: 2, height: 1) == "⡸⢇")
  }

  @Test("where the line runs it has its own style")
  func styles() {
    var canvas = Canvas(width: 2, height: 1)
    canvas.dots(heights: [1, 1, 1, 1], behind: [0, 0, 0.5, 0.5], in: canvas.bounds)
    #expect(canvas[0, 0].style == .accent && canvas[1, 0].style == .dim)
  }

  @Test("what lies outside is clipped")
  func clipped() {
    var canvas = Canvas(width: 1, height: 1)
    canvas.dots(heights: [1, 1, 1, 1, 1, 1], in: Rect(x: -1, y: -1, width: 3, height: 2))
    #expect(canvas.text == "⣿")
    canvas.dots(heights: [1], in: Rect(x: 0, y: 0, width: 0, height: 0))
    #expect(canvas.text == "⣿")
  }
}

@Suite("Axes")
struct CanvasAxisTests {
  @Test("below bars, a mark stands over each value")
  func below() {
    var canvas = Canvas(width: 21, height: 2)
    canvas.axis(
      [
        AxisLabel("0", at: 0.1), AxisLabel("50", at: 0.5), AxisLabel("51", at: 0.55),
        AxisLabel("99", at: 0.9),
      ],
      hasTicks: true, in: canvas.bounds)
    #expect(canvas.text == "└─┬───────┬───────┬─┘\n  0      50      99")
  }

  @Test("labels fit where two columns are between neighbours")
  func fits() {
    let labels = [AxisLabel("-0.5", at: 0), AxisLabel("0.5", at: 1)]
    #expect(Canvas.axisHolds(labels, width: 9))
    #expect(!Canvas.axisHolds(labels, width: 8))
    #expect(!Canvas.axisHolds([AxisLabel("0", at: .nan)], width: 8))
  }

  @Test("left of bars, values stand at the upper edges of their rows, zero at the corner")
  func left() {
    var canvas = Canvas(width: 6, height: 5)
    canvas.sideAxis(
      [AxisLabel("0", at: 0), AxisLabel("1K", at: 0.5), AxisLabel("2K", at: 1), AxisLabel("2.1K", at: 0.99)],
      in: Rect(x: 0, y: 0, width: 6, height: 4))
    #expect(canvas.text == "  2K ┤\n     │\n  1K ┤\n     │\n   0")
  }
}
