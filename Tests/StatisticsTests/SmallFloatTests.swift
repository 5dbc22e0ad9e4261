import Tensors
import Testing

@testable import Statistics

@Suite struct SmallFloatTests {
  @Test("every bit pattern has the value that ml_dtypes gives it", arguments: smallFloatTables.indices)
  func everyPattern(_ number: Int) throws {
    let (dtype, text) = smallFloatTables[number]
    let expected = text.split(whereSeparator: \.isWhitespace).map { UInt32($0, radix: 16) ?? 0 }
    #expect(expected.count == dtype.patternCount)
    let bytes = packed(expected.indices.map { UInt8($0) }, bits: expected.count.trailingZeroBitCount)
    var values = [Double](repeating: 0, count: expected.count)
    bytes.withUnsafeBytes { bytes in values.withUnsafeMutableBufferPointer { dtype.decode(bytes, into: $0) } }
    for (value, bits) in zip(values, expected) {
      let wanted = Float(bitPattern: bits)
      #expect(wanted.isNaN ? value.isNaN : value == Double(wanted) && value.sign == wanted.sign)
    }
  }

  @Test("so have statistics, quantiles and counts", arguments: smallFloatTables.indices)
  func statistics(_ number: Int) throws {
    let (dtype, text) = smallFloatTables[number]
    let table = text.split(whereSeparator: \.isWhitespace).map {
      Double(Float(bitPattern: UInt32($0, radix: 16) ?? 0))
    }
    // Patterns as often as their number says.
    let patterns = table.indices.flatMap { Array(repeating: UInt8($0), count: $0 + 1) }
    let whole = Array(patterns.prefix(patterns.count / 8 * 8))
    let bits = table.count.trailingZeroBitCount
    let pass = StatisticsPass(
      segments: [TensorSegment(dtype: dtype, byteOffset: 0, elementCount: whole.count)],
      source: ByteRegion(packed(whole, bits: bits)))
    let values = whole.map { table[Int($0)] }
    let finite = values.filter { $0.isFinite }.sorted()
    let made = try pass.statistics(bins: 4, range: .all, quantiles: [0, 0.5, 1])
    #expect(made.summary.count == whole.count)
    #expect(made.summary.nan == values.count { $0.isNaN })
    #expect(made.summary.posInf == values.count { $0 == .infinity })
    #expect(made.summary.zeros == values.count { $0 == 0 })
    #expect(made.summary.min == finite.first)
    #expect(made.summary.max == finite.last)
    #expect(made.histogram?.counts.reduce(0, +) == finite.count)
    let place = Double(finite.count - 1) * 0.5
    let middle = (finite[Int(place)] + finite[Int(place.rounded(.up))]) / 2
    #expect(made.quantiles?.values == [finite.first ?? 0, middle, finite.last ?? 0])
  }

  /// Elements of so many bits, the first in the lowest; whole bytes of them.
  private func packed(_ patterns: [UInt8], bits: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    var waiting = 0
    var count = 0
    for pattern in patterns {
      waiting |= Int(pattern) << count
      count += bits
      while count >= 8 {
        bytes.append(UInt8(truncatingIfNeeded: waiting))
        waiting >>= 8
        count -= 8
      }
    }
    return bytes
  }
}
