import CKernels
import Tensors

/// Finds quantiles of values that need not fit memory, in passes that each tell 16 more bits of all values looked for;
/// once few enough values share the bits that are known, the next pass gathers them, and is the last.
///
/// Floats need at most two passes, doubles four. Memory: 256 KiB for each value looked for and thread.
struct RankSelection {
  /// At most so many values are gathered.
  static let gatherLimit = 1 << 18

  /// A value that is looked for.
  private struct Target {
    /// The bits that are known of it, and how many values with the same bits come before it.
    var prefix: UInt64 = 0
    var before: Int
  }

  private let probabilities: [Double]
  /// None where all values are counted by patterns.
  private let keyBits: Int
  /// Values that were counted by their patterns, and take part.
  private var counted: ArraySlice<SlotscopeCounted> = []
  private var finite = 0
  private var targets: [Target] = []
  private var knownBits = 0
  /// How many values have each prefix that is open; the counted ones among them.
  private var sharing: [UInt64: Int] = [:]
  private var found: [Double]?

  /// - Parameter wide: the dtypes of the values that are not counted by patterns.
  init(_ probabilities: [Double], wide: Set<DType>) {
    self.probabilities = probabilities
    // Every value that has a pattern is a float, too.
    keyBits = wide.isEmpty ? 0 : wide.allSatisfy { $0 == .float32 || $0.isQuantised } ? 32 : 64
  }

  /// Passes over values of more than 16 bits that are needed at most.
  var maximumPasses: Int { keyBits / 16 }

  /// Nil where nothing is finite.
  var quantiles: Quantiles? {
    found.map { Quantiles(probabilities, count: finite, valuesOfRanks: $0) }
  }

  /// What the next pass is to do; nil where nothing is left to tell.
  var step: SelectionStep? {
    if keyBits == 0 { return nil }
    if knownBits == 0 { return SelectionStep(.count, knownBits: 0, isFloat: keyBits == 32, prefixes: []) }
    if targets.isEmpty || found != nil { return nil }
    let total = sharing.values.reduce(0, +)
    let kind: SelectionStep.Kind = counted.isEmpty && total <= Self.gatherLimit ? .gather(total) : .count
    return SelectionStep(kind, knownBits: knownBits, isFloat: keyBits == 32, prefixes: sharing.keys.sorted())
  }

  /// Takes what the first pass counted of the leading bits.
  mutating func begin(digits: [UInt64], counted: ArraySlice<SlotscopeCounted>) {
    if keyBits == 0 {
      finite = counted.reduce(0) { $0 + Int($1.count) }
      if finite > 0 { found = counted.values(ofRanks: Quantiles.ranks(of: probabilities, count: finite)) }
      return
    }
    self.counted = counted
    var counts = digits.isEmpty ? Array(repeating: 0, count: 65536) : digits
    for entry in counted { counts[Int(bits(of: entry.value) >> UInt64(keyBits - 16))] += entry.count }
    finite = Int(slotscope_digits_drop_non_finite(&counts, keyBits == 32 ? 1 : 0))
    if finite > 0 {
      targets = Quantiles.ranks(of: probabilities, count: finite).map { Target(before: $0) }
    }
    narrow(counts) { _ in 0 }
  }

  /// Takes what a later pass found.
  ///
  /// - Parameter digits: 65536 counts for each prefix, in the order of the prefixes.
  mutating func next(_ step: SelectionStep, digits: [UInt64], gathered: [Double]) {
    if case .gather = step.kind {
      finish(gathered)
      return
    }
    let prefixes = sharing.keys.sorted()
    var counts = digits.isEmpty ? Array(repeating: 0, count: 65536 * prefixes.count) : digits
    let number = Dictionary(uniqueKeysWithValues: zip(prefixes, prefixes.indices))
    for entry in counted {
      let bits = bits(of: entry.value)
      guard let prefix = number[bits >> UInt64(keyBits - knownBits)] else { continue }
      counts[prefix << 16 | Int(bits >> UInt64(keyBits - knownBits - 16) & 0xffff)] += entry.count
    }
    narrow(counts) { number[$0] ?? 0 }
  }

  /// Tells the next 16 bits of every target. Where the counts are not what they were, because someone has changed the
  /// values between two passes, a target becomes the last value there is.
  ///
  /// - Parameter number: of a prefix, in the order of the counts.
  private mutating func narrow(_ counts: [UInt64], number: (UInt64) -> Int) {
    sharing = [:]
    counts.withUnsafeBufferPointer { counts in
      var index = 0
      while index < targets.count {
        let prefix = targets[index].prefix
        let start = number(prefix) << 16
        var walk = SlotscopeWalk()
        walk.counts = counts.baseAddress.map { $0 + start }
        walk.is_leading = knownBits == 0 ? 1 : 0
        walk.is_negative = isNegative(prefix) ? 1 : 0
        while index < targets.count, targets[index].prefix == prefix {
          let digit = slotscope_walk_to(&walk, UInt64(targets[index].before))
          targets[index].prefix = prefix << 16 | UInt64(digit)
          targets[index].before -= Int(walk.passed)
          sharing[targets[index].prefix] = Int(counts[start + Int(digit)])
          index += 1
        }
      }
    }
    knownBits += 16
    if knownBits == keyBits, !targets.isEmpty { found = targets.map { value(of: $0.prefix) } }
  }

  /// The values that share the known bits of all targets, in order, are a part of all values in order.
  private mutating func finish(_ gathered: [Double]) {
    var start = 0
    var ranks: [Int] = []
    for (index, target) in targets.enumerated() {
      if index > 0, targets[index - 1].prefix != target.prefix {
        start += sharing[targets[index - 1].prefix] ?? 0
      }
      ranks.append(start + target.before)
    }
    found = gathered.isEmpty ? nil : valuesOfRanks(ranks, among: gathered)
    targets = []
  }

  private func isNegative(_ prefix: UInt64) -> Bool {
    knownBits > 0 && prefix >> UInt64(knownBits - 1) == 1
  }

  private func bits(of value: Double) -> UInt64 {
    keyBits == 32 ? UInt64(Float(value).bitPattern) : value.bitPattern
  }

  private func value(of bits: UInt64) -> Double {
    (keyBits == 32 ? Double(Float(bitPattern: UInt32(bits))) : Double(bitPattern: bits)) + 0.0
  }
}
