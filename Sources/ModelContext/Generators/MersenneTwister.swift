/// CPython's `random`: MT19937 as Matsumoto and Nishimura published it, seeded as `random.seed(int)` does it.
///
/// Sources: M. Matsumoto, T. Nishimura, "Mersenne Twister", ACM TOMACS 8 (1998); mt19937ar.c (2002), whose
/// `init_by_array` takes the integer's 32-bit limbs, least significant first; CPython's `_randommodule.c`.
///
/// A generator belongs to its build: there is no shared state.
struct MersenneTwister {
  private static let n = 624
  private static let m = 397
  private var state: [UInt32]
  /// The state's words, tempered.
  private var outputs = [UInt32](repeating: 0, count: MersenneTwister.n)
  /// Of the next output; always even.
  private var index = MersenneTwister.n

  init(seed: UInt64) {
    let low = UInt32(truncatingIfNeeded: seed)
    let high = UInt32(truncatingIfNeeded: seed >> 32)
    state = Self.seededState(limbs: high == 0 ? [low] : [low, high])
  }

  private static func seededState(limbs: [UInt32]) -> [UInt32] {
    var state = [UInt32](repeating: 0, count: n)
    state[0] = 19_650_218
    for i in 1..<n {
      state[i] = 1_812_433_253 &* (state[i - 1] ^ (state[i - 1] >> 30)) &+ UInt32(i)
    }
    var i = 1
    var j = 0
    for _ in 0..<max(n, limbs.count) {
      let mixed = (state[i - 1] ^ (state[i - 1] >> 30)) &* 1_664_525
      state[i] = (state[i] ^ mixed) &+ limbs[j] &+ UInt32(j)
      i += 1
      j += 1
      if i >= n {
        state[0] = state[n - 1]
        i = 1
      }
      if j >= limbs.count { j = 0 }
    }
    for _ in 1..<n {
      let mixed = (state[i - 1] ^ (state[i - 1] >> 30)) &* 1_566_083_941
      state[i] = (state[i] ^ mixed) &- UInt32(i)
      i += 1
      if i >= n {
        state[0] = state[n - 1]
        i = 1
      }
    }
    state[0] = 0x8000_0000
    return state
  }

  /// Fills `out` with lo + (hi - lo) · random(), where random() = ((a >> 5) · 2^26 + (b >> 6)) / 2^53 of two
  /// successive outputs a, b.
  mutating func fillUniform(_ out: UnsafeMutableBufferPointer<Double>, low: Double, high: Double) {
    guard let base = out.baseAddress else { return }
    let span = high - low
    var done = 0
    while done < out.count {
      if index >= Self.n { advance() }
      let pairs = min((Self.n - index) / 2, out.count - done)
      outputs.withUnsafeBufferPointer { outputs in
        let from = outputs.baseAddress! + index
        let to = base + done
        for pair in 0..<pairs {
          // Both parts fit an Int32: that conversion is one instruction, of UInt32 it is several.
          let a = Double(Int32(truncatingIfNeeded: from[2 * pair] >> 5))
          let b = Double(Int32(truncatingIfNeeded: from[2 * pair + 1] >> 6))
          to[pair] = low + span * ((a * 67_108_864 + b) * (1 / 9_007_199_254_740_992))
        }
      }
      index += 2 * pairs
      done += pairs
    }
  }

  /// Goes past `count` doubles without making them.
  mutating func skip(_ count: Int) {
    var left = 2 * count
    while left > 0 {
      if index >= Self.n { advance() }
      let step = min(Self.n - index, left)
      index += step
      left -= step
    }
  }

  /// The next 624 outputs: all at once, so that the loops have no branch in them.
  private mutating func advance() {
    state.withUnsafeMutableBufferPointer { state in
      outputs.withUnsafeMutableBufferPointer { outputs in
        let words = state.baseAddress!
        Self.twist(words)
        let to = outputs.baseAddress!
        for k in 0..<Self.n { to[k] = Self.temper(words[k]) }
      }
    }
    index = 0
  }

  @inline(__always)
  private static func temper(_ word: UInt32) -> UInt32 {
    var y = word
    y ^= y >> 11
    y ^= (y << 7) & 0x9d2c_5680
    y ^= (y << 15) & 0xefc6_0000
    return y ^ (y >> 18)
  }

  private static func twist(_ state: UnsafeMutablePointer<UInt32>) {
    @inline(__always) func mix(_ upper: UInt32, _ lower: UInt32, _ other: UInt32) -> UInt32 {
      let y = (upper & 0x8000_0000) | (lower & 0x7fff_ffff)
      return other ^ (y >> 1) ^ ((0 &- (y & 1)) & 0x9908_b0df)
    }
    for k in 0..<n - m { state[k] = mix(state[k], state[k + 1], state[k + m]) }
    for k in n - m..<n - 1 { state[k] = mix(state[k], state[k + 1], state[k + m - n]) }
    state[n - 1] = mix(state[n - 1], state[0], state[m - 1])
  }
}
