/// The range of values that a histogram was zoomed and moved to.
struct HistogramWindow: Sendable, Equatable {
  /// nil for all values or the central ones.
  private(set) var zoom: ClosedRange<Double>?

  mutating func reset() { zoom = nil }

  /// Narrows or widens a range by `factor`; what stands at `place` stays where it is. It never grows beyond all values.
  /// - Parameters:
  ///   - range: what is shown.
  ///   - values: from the smallest value to the largest.
  ///   - place: nil for the middle.
  mutating func scale(
    _ range: ClosedRange<Double>, by factor: Double, about place: Double? = nil,
    within values: ClosedRange<Double>
  ) {
    let middle = place ?? range.lowerBound / 2 + range.upperBound / 2
    let (below, above) = ((middle - range.lowerBound) * factor, (range.upperBound - middle) * factor)
    // As narrow as bins can be told apart by.
    let half = below / 2 + above / 2
    guard below >= 0, above >= 0, half.isFinite, half > middle.magnitude.ulp * 4096,
      half > Double.leastNormalMagnitude * 4096
    else { return }
    let wanted =
      max(middle - below, -.greatestFiniteMagnitude)...min(middle + above, .greatestFiniteMagnitude)
    zoom = wanted.lowerBound <= values.lowerBound && wanted.upperBound >= values.upperBound ? values : wanted
  }

  /// Moves a range by quarters of its width, as far as there are values.
  mutating func pan(_ range: ClosedRange<Double>, by quarters: Double, within values: ClosedRange<Double>) {
    let step = (range.upperBound / 4 - range.lowerBound / 4) * quarters
    let moved = (range.lowerBound + step)...(range.upperBound + step)
    guard moved.lowerBound.isFinite, moved.upperBound.isFinite, moved.overlaps(values) else { return }
    zoom = moved
  }
}
