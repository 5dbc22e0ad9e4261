import Canvas

/// Where the bars of a histogram stand: above an axis of two rows, and right of one where there is room for it.
struct HistogramGeometry: Sendable, Equatable {
  /// The bars alone.
  let plot: Rect
  /// What they are counted by, left of them; empty where it is left out.
  let side: Rect
  /// The line below them, and the values below that.
  let axis: Rect
  /// How many bars there are.
  let count: Int
  /// Bars, or columns of dots, that a column of the screen could hold.
  let unitsPerColumn: Int
  /// How many of these a bar takes.
  let unitsPerBar: Int

  /// - Parameters:
  ///   - values: how many values there are: few get broad bars.
  ///   - sideWidth: columns of the axis at the left, its line included; 0 for none.
  init(in rect: Rect, values: Int, isDotted: Bool, sideWidth: Int) {
    let parts = rect.splitLeft(rect.width >= 5 * sideWidth ? sideWidth : 0)
    unitsPerColumn = isDotted ? Canvas.dotsPerCell.columns : 1
    let units = parts.rest.width * unitsPerColumn
    unitsPerBar = HistogramBars.barWidth(values: values, columns: units)
    count = units / unitsPerBar
    let columns = (count * unitsPerBar + unitsPerColumn - 1) / unitsPerColumn
    let rows = parts.rest.splitLeft(columns).left.splitBottom(2)
    plot = rows.rest
    axis = rows.bottom
    side = parts.left.splitBottom(2).rest
  }

  /// Bins of which each bar has a whole number, so that what it shows is counted and not estimated.
  func bins(atLeast least: Int) -> Int {
    count * max(1, (least + count - 1) / max(1, count))
  }

  /// The columns of the screen that a bar lies in.
  func columns(of bar: Int) -> Range<Int> {
    let first = bar * unitsPerBar / unitsPerColumn
    let end = max(first + 1, ((bar + 1) * unitsPerBar + unitsPerColumn - 1) / unitsPerColumn)
    return plot.x + first..<min(plot.maxX, plot.x + end)
  }

  /// The bar in a column of the screen; the nearest where there is none.
  func bar(atColumn x: Int) -> Int {
    min(max(0, (x - plot.x) * unitsPerColumn / max(1, unitsPerBar)), max(0, count - 1))
  }
}

/// What each of a number of bars spans.
struct BarScale: Sendable, Equatable {
  let range: ClosedRange<Double>
  let count: Int

  var step: Double { (range.upperBound - range.lowerBound) / Double(max(1, count)) }

  /// The bar that a value lies in; the first or last where it lies outside.
  func bar(of value: Double) -> Int {
    let place = (value - range.lowerBound) / step
    guard place.isFinite else { return 0 }
    return Int(min(max(0, place), Double(max(0, count - 1))))
  }

  func range(of bar: Int) -> ClosedRange<Double> {
    let low = range.lowerBound + Double(bar) * step
    let high = bar + 1 >= count ? range.upperBound : range.lowerBound + Double(bar + 1) * step
    return low <= high ? low...high : range
  }

  func middle(of bar: Int) -> Double {
    let range = range(of: bar)
    return range.lowerBound / 2 + range.upperBound / 2
  }
}
