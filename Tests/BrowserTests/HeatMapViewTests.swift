import Canvas
import Inspection
import Tensors
import Testing

@testable import Browser

/// A heat map view on a rectangle of cells, and a tensor in which every value is known.
struct HeatMapScreen {
  var view: HeatMapView
  var glyphs: Glyphs
  var rect: Rect
  /// Values computed, in order.
  private(set) var requests: [HeatMapRequest] = []
  private let value: ([Int]) -> Double

  init(
    _ shape: [Int], dtype: DType = .float32, width: Int, height: Int, glyphs: Glyphs = .unicode,
    value: @escaping ([Int]) -> Double
  ) throws {
    view = try HeatMapView(dtype: dtype, shape: shape)
    rect = Rect(x: 0, y: 0, width: width, height: height)
    self.glyphs = glyphs
    self.value = value
    answer()
  }

  /// Computes what the view asks for, value by value.
  mutating func answer(isSampled: Bool = false) {
    guard let request = view.follow(in: rect, glyphs: glyphs) else { return }
    requests.append(request)
    view.take(.success(map(request, isSampled: isSampled)), for: request, isFinal: !isSampled)
  }

  func map(_ request: HeatMapRequest, isSampled: Bool = false) -> HeatMap {
    var cells: [HeatMap.Cell] = []
    for row in 0..<request.height {
      for column in 0..<request.width {
        var found: [Double] = []
        for r in 0..<request.rowsPerCell {
          for c in 0..<request.columnsPerCell {
            let y = request.rows.lowerBound + row * request.rowsPerCell + r
            let x = request.columns.lowerBound + column * request.columnsPerCell + c
            guard y < request.rows.upperBound, x < request.columns.upperBound,
              x < request.slice.columnCount(inRow: y)
            else { continue }
            found.append(value(request.slice.index(row: y, column: x)))
          }
        }
        let finite = found.filter(\.isFinite)
        var marks: HeatMap.Marks = found.isEmpty ? .nothing : []
        if found.contains(where: \.isNaN) { marks.insert(.nan) }
        if found.contains(.infinity) { marks.insert(.positiveInfinity) }
        if found.contains(-.infinity) { marks.insert(.negativeInfinity) }
        cells.append(
          HeatMap.Cell(
            mean: finite.isEmpty ? .nan : finite.reduce(0, +) / Double(finite.count),
            largest: finite.map(abs).max() ?? 0, marks: marks))
      }
    }
    return HeatMap(request: request, cells: cells, isSampled: isSampled)
  }

  mutating func press(_ commands: TensorViewCommand...) {
    for command in commands { view.perform(command, in: rect, glyphs: glyphs) }
    answer()
  }

  func canvas(isFocused: Bool = true) -> Canvas {
    var canvas = Canvas(width: rect.width, height: rect.height, glyphs: glyphs)
    view.draw(into: &canvas, rect: rect, isFocused: isFocused)
    return canvas
  }

  var picture: String { canvas().text }
  var facts: String { view.facts(in: rect, glyphs: glyphs) }
}

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
        -0.869 █▓▒░  ░▒▓█ 0.869           |mean|
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
        -0.869 %*+-..-+*% 0.869           |mean|
        mean -0.9523  rows 0-7, columns 0-9
        """)
  }
}
