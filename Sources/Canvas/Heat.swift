/// The colour that stands for a value.
public struct HeatColor: Sendable, Hashable {
  public enum Scale: UInt8, Sendable, Hashable {
    /// About zero: blue below, dark at zero, orange above; the further from zero the brighter. People who can't tell
    /// red from green tell these two apart.
    case diverging
    /// From dark violet by green to yellow, ever brighter.
    case sequential
  }

  public let scale: Scale
  /// Diverging: -7...7, sequential: 0...8.
  public let step: Int

  /// Steps on either side of zero.
  public static let divergingSteps = 7
  /// Steps above the lowest.
  public static let sequentialSteps = 8

  /// - Parameter share: -1...1; what lies beyond, and NaN, is brought there.
  public static func diverging(_ share: Double) -> HeatColor {
    HeatColor(scale: .diverging, step: nearest(max(-1, min(1, share)) * Double(divergingSteps)))
  }

  /// - Parameter share: 0...1; what lies beyond, and NaN, is brought there.
  public static func sequential(_ share: Double) -> HeatColor {
    HeatColor(scale: .sequential, step: nearest(max(0, min(1, share)) * Double(sequentialSteps)))
  }

  private static func nearest(_ value: Double) -> Int { value.isNaN ? 0 : Int(value.rounded()) }
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
