import CKernels
import Testing

@testable import Statistics

/// The processor's own code against the portable code: the same bits. Serial, since the choice is the
/// process's.
@Suite(.serialized) struct KernelPathTests {
  private func statistics(
    _ dtype: SlotscopeDType, _ bytes: UnsafeRawBufferPointer, size: Int, bins: Int, upper: Double
  ) -> (SlotscopeSummary, [UInt64]) {
    var summary = SlotscopeSummary()
    slotscope_summary_init(&summary)
    var raw = SlotscopeBins()
    var edges = [Double](repeating: 0, count: bins + 1)
    var thresholds = edges
    var floats = [Float](repeating: 0, count: bins + 1)
    var tables = [UInt32](repeating: 0, count: slotscope_tables_size(UInt32(bins)))
    var counts = [UInt64](repeating: 0, count: bins + 2)
    edges.withUnsafeMutableBufferPointer { edges in
      thresholds.withUnsafeMutableBufferPointer { thresholds in
        floats.withUnsafeMutableBufferPointer { floats in
          slotscope_bins_init(
            &raw, UInt32(bins), -upper, upper, edges.baseAddress, thresholds.baseAddress, floats.baseAddress)
          slotscope_statistics(dtype, bytes.baseAddress, bytes.count / size, &summary, &raw, &tables)
          slotscope_tables_flush(&raw, &tables, &counts)
        }
      }
    }
    return (summary, counts)
  }

  @Test("summary and counts do not depend on the processor", arguments: [20, 126, 127, 1000])
  func paths(_ bins: Int) {
    defer { slotscope_force_portable(0) }
    var floats = normals(9001).map { Float($0) }
    floats[100] = .nan
    floats[5000] = -.infinity
    let doubles = normals(5003, mean: 0.3)
    let integers = normals(3001, std: 3e8).map { Int32($0) }
    floats.withUnsafeBytes { floats in
      doubles.withUnsafeBytes { doubles in
        integers.withUnsafeBytes { integers in
          for (dtype, bytes, size, upper) in [
            (SLOTSCOPE_FLOAT32, floats, 4, 2.5), (SLOTSCOPE_FLOAT64, doubles, 8, 2),
            (SLOTSCOPE_INT32, integers, 4, 7e8),
          ] {
            slotscope_force_portable(0)
            let fast = statistics(dtype, bytes, size: size, bins: bins, upper: upper)
            slotscope_force_portable(1)
            let portable = statistics(dtype, bytes, size: size, bins: bins, upper: upper)
            #expect(fast.1 == portable.1)
            #expect(isSame(fast.0, portable.0))
          }
        }
      }
    }
  }

  private func isSame(_ a: SlotscopeSummary, _ b: SlotscopeSummary) -> Bool {
    a.finite == b.finite && a.nan == b.nan && a.negative_infinite == b.negative_infinite && a.zeros == b.zeros
      && [a.min, a.max, a.sum, a.sum_low, a.squared_deviations].map { $0.bitPattern }
        == [b.min, b.max, b.sum, b.sum_low, b.squared_deviations].map { $0.bitPattern }
  }

  @Test("a difference does not depend on the processor")
  func difference() {
    defer { slotscope_force_portable(0) }
    var floats = normals(9001).map { Float($0) }
    floats[100] = .nan
    let others = normals(9001, mean: 0.1).map { Float($0) }
    let doubles = normals(9001, std: 1e180)
    func made(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer, _ bType: SlotscopeDType) -> [UInt64] {
      var made = SlotscopeDifference()
      slotscope_difference(SLOTSCOPE_FLOAT32, a.baseAddress, bType, b.baseAddress, 9001, 0, &made)
      let sums = [made.absolute, made.squares, made.a_squares, made.b_squares, made.products]
      return [made.finite, made.differing, made.max.bitPattern, made.max_index]
        + sums.flatMap { [$0.high.bitPattern, $0.low.bitPattern] }
    }
    floats.withUnsafeBytes { a in
      others.withUnsafeBytes { b in
        doubles.withUnsafeBytes { c in
          slotscope_force_portable(0)
          let fast = made(a, b, SLOTSCOPE_FLOAT32) + made(a, c, SLOTSCOPE_FLOAT64)
          slotscope_force_portable(1)
          #expect(made(a, b, SLOTSCOPE_FLOAT32) + made(a, c, SLOTSCOPE_FLOAT64) == fast)
        }
      }
    }
  }

  @Test("selection finds what sorting finds")
  func selection() {
    let values =
      normals(1000) + [
        0, -0.0, 0, .greatestFiniteMagnitude, -.leastNonzeroMagnitude, .leastNonzeroMagnitude, 1, 1, 1,
      ]
    for count in [1, 24, 25, values.count] {
      let some = Array(values.suffix(count))
      let sorted = some.sorted()
      let ranks = Array(stride(from: 0, to: count, by: max(1, count / 60))) + [count - 1]
      #expect(valuesOfRanks(ranks, among: some) == ranks.map { sorted[$0] })
    }
    // So many that the first digit has 16 bits, most of them equal.
    let many = normals(20_000) + Array(repeating: -0.25, count: 50_000)
    let sorted = many.sorted()
    let ranks = [0, 1, 9_000, 30_000, 30_000, 60_000, 69_999]
    #expect(valuesOfRanks(ranks, among: many) == ranks.map { sorted[$0] })
  }
}
