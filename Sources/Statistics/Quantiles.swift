/// Values below which given shares of the finite values lie: `numpy.quantile(finite values as float64, probabilities)`
/// with its method "linear", which interpolates between the two values of neighbouring ranks.
public struct Quantiles: Sendable, Equatable, Codable {
  /// 1, 5, 25, 50, 75, 95 and 99 %.
  public static let standardProbabilities = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99]
  public static let maximumCount = 32

  /// Between 0 and 1, ascending.
  public let probabilities: [Double]
  /// As many.
  public let values: [Double]
  /// Whether they are those of all values; otherwise of a sample.
  public let isExact: Bool

  public init(probabilities: [Double], values: [Double], isExact: Bool) {
    self.probabilities = probabilities
    self.values = values
    self.isExact = isExact
  }
}

extension Quantiles {
  /// The quantiles of `count` values, from the values of the ranks in `ranks(of:count:)`.
  init(_ probabilities: [Double], count: Int, valuesOfRanks values: [Double], isExact: Bool = true) {
    let ranks = Self.ranks(of: probabilities, count: count)
    let value = Dictionary(uniqueKeysWithValues: zip(ranks, values))
    self.init(
      probabilities: probabilities,
      values: Self.places(of: probabilities, count: count).map { place in
        let low = value[place.rank] ?? 0
        return Self.interpolate(low, value[place.rank + 1] ?? low, place.share)
      }, isExact: isExact)
  }

  /// Where a quantile lies among `count` values: between the one of a rank and the next.
  private static func places(of probabilities: [Double], count: Int) -> [(rank: Int, share: Double)] {
    probabilities.map { probability in
      let place = Double(count - 1) * probability
      let rank = min(Int(place), count - 1)
      return (rank, rank == count - 1 ? 0 : place - Double(rank))
    }
  }

  /// Whose values are wanted, ascending.
  static func ranks(of probabilities: [Double], count: Int) -> [Int] {
    let ranks = places(of: probabilities, count: count).flatMap { [$0.rank, min($0.rank + 1, count - 1)] }
    return Set(ranks).sorted()
  }

  /// numpy's way, step by step; but for a difference that no double holds, which numpy makes infinite.
  private static func interpolate(_ low: Double, _ high: Double, _ share: Double) -> Double {
    let difference = high - low
    guard difference.isFinite else { return low * (1 - share) + high * share }
    return share >= 0.5 ? high - difference * (1 - share) : low + difference * share
  }

  static func check(_ probabilities: [Double]) throws(StatisticsError) {
    let isAscending = zip(probabilities, probabilities.dropFirst()).allSatisfy { $0 <= $1 }
    guard isAscending, probabilities.count <= maximumCount, probabilities.allSatisfy({ 0...1 ~= $0 }) else {
      throw .probabilities(probabilities)
    }
  }
}
