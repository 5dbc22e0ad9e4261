import ModelContext
import Tensors

/// Weights that say themselves what they are: slot, stamp and number of values, and then values that follow from slot
/// and stamp. Where two saves got mixed, the values contradict the beginning, whatever any checksum says.
///
/// All values are uint64. With `mix` the finaliser of splitmix64 and `seed = mix(slot · G + stamp)`, value i ≥ 3 is
/// `mix(seed + i · G)`. The number of values follows from the same two, so that a checker that knows them can
/// recompute the whole file; every 16th stamp is larger than what the store writes in one piece (2 MiB).
struct StampedContext {
  let slot: Int
  let stamp: UInt64

  private static let step: UInt64 = 0x9E37_79B9_7F4A_7C15
  private static let wordsInTwoMebibytes: UInt64 = 262_144

  private var seed: UInt64 { Self.mix(UInt64(slot) &* Self.step &+ stamp) }

  var count: Int {
    let number = Self.mix(seed)
    if stamp % 16 == 0 { return Int(Self.wordsInTwoMebibytes + 1 + number % (Self.wordsInTwoMebibytes / 2)) }
    return Int(128 + number % 25_000)
  }

  /// The stamp stands in the config, too: a row that names another save's file is then seen.
  func make() throws -> Context {
    let info = try TensorInfo(name: "stamped", dtype: .uint64, shape: [count])
    let bytes = ByteRegion(byteCount: info.byteCount) { fill($0.bindMemory(to: UInt64.self)) }
    return Context(
      weights: Weights(layout: try WeightLayout([info]), bytes: bytes),
      config: [Self.key: .integer(Int64(stamp))], metadata: ["model_type": "Stamped"])
  }

  private func fill(_ values: UnsafeMutableBufferPointer<UInt64>) {
    let seed = seed
    for index in values.indices { values[index] = Self.mix(seed &+ UInt64(index) &* Self.step) }
    values[0] = UInt64(slot)
    values[1] = stamp
    values[2] = UInt64(values.count)
  }

  private static let key = "stamp"

  /// What is wrong with a context that a slot gave; nil where nothing is.
  ///
  /// - Parameter bytes: of its weights.
  static func fault(of context: Context, in slot: Int) -> String? {
    context.weights.bytes.withUnsafeBytes { bytes in
      let values = bytes.bindMemory(to: UInt64.self)
      guard values.count > 3 else { return "only \(bytes.count) bytes" }
      if values[0] != UInt64(slot) { return "weights of slot \(values[0])" }
      if context.config[key] != .integer(Int64(bitPattern: values[1])) {
        return "weights of stamp \(values[1]) with the row of stamp \(context.config[key]?.text ?? "none")"
      }
      if values[2] != UInt64(values.count) { return "\(values.count) values of \(values[2])" }
      let seed = StampedContext(slot: slot, stamp: values[1]).seed
      let wrong = (3..<values.count).first { values[$0] != mix(seed &+ UInt64($0) &* step) }
      return wrong.map { "value \($0) of \(values.count) is not of stamp \(values[1])" }
    }
  }

  static func mix(_ value: UInt64) -> UInt64 {
    var mixed = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// Numbers that follow from a seed: the same run can be had again.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = StampedContext.mix(seed) }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return StampedContext.mix(state)
  }
}
