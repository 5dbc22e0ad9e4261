import Canvas
import Inspection

/// What of a cell's values is shown.
package enum HeatMeasure: Sendable, Hashable {
  case mean
  /// The largest magnitude.
  case largest

  func value(of cell: HeatMap.Cell) -> Double {
    switch self {
    case .mean: cell.mean
    case .largest: cell.mean.isNaN ? .nan : cell.largest
    }
  }
}

/// Which value has which colour: about zero where there are values on both sides of it, else between the ends.
///
/// The ends are those of the central 98 % of the cells, so that a few that stand out do not flatten the rest; what
/// lies beyond has the last colour.
struct HeatScale: Sendable, Equatable {
  let lower: Double
  let upper: Double
  let isDiverging: Bool

  /// A side of zero that reaches less far than this share of the other does not count.
  private static let negligible = 0.02

  /// nil where no cell has a finite value.
  init?(_ map: HeatMap, _ measure: HeatMeasure) {
    let values = map.cells.map { measure.value(of: $0) }.filter(\.isFinite).sorted()
    guard let first = values.first, let last = values.last else { return nil }
    let rank = (values.count - 1) / 100
    var (low, high) = (values[rank], values[values.count - 1 - rank])
    // Nearly all the same: what is left stands out, and is what there is to see.
    if low == high { (low, high) = (first, last) }
    let reach = max(-low, high)
    isDiverging = low < 0 && high > 0 && min(-low, high) >= Self.negligible * reach
    (lower, upper) = isDiverging ? (-reach, reach) : (low, high)
  }

  /// Diverging: -1...1, else 0...1; values beyond the ends lie at them.
  func share(_ value: Double) -> Double {
    if isDiverging { return max(-1, min(1, value / upper)) }
    // In halves, because the ends may be further apart than a double reaches.
    let span = upper / 2 - lower / 2
    return span > 0 ? max(0, min(1, (value / 2 - lower / 2) / span)) : 1
  }

  func color(_ value: Double) -> HeatColor {
    isDiverging ? .diverging(share(value)) : .sequential(share(value))
  }

  /// Without colours: 0...1, of signed values how far they are from zero.
  func shade(_ value: Double) -> Double { abs(share(value)) }

  /// The value in the middle of column `index` of a bar of `count` columns.
  func value(at index: Int, of count: Int) -> Double {
    let place = (Double(index) + 0.5) / Double(max(1, count))
    return lower * (1 - place) + upper * place
  }
}
