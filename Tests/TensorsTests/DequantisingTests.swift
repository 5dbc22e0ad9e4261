import Tensors
import Testing

/// Blocks of every quantised dtype against what GGML's Python package makes of the same bytes.
@Suite struct DequantisingTests {
  /// What `gguf.quants.dequantize` (gguf 0.19.0) made of `Expectation.blocks`.
  static let expectations = [
    Expectation(.q40, scales: [1], first: 0.00011086464, last: -8.544922, hash: 0x8768_9494_020e_cf55),
    Expectation(.q41, scales: [1, 3], first: 0.012571096, last: 0.0037066936, hash: 0x8438_a355_2757_22c5),
    Expectation(.q50, scales: [1], first: -0.00048041344, last: -0.000248909, hash: 0x7773_6719_434f_8494),
    Expectation(.q51, scales: [1, 3], first: 0.012164593, last: -0.011613607, hash: 0x5e52_2df2_5dad_052b),
    Expectation(.q80, scales: [1], first: 0.003362894, last: 4.458893, hash: 0xae2e_d210_8bd6_b4c0),
    Expectation(.q2K, scales: [81, 83], first: -0.0054473877, last: 3.0340576, hash: 0x6765_369c_92f0_1f06),
    Expectation(.q3K, scales: [109], first: 0.007324934, last: -7.8771973, hash: 0x6f1d_b293_66ca_de16),
    Expectation(.q4K, scales: [1, 3], first: -0.29038525, last: 1.4061401, hash: 0x9173_a4b8_760e_d3e2),
    Expectation(.q5K, scales: [1, 3], first: -0.2867267, last: 21.741688, hash: 0xdd8d_70c0_7ffc_cc18),
    Expectation(.q6K, scales: [209], first: -0.5430889, last: -0.3233986, hash: 0x8dca_1d2c_c8bf_adc8),
    Expectation(.iq4NL, scales: [1], first: 0.0012934208, last: -117.91992, hash: 0x19f3_7ad7_9e2c_1fd2),
    Expectation(.iq4XS, scales: [1], first: -0.004065037, last: -1679.1797, hash: 0x68c1_04c7_3af9_e9c6),
    Expectation(.tq10, scales: [53], first: 0.0, last: 0.15966797, hash: 0x6992_a336_1b2b_e479),
    Expectation(.tq20, scales: [65], first: -0.001625061, last: 2.4139881e-05, hash: 0x010f_1613_faec_72bc),
    Expectation(.mxfp4, scales: [], first: 1.9073486e-06, last: 2.1110623e+14, hash: 0x1cea_c5d2_4992_523a),
  ]

  struct Expectation: Sendable, CustomStringConvertible {
    let dtype: DType
    /// The upper bytes of a block's binary16 numbers.
    let scales: Set<Int>
    let first: Float
    let last: Float
    /// FNV-1a, 64 bits, of the floats' bytes.
    let hash: UInt64

    init(_ dtype: DType, scales: Set<Int>, first: Float, last: Float, hash: UInt64) {
      (self.dtype, self.scales, self.first, self.last, self.hash) = (dtype, scales, first, last, hash)
    }

    var description: String { dtype.rawValue }

    static let blockCount = 64

    /// The upper bytes of x ← 6364136223846793005 x + 1442695040888963407 mod 2^64, from 1; scales made finite.
    var blocks: [UInt8] {
      var x: UInt64 = 1
      return (0..<Self.blockCount * dtype.bytesPerBlock).map { place in
        x = x &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let byte = UInt8(x >> 56)
        return scales.contains(place % dtype.bytesPerBlock) ? byte & 0xbf : byte
      }
    }
  }

