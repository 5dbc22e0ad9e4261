/// Inputs made from others by small changes: the same ones at every run.
struct Mutations {
  private let inputs: [[UInt8]]
  private var random = SplitMix64(state: 7)

  init(of inputs: [[UInt8]]) { self.inputs = inputs }

  /// Numbers at the bounds of what fits.
  private static let numbers = [
    "0", "-1", "9223372036854775807", "-9223372036854775808", "18446744073709551616",
  ]
  .map { Array($0.utf8) }

  mutating func next(atMost limit: Int) -> [UInt8] {
    var bytes = inputs[below(inputs.count)]
    for _ in 0...below(4) { change(&bytes) }
    return Array(bytes.prefix(limit))
  }

  private mutating func change(_ bytes: inout [UInt8]) {
    let start = below(bytes.count + 1)
    let end = min(bytes.count, start + below(9))
    switch below(6) {
    case 0: bytes.replaceSubrange(start..<end, with: [UInt8(truncatingIfNeeded: random.next())])
    case 1: bytes.removeSubrange(start..<end)
    case 2: bytes.insert(contentsOf: bytes[start..<end], at: below(bytes.count + 1))
    case 3: bytes.replaceSubrange(start..<end, with: Self.numbers[below(Self.numbers.count)])
    case 4: bytes.replaceSubrange(start..., with: inputs[below(inputs.count)].dropFirst(start))
    default: if start < bytes.count { bytes[start] ^= 1 << UInt8(below(8)) }
    }
  }

  private mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<max(1, limit), using: &random) }
}

/// Sebastiano Vigna's SplitMix64.
private struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
    return value ^ value >> 31
  }
}
