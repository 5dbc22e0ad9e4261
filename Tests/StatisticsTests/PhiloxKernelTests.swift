import CKernels
import Testing

@Suite struct PhiloxKernelTests {
  /// philox4x32-10 of kat_vectors in Random123, the authors' library.
  @Test(
    "the raw blocks are the published ones",
    arguments: [
      ([0, 0, 0, 0], [0, 0], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
      (
        [0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff], [0xffff_ffff, 0xffff_ffff],
        [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
      ),
      (
        [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0],
        [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
      ),
    ] as [([UInt32], [UInt32], [UInt32])])
  func knownAnswers(_ counter: [UInt32], _ key: [UInt32], _ expected: [UInt32]) {
    var words: [UInt32] = [0, 0, 0, 0]
    slotscope_philox4x32_10(counter, key, &words)
    #expect(words == expected)
  }

  private typealias Kernel = (UInt64, UInt32, UInt64, UnsafeMutablePointer<Float>, Int, Float, Float) -> Void

  private func bits(
    _ kernel: Kernel, key: UInt64, tensor: UInt32, first: UInt64, count: Int, _ a: Float, _ b: Float
  ) -> [UInt32] {
    var values = [Float](repeating: 0, count: count)
    values.withUnsafeMutableBufferPointer { values in
      if let start = values.baseAddress { kernel(key, tensor, first, start, count, a, b) }
    }
    return values.map { $0.bitPattern }
  }

  @Test(
    "the fast code gives the portable code's bits, for any range",
    arguments: [0, 1, 3, 61, 64, 1000], [0, 2, 64, 0xffff_ffff * 4 - 70, UInt64.max / 4 - 5000] as [UInt64])
  func paths(_ count: Int, _ first: UInt64) {
    for tensor: UInt32 in [0, 147, .max] {
      let key = 0x9e37_79b9_7f4a_7c15 &* UInt64(tensor + (tensor == .max ? 0 : 1))
      #expect(
        bits(slotscope_philox_normal_f32, key: key, tensor: tensor, first: first, count: count, 0.5, 2)
          == bits(
            slotscope_philox_normal_f32_portable, key: key, tensor: tensor, first: first, count: count, 0.5, 2
          ))
      #expect(
        bits(slotscope_philox_uniform_f32, key: key, tensor: tensor, first: first, count: count, -1, 3)
          == bits(
            slotscope_philox_uniform_f32_portable, key: key, tensor: tensor, first: first, count: count, -1, 3
          ))
    }
  }

  @Test("an element depends on its position alone")
  func position() {
    for kernel in [slotscope_philox_normal_f32, slotscope_philox_uniform_f32] as [Kernel] {
      let whole = bits(kernel, key: 5, tensor: 9, first: 0, count: 700, 0, 1)
      var pieces: [UInt32] = []
      for length in [1, 2, 3, 130, 5, 64, 495] {
        pieces += bits(kernel, key: 5, tensor: 9, first: UInt64(pieces.count), count: length, 0, 1)
      }
      #expect(pieces == whole)
      #expect(bits(kernel, key: 6, tensor: 9, first: 0, count: 700, 0, 1) != whole)
      #expect(bits(kernel, key: 5, tensor: 8, first: 0, count: 700, 0, 1) != whole)
    }
  }

  private func values(_ kernel: Kernel, _ count: Int) -> [Double] {
    bits(kernel, key: 2026, tensor: 1, first: 0, count: count, 0, 1).map { Double(Float(bitPattern: $0)) }
  }

  @Test("uniform values fill [0, 1) evenly")
  func uniform() {
    let count = 1 << 17
    let values = values(slotscope_philox_uniform_f32, count)
    #expect(values.allSatisfy { $0 >= 0 && $0 < 1 })
    #expect((values.reduce(0, +) / Double(count) - 0.5).magnitude < 0.004)
    #expect(kolmogorovSmirnov(values) { $0 } < 1.63)
  }

  @Test("normal values have a normal's moments and distribution")
  func normal() {
    let count = 1 << 17
    let values = values(slotscope_philox_normal_f32, count)
    func moment(_ power: Int) -> Double {
      values.reduce(0) { sum, x in sum + (0..<power).reduce(1) { product, _ in product * x } } / Double(count)
    }
    // Five standard errors each: √(1/n), √(2/n), √(15/n), √(96/n).
    let unit = 5 / Double(count).squareRoot()
    #expect(moment(1).magnitude < unit)
    #expect((moment(2) - 1).magnitude < unit * 2.0.squareRoot())
    #expect(moment(3).magnitude < unit * 15.0.squareRoot())
    #expect((moment(4) - 3).magnitude < unit * 96.0.squareRoot())
    #expect(kolmogorovSmirnov(values) { normalDistribution($0) } < 1.63)
    // Both halves of a pair, and neighbours, are independent.
    let products = zip(values, values.dropFirst()).map { $0 * $1 }
    #expect((products.reduce(0, +) / Double(count)).magnitude < unit)
  }

  @Test("the largest and the smallest words make the values that the definition says")
  func extremes() {
    // Element 4 b of key 0 and tensor 0 is large where word 0 of block b is small: found by search.
    var found: (block: UInt64, word: UInt32) = (0, .max)
    for block in 0..<UInt64(50_000) {
      var words: [UInt32] = [0, 0, 0, 0]
      slotscope_philox4x32_10([UInt32(block), 0, 0, 0], [0, 0], &words)
      if words[0] < found.word { found = (block, words[0]) }
    }
    var pair: [Float] = [0, 0]
    slotscope_philox_normal_f32(0, 0, found.block * 4, &pair, 2, 0, 1)
    let radius = (Double(pair[0]) * Double(pair[0]) + Double(pair[1]) * Double(pair[1])).squareRoot()
    let expected = (-2 * naturalLogarithm(Double(found.word) * 0x1p-32 + 0x1p-33)).squareRoot()
    #expect(radius > 4.4)
    #expect((radius - expected).magnitude < 2e-6)
  }
}
