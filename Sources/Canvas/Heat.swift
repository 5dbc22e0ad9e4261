/// The colour that stands for a value.
public struct HeatColor: Sendable, Hashable {
  public enum Scale: UInt8, Sendable, Hashable {
    /// About zero: blue below, dark at zero, orange above; the further from zero the brighter. People who can't tell
    /// red from green tell these two apart.
    case diverging
    /// From dark violet by green to yellow, ever brighter.
    case sequential
    /// Of two histograms over each other: what the one in front has alone, what both have, what the one behind has alone.
    case compared
  }

  public let scale: Scale
  // Every cell of a canvas has room for two colours.
  private let narrowStep: Int8

  /// Diverging: -7...7, sequential: 0...8, compared: 0...2.
  public var step: Int { Int(narrowStep) }

  private init(scale: Scale, step: Int) {
    self.scale = scale
    narrowStep = Int8(step)
  }

  /// Steps on either side of zero.
  public static let divergingSteps = 7
  /// Steps above the lowest.
  public static let sequentialSteps = 8

  /// - Parameter share: -1...1; what lies beyond has the last colour, NaN that of 0.
  public static func diverging(_ share: Double) -> HeatColor {
    HeatColor(scale: .diverging, step: nearest(share, -1...1, divergingSteps))
  }

  /// - Parameter share: 0...1; what lies beyond has the last colour, NaN that of 0.
  public static func sequential(_ share: Double) -> HeatColor {
    HeatColor(scale: .sequential, step: nearest(share, 0...1, sequentialSteps))
  }

  public static func compared(_ part: OverlayPart) -> HeatColor {
    let step =
      switch part {
      case .front: 0
      case .both: 1
      case .behind: 2
      }
    return HeatColor(scale: .compared, step: step)
  }

  private static func nearest(_ share: Double, _ range: ClosedRange<Double>, _ steps: Int) -> Int {
    if share.isNaN { return 0 }
    return Int((min(range.upperBound, max(range.lowerBound, share)) * Double(steps)).rounded())
  }
}

/// What a cell of a picture of values is painted with.
public struct Heat: Sendable, Hashable {
  /// Of the sign that stands in the cell; nil: what reads well on the paper.
  public var ink: HeatColor?
  /// Behind it; nil: the terminal's own background.
  public var paper: HeatColor?

  public init(ink: HeatColor?, paper: HeatColor?) {
    self.ink = ink
    self.paper = paper
  }
}
