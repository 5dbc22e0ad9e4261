import Canvas
import Testing

@Suite("Bars")
struct CanvasBarsTests {
  private func drawn(width: Int, height: Int, glyphs: Glyphs = .unicode, _ draw: (inout Canvas) -> Void)
    -> String
  {
    var canvas = Canvas(width: width, height: height, glyphs: glyphs)
    draw(&canvas)
    return "\n" + canvas.text
  }

  private let hill = [0, 0.01, 0.25, 0.5, 0.8, 1, 0.75, 0.4, 0.1, 0]

  @Test("a histogram stands on its last row, in eighths of a cell")
  func histogram() {
    #expect(
      drawn(width: 10, height: 3) { $0.bars(heights: hill, in: $0.bounds) } == """

            ▃█▂
           ▄███▂
         ▁▆█████▂
        """)
  }

  @Test("in ASCII it is made of # : .")
  func ascii() {
    #expect(
      drawn(width: 10, height: 3, glyphs: .ascii) { $0.bars(heights: hill, in: $0.bounds) } == """

            .#.
           :###.
         .######.
        """)
  }

  @Test("many values share a column, few are spread")
  func resampling() {
    #expect(
      drawn(width: 3, height: 1) { $0.bars(heights: [0, 0.5, 1, 0, 0, 0.25], in: $0.bounds) } == "\n▄█▂")
    #expect(drawn(width: 6, height: 1) { $0.bars(heights: [0.5, 1], in: $0.bounds) } == "\n▄▄▄███")
  }

  @Test("values that are no heights draw nothing, or all")
  func odd() {
    let values = [Double.nan, -1, .infinity, 7, -.infinity]
    #expect(drawn(width: 5, height: 1) { $0.bars(heights: values, in: $0.bounds) } == "\n  ██")
  }

  @Test(
    "a progress bar grows by eighths and is full only at the end",
    arguments: [
      (0.0, "░░░░░░░░"), (0.25, "██░░░░░░"), (0.68, "█████▍░░"), (0.999, "███████▉"), (1.0, "████████"),
      (2.0, "████████"), (-1.0, "░░░░░░░░"), (Double.nan, "░░░░░░░░"),
    ])
  func progress(fraction: Double, bar: String) {
    #expect(drawn(width: 8, height: 1) { $0.progressBar(fraction, in: $0.bounds) } == "\n" + bar)
  }

  @Test("a progress bar in ASCII")
  func asciiProgress() {
    #expect(
      drawn(width: 8, height: 1, glyphs: .ascii) { $0.progressBar(0.68, in: $0.bounds) } == "\n#####---")
  }

  @Test("a sparkline is text")
  func sparkline() {
    #expect(Glyphs.unicode.sparkline([0.125, 0.25, 0.6, 1, 0.6, 0.001, 0]) == "▁▂▅█▅▁ ")
  }

  @Test("an axis names its ends and what lies between")
  func axis() {
    let labels = [
      AxisLabel("-0.117", at: 0), AxisLabel("0.121", at: 1), AxisLabel("0", at: 0.49),
      AxisLabel("near", at: 0.95),
    ]
    #expect(
      drawn(width: 24, height: 2) { $0.axis(labels, in: $0.bounds) } == """

        └──────────────────────┘
        -0.117     0       0.121
        """)
  }
}