  /// Starts at an odd address, as tensors may in a file.
  private func dequantised(_ dtype: DType, _ blocks: [UInt8]) -> [Float] {
    let count = blocks.count / dtype.bytesPerBlock * dtype.elementsPerBlock
    return ([0] + blocks).withUnsafeBytes { bytes in
      [Float](unsafeUninitializedCapacity: count) { values, initialized in
        let values = UnsafeMutableBufferPointer(rebasing: values[..<count])
        dtype.dequantise(UnsafeRawBufferPointer(rebasing: bytes[1...]), into: values)
        initialized = count
      }
    }
  }

  @Test("blocks of any bytes are dequantised as GGML does it, bit for bit", arguments: expectations)
  func anyBytes(expected: Expectation) {
    let values = dequantised(expected.dtype, expected.blocks)
    #expect(values.count == Expectation.blockCount * expected.dtype.elementsPerBlock)
    #expect(values.first == expected.first && values.last == expected.last)
    let hash = values.withUnsafeBytes {
      $0.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
    #expect(hash == expected.hash)
  }

  @Test("all quantised dtypes are among them")
  func allOfThem() {
    #expect(Set(Self.expectations.map(\.dtype)) == Set(DType.allCases.filter(\.isQuantised)))
  }

  @Test("decoded to doubles they are the same values", arguments: expectations)
  func doubles(expected: Expectation) {
    let blocks = Array(repeating: expected.blocks, count: 2).flatMap { $0 }
    var doubles = [Double](repeating: .nan, count: 128 * expected.dtype.elementsPerBlock)
    blocks.withUnsafeBytes { bytes in
      doubles.withUnsafeMutableBufferPointer { expected.dtype.decode(bytes, into: $0) }
    }
    #expect(doubles == dequantised(expected.dtype, blocks).map { Double($0) })
  }

  @Test("a number has a value by its place in the block and the block's scale")
  func byHand() {
    // The low halves of the bytes are elements 0 to 15, the high ones 16 to 31.
    let bytes = (0..<16 as Range<UInt8>).map { $0 | (15 - $0) << 4 }
    let numbers: [Float] = Array(0..<16).map { Float($0) }
    let inOrder: [Float] = numbers + numbers.reversed()
    // d = 0.5
    #expect(dequantised(.q40, [0x00, 0x38] + bytes) == inOrder.map { 0.5 * ($0 - 8) })
    // d = 2, m = -1
    #expect(dequantised(.q41, [0x00, 0x40, 0x00, 0xbc] + bytes) == inOrder.map { 2 * $0 - 1 })
    // d = -0.25
    let signed = Array(-16..<16 as Range<Int8>)
    #expect(
      dequantised(.q80, [0x00, 0xb4] + signed.map { UInt8(bitPattern: $0) })
        == signed.map { -0.25 * Float($0) })
    // The smallest subnormal scale, 2^-24.
    let ones = [UInt8](repeating: 1, count: 32)
    #expect(dequantised(.q80, [1, 0] + ones) == [Float](repeating: 0x1p-24, count: 32))
    // 2^(128 - 127) times the numbers that E2M1 has, and their negatives.
    let doubled: [Float] = [0, 1, 2, 3, 4, 6, 8, 12]
    let both: [Float] = doubled + doubled.map { -$0 }
    #expect(dequantised(.mxfp4, [128] + (0..<16 as Range<UInt8>).map { $0 * 17 }) == both + both)
  }

  @Test("a scale that is no number, or infinite, makes its whole block so")
  func notFinite() {
    func block(scale: UInt16, numbers: UInt8) -> [UInt8] {
      [UInt8(scale & 255), UInt8(scale >> 8)] + [UInt8](repeating: numbers, count: 32)
    }
    #expect(dequantised(.q80, block(scale: 0x7e00, numbers: 1)).allSatisfy { $0.isNaN })
    #expect(dequantised(.q80, block(scale: 0x7c00, numbers: 0xff)).allSatisfy { $0 == -.infinity })
    #expect(dequantised(.q80, block(scale: 0x7c00, numbers: 0)).allSatisfy { $0.isNaN })
  }

  @Test("no blocks give no values")
  func none() { #expect(dequantised(.q4K, []).isEmpty) }
}
