import Canvas
import Inspection
import Tensors
import Testing

@testable import Browser

/// A table of values on a rectangle of cells.
private struct ValuesScreen {
  var view: ValuesView
  var rect: Rect
  var requests: [ValuesRequest] = []
  let glyphs: Glyphs
  private let value: ([Int]) -> TensorValue

  init(
    _ shape: [Int], dtype: DType = .float32, width: Int, height: Int, glyphs: Glyphs = .unicode,
    value: @escaping ([Int]) -> TensorValue
  ) throws {
    view = try ValuesView(dtype: dtype, shape: shape)
    rect = Rect(x: 0, y: 0, width: width, height: height)
    self.glyphs = glyphs
    self.value = value
    answer()
  }

  mutating func answer() {
    guard let request = view.follow(in: rect) else { return }
    requests.append(request)
    view.take(.success(values(request)), for: request)
  }

  func values(_ request: ValuesRequest) -> TensorValues {
    let slice = request.slice
    let found = request.rows.map { row in
      request.columns.filter { $0 < slice.columnCount(inRow: row) }.map {
        value(slice.index(row: row, column: $0))
      }
    }
    return TensorValues(request: request, dtype: view.dtype, values: found)
  }

  mutating func press(_ commands: TensorViewCommand...) {
    for command in commands { view.perform(command, in: rect) }
    answer()
  }

  mutating func go(_ text: String) -> String? {
    defer { answer() }
    return view.go(to: text, in: rect)
  }

  /// Without the empty rows at its end.
  var picture: String {
    var text = canvas.text
    while text.hasSuffix("\n") { text.removeLast() }
    return text
  }

  var canvas: Canvas {
    var canvas = Canvas(width: rect.width, height: rect.height, glyphs: glyphs)
    view.draw(into: &canvas, rect: rect, isFocused: true)
    return canvas
  }
}

@Suite("Tables of values, as text")
struct ValuesViewTests {
  private func products(_ width: Int, _ height: Int) throws -> ValuesScreen {
    try ValuesScreen([768, 2304], width: width, height: height) {
      .real(Double($0[0]) * 1000 + Double($0[1]) / 7)
    }
  }

