import CKernels

/// How the values of two arrays of the same number of elements lie apart, element by element: a before, b after.
///
/// Values are taken as doubles: 64-bit integers beyond 2^53 are rounded first. Complex numbers are compared as such:
/// `|b - a|` is the magnitude of the difference. Pairs of which either value is NaN or infinite are counted apart, and
/// all numbers are of the others. The sums have about twice a double's precision, so that the results are good to the
/// last digit or two, but of float64 values below 1e-150, whose squares are lost, as in numpy.
public struct ValueDifference: Sendable, Equatable {
  /// Pairs of which both values are finite.
  public let finite: Int
  /// Finite pairs that are not equal; -0 equals 0.
  public let differing: Int
  /// Pairs of which either value is NaN or infinite.
  public let notFinite: Int
  /// Those of them that are neither both NaN nor the same infinity.
  public let notFiniteDiffering: Int
  /// The largest `|b - a|`, infinite where that is larger than any double; nil where no pair is finite.
  public let maxAbs: Double?
  /// The first element that has it, counted in C order.
  public let maxIndex: Int?
  /// The mean of `|b - a|`.
  public let meanAbs: Double?
  /// `‖b - a‖ / ‖a‖`; nil where that is 0 / 0 or, with a alone zero, infinite.
  public let relativeL2: Double?
  /// `a · b / (‖a‖ ‖b‖)`; nil where a or b is zero.
  public let cosine: Double?
  /// Whether the bytes are the same, too, and the dtypes.
  public let bytesAreSame: Bool

  public init(
    finite: Int, differing: Int, notFinite: Int = 0, notFiniteDiffering: Int = 0, maxAbs: Double?,
    maxIndex: Int?, meanAbs: Double?, relativeL2: Double?, cosine: Double?, bytesAreSame: Bool = false
  ) {
    self.finite = finite
    self.differing = differing
    self.notFinite = notFinite
    self.notFiniteDiffering = notFiniteDiffering
    self.maxAbs = maxAbs
    self.maxIndex = maxIndex
    self.meanAbs = meanAbs
    self.relativeL2 = relativeL2
    self.cosine = cosine
    self.bytesAreSame = bytesAreSame
  }

  /// All pairs.
  public var count: Int { finite + notFinite }
  /// Values that differ, finite or not.
  public var allDiffering: Int { differing + notFiniteDiffering }

  init(_ known: SlotscopeDifference) {
    let isKnown = known.finite > 0
    let a = known.a_squares.value.squareRoot()
    let b = known.b_squares.value.squareRoot()
    let mean = known.absolute.value / Double(known.finite) * (known.is_scaled != 0 ? 0x1p600 : 1)
    self.init(
      finite: Int(known.finite), differing: Int(known.differing), notFinite: Int(known.not_finite),
      notFiniteDiffering: Int(known.not_finite_differing), maxAbs: isKnown ? known.max : nil,
      maxIndex: known.max > 0 ? Int(known.max_index) : nil, meanAbs: isKnown ? mean : nil,
      relativeL2: a > 0 ? known.squares.value.squareRoot() / a : nil,
      cosine: a > 0 && b > 0 ? max(-1, min(1, known.products.value / a / b)) : nil,
      bytesAreSame: known.bytes_differ == 0)
  }
}

extension SlotscopeSum {
  fileprivate var value: Double { high + low }
}
