import Canvas
import Inspection
import Tensors
import Testing

@testable import Browser

@Suite("Heat maps, as text")
struct HeatMapViewTests {
  /// Grows from the upper left to the lower right.
  private func slope(_ width: Int, _ height: Int, glyphs: Glyphs = .unicode) throws -> HeatMapScreen {
    try HeatMapScreen([96, 400], width: width, height: height, glyphs: glyphs) {
      Double($0[0]) / 96 + Double($0[1]) / 400 - 1
    }
  }

  @Test("shades tell how far from zero")
  func shades() throws {
    let screen = try slope(40, 14)
    #expect(screen.facts == "96 × 400, one cell = 8 × 10")
    #expect(
      screen.picture == """
        ┼███████▓▓▓▓▓▓▓▓▓▒▒▒▒▒▒▒▒▒░░░░░░░░
        █████▓▓▓▓▓▓▓▓▓▒▒▒▒▒▒▒▒░░░░░░░░░
        ██▓▓▓▓▓▓▓▓▒▒▒▒▒▒▒▒▒░░░░░░░░░        ░░░░
        ▓▓▓▓▓▓▓▒▒▒▒▒▒▒▒▒░░░░░░░░         ░░░░░░░
        ▓▓▓▓▒▒▒▒▒▒▒▒░░░░░░░░░         ░░░░░░░░▒▒
        ▒▒▒▒▒▒▒▒▒░░░░░░░░░        ░░░░░░░░░▒▒▒▒▒
        ▒▒▒▒▒▒░░░░░░░░         ░░░░░░░░░▒▒▒▒▒▒▒▒
        ▒▒░░░░░░░░░         ░░░░░░░░▒▒▒▒▒▒▒▒▒▓▓▓
        ░░░░░░░░        ░░░░░░░░░▒▒▒▒▒▒▒▒▒▓▓▓▓▓▓
        ░░░░         ░░░░░░░░░▒▒▒▒▒▒▒▒▓▓▓▓▓▓▓▓▓█
        ░         ░░░░░░░░▒▒▒▒▒▒▒▒▒▓▓▓▓▓▓▓▓▓████
              ░░░░░░░░░▒▒▒▒▒▒▒▒▒▓▓▓▓▓▓▓▓████████
        -0.869 █▓▒░ ░▒▓█ 0.869            |mean|
        mean -0.9523  rows 0-7, columns 0-9
        """)
  }

  @Test("in ASCII there are ten of them")
  func ascii() throws {
    let screen = try slope(40, 14, glyphs: .ascii)
    #expect(screen.facts == "96 x 400, one cell = 8 x 10")
    #expect(
      screen.picture == """
        X@@@@@%%%%###****++++====----::::....
        @@%%%%####****++++====----:::....    ...
        %%%####****++++===----::::....    ....::
        ###****++++====----::::....    ...::::--
        ****++++====----:::....    ....::::----=
        *++++===----::::....    ....::::---====+
        +====----::::....    ...::::----====++++
        ==----:::....    ....::::----====+++****
        --::::....    ....::::---====++++****###
        :::....    ...::::----====++++****####%%
        ...    ....::::----====+++****####%%%%@@
            ....::::---====++++****####%%%%@@@@@
        -0.869 %*=: :=*% 0.869            |mean|
        mean -0.9523  rows 0-7, columns 0-9
        """)
  }

  // MARK: With colours

  /// What a cell is painted with: the steps of ink and paper.
  private func steps(_ cell: Cell) -> [Int?] { [cell.style.heat?.ink?.step, cell.style.heat?.paper?.step] }

  @Test("with 256 colours two cells stand in one of the screen")
  func halves() throws {
    let screen = try HeatMapScreen([3, 2], width: 20, height: 5, glyphs: .unicode.paintingHeat) {
      [-7, 7, 0, 3, 1, -1][$0[0] * 2 + $0[1]]
    }
    let canvas = screen.canvas(isFocused: false)
    #expect(screen.facts == "3 × 2, one value = 2 × 2 cells")
    // Two cells of the picture for each value, either way.
    #expect(canvas[0, 0].text == "▀")
    #expect(steps(canvas[1, 0]) == [-7, -7])
    #expect(steps(canvas[2, 0]) == [7, 7])
    #expect(steps(canvas[2, 1]) == [3, 3])
    #expect(steps(canvas[0, 2]) == [1, 1])
    #expect(canvas[4, 0].text == " " && canvas[4, 0].style == .plain)
    #expect(canvas.text.hasSuffix("value"))
  }

  @Test("an odd last row leaves the lower half to the terminal")
  func odd() throws {
    let screen = try HeatMapScreen([5, 40], width: 40, height: 4, glyphs: .unicode.paintingHeat) {
      Double($0[0] - 2)
    }
    let canvas = screen.canvas(isFocused: false)
    #expect((0..<3).map { steps(canvas[0, $0]) } == [[-7, -4], [0, 4], [7, nil]])
  }

  @Test("values on one side of zero go from the darkest colour to the brightest")
  func sequential() throws {
    let screen = try HeatMapScreen([1, 3], width: 20, height: 4, glyphs: .unicode.paintingHeat) {
      0.8 + 0.1 * Double($0[1])
    }
    let canvas = screen.canvas(isFocused: false)
    #expect(canvas[0, 0].style.heat?.ink == .sequential(0))
    #expect(screen.canvas(isFocused: false).text.contains("0.8       1 "))
  }

  @Test("in ASCII with 256 colours a cell is painted whole")
  func asciiColours() throws {
    let screen = try HeatMapScreen([1, 2], width: 20, height: 4, glyphs: .ascii.paintingHeat) {
      Double(2 * $0[1] - 1)
    }
    let canvas = screen.canvas(isFocused: false)
    #expect(canvas[0, 0].text == " ")
    #expect(canvas[0, 0].style == Style(heat: Heat(ink: nil, paper: .diverging(-1))))
  }

  // MARK: What stands out

  @Test("values that are not finite have signs of their own, and the legend says which")
  func signs() throws {
    let screen = try HeatMapScreen([4, 6], width: 42, height: 12) {
      switch ($0[0], $0[1]) {
      case (1, 1): .nan
      case (2, 3): .infinity
      case (3, 5): -.infinity
      default: Double($0[0] + $0[1]) - 4
      }
    }
    #expect(
      screen.picture == """
        █┼██▓▓▓▓▒▒▒▒░░░░    ░░░░
        ████▓▓▓▓▒▒▒▒░░░░    ░░░░
        ▓▓▓▓NNNN░░░░    ░░░░▒▒▒▒
        ▓▓▓▓NNNN░░░░    ░░░░▒▒▒▒
        ▒▒▒▒░░░░    ∞∞∞∞▒▒▒▒▓▓▓▓
        ▒▒▒▒░░░░    ∞∞∞∞▒▒▒▒▓▓▓▓
        ░░░░    ░░░░▒▒▒▒▓▓▓▓∞∞∞∞
        ░░░░    ░░░░▒▒▒▒▓▓▓▓∞∞∞∞


        -4 █▓▒░ ░▒▓█ 4    |value| · N NaN · ∞ ±Inf
        [0, 0] = -4
        """)
    #expect(screen.canvas()[14, 5].style == Style(.bad, bold: true))
  }

  @Test("a few values that stand out do not flatten the rest")
  func robust() throws {
    let screen = try HeatMapScreen([100, 100], width: 110, height: 60) {
      $0 == [5, 5] || $0 == [70, 3] ? 1e9 : Double($0[0] - 50)
    }
    let scale = try #require(screen.view.scale)
    #expect(scale.isDiverging && scale.upper == 49.5)
    #expect(screen.picture.contains("-49.5 █▓"))
  }

  @Test("where nearly all is zero the rest is still seen")
  func sparse() throws {
    let screen = try HeatMapScreen([100, 100], width: 110, height: 60) { $0 == [5, 5] ? 3 : 0 }
    #expect(screen.view.scale?.upper == 1.5)
    let constant = try HeatMapScreen([10, 10], width: 30, height: 20) { _ in 0 }
    #expect(constant.picture.contains("0 █"))
  }

  @Test("the largest magnitudes can be seen instead of the means")
  func largest() throws {
    var screen = try slope(60, 14)
    screen.press(.measure)
    #expect(screen.picture.contains("largest |x|"))
    #expect(screen.view.scale?.isDiverging == false)
    #expect(screen.requests.count == 1, "the picture has both")
    screen.press(.measure)
    #expect(screen.picture.contains("|mean|"))
  }

  // MARK: Moving

  @Test("the cursor moves by cells, and says what is under it")
  func moving() throws {
    var screen = try slope(60, 14)
    screen.press(.down, .down, .right)
    #expect(screen.view.position == SlicePosition(row: 16, column: 7))
    #expect(screen.picture.contains("rows 16-23, columns 7-13"))
    screen.press(.bottom, .lineEnd)
    #expect(screen.picture.contains("rows 88-95, column 399"))
    screen.press(.down, .right)
    #expect(screen.view.position == SlicePosition(row: 88, column: 399))
    screen.press(.pageDown, .pageRight)
    #expect(screen.view.position == SlicePosition(row: 95, column: 399))
    screen.press(.top, .lineStart, .up, .left)
    #expect(screen.view.position == SlicePosition(row: 0, column: 0))
    #expect(screen.requests.count == 1, "all of it was seen")
  }

  @Test("zooming goes to where the cursor is, until one value fills many cells")
  func zooming() throws {
    var screen = try slope(40, 14)
    screen.press(.pageDown, .bottom, .lineEnd)
    #expect(screen.view.whyDisabled(.zoomOut, in: screen.rect, glyphs: screen.glyphs) == "all of it is seen")
    var facts: [String] = [screen.facts]
    while screen.view.whyDisabled(.zoomIn, in: screen.rect, glyphs: screen.glyphs) == nil {
      screen.press(.zoomIn)
      facts.append(screen.facts)
    }
    #expect(
      facts.map { $0.dropFirst("96 × 400, ".count) } == [
        "one cell = 8 × 10", "one cell = 4 × 5", "one cell = 2 × 3", "one cell = 1 × 2",
        "one cell = one value",
        "one value = 2 × 2 cells", "one value = 4 × 4 cells", "one value = 8 × 8 cells",
      ])
    #expect(
      screen.view.whyDisabled(.zoomIn, in: screen.rect, glyphs: screen.glyphs)
        == "values are not shown any larger")
    #expect(screen.picture.hasSuffix("[88, 390] = 0.8917") && screen.picture.contains("┼"))
    screen.press(.fit)
    #expect(screen.facts == "96 × 400, one cell = 8 × 10")
    #expect(screen.requests.last == screen.requests.first)
  }

  @Test("the cell under the cursor stays under it while one zooms")
  func zoomingKeepsPlace() throws {
    for start in [(0, 0), (40, 200), (95, 399), (13, 391)] {
      var screen = try slope(40, 14)
      #expect(screen.view.go(to: "\(start.0), \(start.1)", in: screen.rect, glyphs: screen.glyphs) == nil)
      for command in [
        TensorViewCommand.zoomIn, .zoomIn, .zoomIn, .zoomIn, .zoomIn, .zoomOut, .zoomOut, .zoomOut,
      ] {
        screen.press(command)
        #expect(screen.view.position == SlicePosition(row: start.0, column: start.1))
        #expect(screen.picture.contains("┼"))
      }
    }
  }

  @Test("while one scrolls, a value keeps its colour, and pages are as far as one sees")
  func scrolling() throws {
    var screen = try slope(40, 14)
    screen.press(.zoomIn, .zoomIn)
    let scale = screen.view.scale
    #expect(screen.facts == "96 × 400, one cell = 2 × 3")
    screen.press(.pageDown)
    #expect(screen.requests.last?.rows == 24..<48)
    screen.press(.pageRight)
    #expect(screen.requests.last?.columns == 120..<240)
    #expect(screen.view.scale == scale)
    screen.press(.pageRight, .pageRight, .pageRight)
    #expect(screen.requests.last?.columns == 282..<400)
    screen.press(.zoomIn)
    #expect(screen.view.scale != scale)
  }

  @Test("the earlier picture is moved and stretched until the new one is there")
  func stretched() throws {
    var screen = try slope(40, 14)
    screen.view.perform(.zoomIn, in: screen.rect, glyphs: screen.glyphs)
    #expect(screen.canvas().text.hasPrefix("┼███████████████▓▓"))
    #expect(screen.canvas()[39, 0].text != " ")
  }

  @Test("only the answer to the newest question counts")
  func newest() throws {
    var screen = try slope(40, 14)
    let first = try #require(screen.requests.first)
    screen.view.perform(.zoomIn, in: screen.rect, glyphs: screen.glyphs)
    let asked = screen.view.follow(in: screen.rect, glyphs: screen.glyphs)
    let second = try #require(asked)
    #expect(screen.view.follow(in: screen.rect, glyphs: screen.glyphs) == nil, "it is on its way")
    screen.view.take(.success(screen.map(first)), for: first, isFinal: true)
    #expect(screen.view.isLoading)
    screen.view.take(.success(screen.map(second, isSampled: true)), for: second, isFinal: false)
    #expect(screen.picture.contains(" sample · "))
    screen.view.take(.success(screen.map(second)), for: second, isFinal: true)
    #expect(!screen.view.isLoading && !screen.picture.contains("sample"))
    screen.view.forget()
    #expect(screen.view.follow(in: screen.rect, glyphs: screen.glyphs) == second)
  }

  @Test("a problem is shown, and gone with the next picture")
  func problem() throws {
    var screen = try slope(40, 14)
    screen.view.perform(.zoomIn, in: screen.rect, glyphs: screen.glyphs)
    let asked = screen.view.follow(in: screen.rect, glyphs: screen.glyphs)
    let request = try #require(asked)
    screen.view.take(.failure("the file is cut short"), for: request, isFinal: true)
    #expect(screen.picture == "the file is cut short")
    screen.press(.zoomIn)
    #expect(screen.picture.contains("mean"))
  }

  // MARK: Other shapes

  @Test("of more axes one goes through the slices, and lays them out in other ways")
  func slices() throws {
    var screen = try HeatMapScreen([3, 4, 20, 30], width: 60, height: 20) {
      Double($0[0] * 4 + $0[1]) + Double($0[2]) / 100
    }
    #expect(screen.facts == "[0, 0, :, :] = 20 × 30, one cell = 2 × 1")
    #expect(
      screen.view.whyDisabled(.previousSlice, in: screen.rect, glyphs: screen.glyphs)
        == "this is the first slice")
    screen.press(.nextSlice, .nextSlice, .nextSlice, .nextSlice, .nextSlice)
    #expect(screen.facts.hasPrefix("[1, 1, :, :] = "))
    #expect(screen.picture.contains("5.1"))
    screen.press(.down, .right, .rearrange)
    #expect(screen.facts == "3 × (4 × 20 × 30), one cell = 1 × 40")
    #expect(
      screen.view.slice.index(row: screen.view.position.row, column: screen.view.position.column) == [
        1, 1, 2, 1,
      ])
    #expect(
      screen.view.whyDisabled(.nextSlice, in: screen.rect, glyphs: screen.glyphs) == "there is only one slice"
    )
    #expect(screen.view.go(to: "2,3,19,29", in: screen.rect, glyphs: screen.glyphs) == nil)
    #expect(screen.view.go(to: "2,3", in: screen.rect, glyphs: screen.glyphs) == nil)
    #expect(screen.view.position == SlicePosition(row: 2, column: 3))
  }

  @Test("a long vector is wrapped, and its last row ends where it does")
  func vector() throws {
    let screen = try HeatMapScreen([70], width: 40, height: 10) { Double($0[0]) }
    #expect(screen.facts == "70 in rows of 16, one value = 1 × 2 cells")
    #expect(
      screen.picture == """
        ┼                 ░░░░░░░░░░░░░░
        ░░░░░░░░░░░░░░░░░░░░▒▒▒▒▒▒▒▒▒▒▒▒
        ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▓▓▓▓▓▓▓▓
        ▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓██████
        ████████████



        0  ░░▒▒▒▓▓█ 69                     value
        [0] = 0
        """)
  }

  @Test("a scalar is one block")
  func scalar() throws {
    let screen = try HeatMapScreen([], width: 40, height: 10) { _ in 2.5 }
    #expect(screen.facts == "1 × 1, one value = 8 × 16 cells")
    #expect(
      screen.picture == """
        ████████████████
        ████████████████
        ████████████████
        ███████┼████████
        ████████████████
        ████████████████
        ████████████████
        ████████████████
        2.5 █                              value
        [] = 2.5
        """)
  }

  @Test(
    "an empty tensor has no picture and asks for none", arguments: [[0], [0, Int.max], [4, 0, 1 << 40]])
  func empty(shape: [Int]) throws {
    var screen = try HeatMapScreen(shape, width: 30, height: 10) { _ in 0 }
    for command in TensorViewCommand.allCases { screen.press(command) }
    #expect(screen.requests.isEmpty)
    #expect(screen.picture == "no values")
    #expect(screen.facts == "empty")
  }

  @Test(
    "every size, shape and command, and nothing is drawn outside",
    arguments: [Glyphs.unicode, .ascii, .unicode.paintingHeat])
  func sizes(glyphs: Glyphs) throws {
    let shapes = [
      [], [1], [40], [1000], [1, 1], [1, 50], [50, 1], [3, 1 << 40], [1 << 40, 3], [2, 3, 4, 5],
      [1 << 62, 1],
    ]
    for shape in shapes {
      for (width, height) in [(0, 0), (1, 1), (2, 9), (9, 2), (12, 4), (20, 8), (70, 3)] {
        var view = try HeatMapView(dtype: .float32, shape: shape)
        let rect = Rect(x: 3, y: 2, width: width, height: height)
        for command in TensorViewCommand.allCases + TensorViewCommand.allCases.reversed() {
          view.perform(command, in: rect, glyphs: glyphs)
          if let request = view.follow(in: rect, glyphs: glyphs) {
            #expect(request.width <= max(1, width) && request.height <= max(1, 2 * height))
            let cells = [HeatMap.Cell](
              repeating: .init(mean: 1, largest: 2, marks: .nan), count: request.width * request.height)
            view.take(
              .success(HeatMap(request: request, cells: cells, isSampled: true)), for: request, isFinal: true)
          }
          var canvas = Canvas(width: width + 6, height: height + 4, glyphs: glyphs)
          view.draw(into: &canvas, rect: rect, isFocused: true)
          canvas.fill(rect)
          let isClean = canvas == Canvas(width: width + 6, height: height + 4, glyphs: glyphs)
          #expect(isClean, "\(shape) \(width)×\(height) \(command)")
        }
        #expect(view.slice.elementCount > view.position.row)
      }
    }
  }
}
