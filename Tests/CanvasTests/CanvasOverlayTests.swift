import Canvas
import Testing

@Suite("Two histograms over each other")
struct CanvasOverlayTests {
  private let front = [0, 0.25, 0.5, 1, 1, 1, 0.5, 0.25, 0]
  private let behind = [0.5, 1, 0.5, 0.5, 0.25, 0.25, 0.6, 0.25, 0.01]

  private func drawn(_ front: [Double], _ behind: [Double], height: Int, _ glyphs: Glyphs) -> Canvas {
    var canvas = Canvas(width: max(front.count, behind.count), height: height, glyphs: glyphs)
    canvas.bars(heights: front, behind: behind, in: canvas.bounds)
    return canvas
  }

  @Test("without colours a shade each tells what one has alone, what the other has alone, and what both have")
  func shaded() {
    #expect(
      "\n" + drawn(front, behind, height: 4, .unicode).text == """

         ▒ ███
         ▒ ███
        ▒▒▓▓██▓
        ▒▓▓▓▓▓▓▓▁
        """)
  }

  @Test("in ASCII # / % do")
  func ascii() {
    #expect(
      "\n" + drawn(front, behind, height: 4, .ascii).text == """

         / ###
         / ###
        //%%##%
        /%%%%%%%.
        """)
  }

  @Test("the top of the one in front is in eighths, that of the one behind where it fills half a cell")
  func tops() {
    let text = drawn([0.3, 0.3, 0.3, 0.1, 0], [0, 0.1, 0.45, 0.7, 0.2], height: 1, .unicode).text
    #expect(text == "▂▂▂▒▂")
  }

  @Test("with colours every part is in eighths of a cell: what both have below, what is higher above it")
  func painted() {
    let canvas = drawn(
      [0.5, 1, 0.5, 1, 0, 0.5], [1, 0.5, 0.5, 1, 0.25, 0], height: 1, .unicode.paintingHeat)
    #expect(canvas.text == "▄▄▄█▂▄")
    func colors(_ ink: OverlayPart, on paper: OverlayPart? = nil) -> Style {
      Style(heat: Heat(ink: .compared(ink), paper: paper.map(HeatColor.compared)))
    }
    #expect(
      canvas.row(0).map(\.style) == [
        colors(.both, on: .behind), colors(.both, on: .front), colors(.both), colors(.both), colors(.behind),
        colors(.front),
      ])
  }

  @Test("where a cell has three parts the least is given to its neighbour: never more than two eighths")
  func threeParts() {
    let height = 1
    for front in 0...8 {
      for behind in 0...8 {
        let cell = drawn([Double(front) / 8], [Double(behind) / 8], height: height, .unicode.paintingHeat)[
          0, 0]
        let both = min(front, behind)
        let top = max(front, behind)
        // What each eighth of the cell shows, from the bottom.
        let rising = Glyphs.unicode.rising.firstIndex(of: cell.text) ?? 0
        let shown = (0..<8).map { $0 < rising ? cell.style.heat?.ink : cell.style.heat?.paper }
        let meant: [HeatColor?] = (0..<8).map {
          $0 < both ? .compared(.both) : $0 < top ? .compared(front > behind ? .front : .behind) : nil
        }
        #expect(zip(shown, meant).filter { $0 != $1 }.count <= 2, "\(front) over \(behind)")
      }
    }
  }

  @Test(
    "a legend's sign is a cell that is full of that part",
    arguments: [Glyphs.unicode, .ascii, .unicode.paintingHeat])
  func legend(_ glyphs: Glyphs) {
    let canvas = drawn([1, 1, 0], [0, 1, 1], height: 1, glyphs)
    let signs = OverlayPart.allCases.map { glyphs.sign(of: $0) }
    #expect(canvas.row(0).map(\.text) == signs.map(\.text))
    #expect(canvas.row(0).map(\.style) == signs.map(\.style))
    #expect(Set(signs).count == 3)
  }

  @Test("values that are no heights draw nothing, or all; lists of different lengths are spread")
  func odd() {
    #expect(drawn([.nan, -1, .infinity], [0, .nan, .infinity], height: 1, .unicode).text == "  ▓")
    #expect(drawn([], [1, 0.5], height: 1, .unicode).text == "▒▒")
    #expect(drawn([1, 0.5], [0, 0, 0, 0], height: 1, .unicode).text == "██▄▄")
  }
}