  @Test("rows and columns are numbered, and the value under the cursor has all its digits")
  func table() throws {
    var screen = try products(60, 8)
    screen.press(.down, .right, .right)
    #expect(screen.view.facts(glyphs: .unicode) == "768 × 2304")
    #expect(
      screen.picture == """
                      0           1           2           3
          0           0      0.1429      0.2857      0.4286
          1        1000        1000        1000        1000
          2        2000        2000        2000        2000
          3        3000        3000        3000        3000
          4        4000        4000        4000        4000
          5        5000        5000        5000        5000
        [1, 2] = 1000.2857
        """)
    #expect(screen.canvas[38, 2].style == .selection)
  }

  @Test("the window follows the cursor, and the last columns are all seen")
  func moving() throws {
    var screen = try products(60, 8)
    screen.press(.bottom, .lineEnd)
    #expect(
      screen.picture == """
                   2300        2301        2302        2303
        762      762329      762329      762329      762329
        763      763329      763329      763329      763329
        764      764329      764329      764329      764329
        765      765329      765329      765329      765329
        766      766329      766329      766329      766329
        767      767329      767329      767329      767329
        [767, 2303] = 767329
        """)
    #expect(screen.requests.last?.rows == 762..<768)
    screen.press(.pageUp, .pageLeft)
    #expect(screen.requests.last?.rows == 756..<762)
    screen.press(.top, .lineStart)
    #expect(screen.requests.last == screen.requests.first)
    screen.press(.up, .left)
    #expect(screen.view.position == SlicePosition(row: 0, column: 0))
  }

  @Test("an index is gone to as it is typed, and what is wrong with it is said")
  func going() throws {
    var screen = try products(60, 8)
    #expect(screen.go("12,34") == nil)
    #expect(screen.view.position == SlicePosition(row: 12, column: 34))
    #expect(screen.go(" 767 , 2303 ") == nil)
    #expect(screen.view.position == SlicePosition(row: 767, column: 2303))
    #expect(screen.go("768,0") == "the shape is [768, 2304]")
    #expect(screen.go("-1,0") == "the shape is [768, 2304]")
    #expect(screen.go("12") == "an index has 2 numbers")
    for text in ["", "a,b", "1,x", "1;2", "99999999999999999999,1", ","] {
      #expect(screen.go(text) == "an index is numbers: 12, 34")
    }
    #expect(screen.view.position == SlicePosition(row: 767, column: 2303), "what is wrong moves nothing")
    var cube = try ValuesScreen([3, 20, 30], width: 60, height: 8) { .real(Double($0[0])) }
    #expect(cube.go("2,19,29") == nil)
    #expect(cube.view.facts(glyphs: .unicode) == "[2, :, :] = 20 × 30")
    #expect(cube.go("4,5") == nil)
    #expect(cube.canvas.text.hasSuffix("[2, 4, 5] = 2"))
    #expect(cube.go("20,0") == "the slice has rows 0 to 19 and columns 0 to 29")
    #expect(cube.go("3,0,0") == "the shape is [3, 20, 30]")
    #expect(cube.go("1") == "an index has 3 numbers, or 2 in the slice")
  }

  @Test("a long vector is wrapped, its rows numbered by their first element")
  func vector() throws {
    var screen = try ValuesScreen([70], dtype: .int8, width: 50, height: 8) { .integer(Int64($0[0]) - 100) }
    #expect(screen.go("69") == nil)
    #expect(screen.view.facts(glyphs: .unicode) == "70 values")
    #expect(
      screen.picture == """
              +0    +1    +2    +3    +4    +5    +6    +7
         0  -100   -99   -98   -97   -96   -95   -94   -93
        16   -84   -83   -82   -81   -80   -79   -78   -77
        32   -68   -67   -66   -65   -64   -63   -62   -61
        48   -52   -51   -50   -49   -48   -47   -46   -45
        64   -36   -35   -34   -33   -32   -31

        [69] = -31
        """)
  }

  @Test("values that are not finite stand out; complex numbers and bools are written as such")
  func kinds() throws {
    let odd = try ValuesScreen([1, 3], width: 40, height: 3) { .real([.nan, -.infinity, 1e-30][$0[1]]) }
    #expect(
      odd.picture == """
                    0           1           2
        0         NaN        -Inf       1e-30
        """)
    #expect(odd.canvas[22, 1].style == Style(.bad, bold: true))
    let complex = try ValuesScreen([1, 2], dtype: .complex64, width: 60, height: 6) {
      .complex(1.25, Double($0[1]) - 1)
    }
    #expect(
      complex.picture == """
                                0                       1
        0                 1.25-1j                 1.25+0j



        [0, 0] = 1.25-1j
        """)
    let bools = try ValuesScreen([2, 2], dtype: .bool, width: 20, height: 3) { .bool($0[0] == $0[1]) }
    #expect(
      bools.picture == """
               0      1
        0   true  false
        1  false   true
        """)
  }

  @Test("64-bit integers fit their columns")
  func large() throws {
    let screen = try ValuesScreen([2, 2], dtype: .int64, width: 50, height: 3) { _ in .integer(.min) }
    #expect(
      screen.picture == """
                              0                     1
        0  -9223372036854775808  -9223372036854775808
        1  -9223372036854775808  -9223372036854775808
        """)
  }

  @Test("only the answer to the newest question counts")
  func newest() throws {
    var screen = try products(60, 8)
    let first = try #require(screen.requests.first)
    screen.view.perform(.pageDown, in: screen.rect)
    let asked = screen.view.follow(in: screen.rect)
    let second = try #require(asked)
    #expect(screen.view.follow(in: screen.rect) == nil)
    screen.view.take(.success(screen.values(first)), for: first)
    #expect(screen.view.values?.request == first)
    screen.view.take(.failure("cut short"), for: first)
    #expect(screen.view.problem == nil)
    screen.view.take(.failure("cut short"), for: second)
    #expect(screen.picture == "cut short")
    screen.view.forget()
    #expect(screen.view.follow(in: screen.rect) == second)
  }

  @Test("what needs cells of many values is disabled, and says why")
  func disabled() throws {
    let screen = try products(60, 8)
    #expect(screen.view.whyDisabled(.zoomIn) == "values are shown one by one")
    #expect(screen.view.whyDisabled(.nextSlice) == "there is only one slice")
    #expect(screen.view.whyDisabled(.rearrange) == "it has no other axes")
    #expect(screen.view.whyDisabled(.up) == nil)
  }

  @Test("every size and shape, and nothing is drawn outside")
  func sizes() throws {
    for shape in [
      [], [1], [40], [1000], [1, 1], [3, 1 << 40], [1 << 40, 3], [2, 3, 4, 5], [0], [0, Int.max],
      [1 << 62, 1],
    ] {
      for dtype in [DType.bool, .complex128] {
        for (width, height) in [(0, 0), (1, 1), (2, 9), (9, 2), (12, 4), (20, 8), (70, 3)] {
          var view = try ValuesView(dtype: dtype, shape: shape)
          let rect = Rect(x: 3, y: 2, width: width, height: height)
          for command in TensorViewCommand.allCases {
            view.perform(command, in: rect)
            if let request = view.follow(in: rect) {
              #expect(request.rows.count <= max(1, height) && request.columns.count <= max(1, width))
              let row = [TensorValue](
                repeating: .complex(-1.2345e-100, -.infinity), count: request.columns.count)
              view.take(
                .success(
                  TensorValues(
                    request: request, dtype: dtype,
                    values: [[TensorValue]](repeating: row, count: request.rows.count))),
                for: request)
            }
            var canvas = Canvas(width: width + 6, height: height + 4)
            view.draw(into: &canvas, rect: rect, isFocused: true)
            canvas.fill(rect)
            let isClean = canvas == Canvas(width: width + 6, height: height + 4)
            #expect(isClean, "\(shape) \(width)×\(height) \(command)")
          }
        }
      }
    }
  }
}
