import Foundation
import ModelContext
import Statistics
import Tensors

/// The profile of a tensor as `summary_json` has it: the dtype, a space, and in base64
///
/// - as varints (LEB128, unsigned): the tensor's offset, its number of elements, NaN, +Inf, -Inf, zeros;
/// - where any value is finite, as little-endian doubles: min, max, mean, std, the 1, 5, 25, 50, 75, 95 and 99 %
///   quantiles, the lower and the upper bound of the histogram; then as varints the values below that, those above, and
///   the counts of its 64 bins.
enum ProfileRecord {
  static func text(_ profile: TensorProfile, of tensor: PlacedTensor) -> String? {
    let summary = profile.summary
    var bytes = Data()
    for number in [
      tensor.offset, summary.count, summary.nan, summary.posInf, summary.negInf, summary.zeros,
    ] { append(number, to: &bytes) }
    if summary.finite > 0 {
      guard let min = summary.min, let max = summary.max, let mean = summary.mean, let std = summary.std,
        let quantiles = profile.quantiles, let histogram = profile.histogram
      else { return nil }
      for number in [min, max, mean, std] + quantiles.values + [histogram.lowerBound, histogram.upperBound] {
        withUnsafeBytes(of: number.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
      }
      for number in [histogram.below, histogram.above] + histogram.counts { append(number, to: &bytes) }
    }
    return tensor.info.dtype.rawValue + " " + bytes.base64EncodedString()
  }

  /// - Returns: nil where the text is none, or can't be of that tensor.
  static func profile(_ text: String, of tensor: PlacedTensor) -> TensorProfile? {
    let prefix = tensor.info.dtype.rawValue + " "
    guard text.hasPrefix(prefix),
      let data = Data(base64Encoded: String(text.utf8.dropFirst(prefix.utf8.count)) ?? "")
    else { return nil }
    var reader = RecordReader(bytes: [UInt8](data))
    guard reader.count() == tensor.offset, reader.count() == tensor.info.elementCount,
      let profile = profile(&reader, count: tensor.info.elementCount), reader.isAtEnd
    else { return nil }
    return profile
  }

  private static func profile(_ reader: inout RecordReader, count: Int) -> TensorProfile? {
    var rest = count
    guard let nan = reader.count(atMost: &rest), let posInf = reader.count(atMost: &rest),
      let negInf = reader.count(atMost: &rest)
    else { return nil }
    let finite = rest
    guard let zeros = reader.count(), zeros <= finite else { return nil }
    func summary(_ numbers: [Double]?) -> Summary {
      Summary(
        count: count, finite: finite, nan: nan, posInf: posInf, negInf: negInf, zeros: zeros,
        min: numbers?[0], max: numbers?[1], mean: numbers?[2], std: numbers?[3])
    }
    if finite == 0 { return TensorProfile(summary: summary(nil), histogram: nil) }
    let probabilities = Quantiles.standardProbabilities
    guard let moments = reader.doubles(4), let quantiles = reader.doubles(probabilities.count),
      let bounds = reader.doubles(2), bounds[0] < bounds[1], moments[3] >= 0,
      (quantiles + [moments[1], moments[2]]).allSatisfy({ $0 >= moments[0] && $0 <= moments[1] }),
      let counts = reader.counts(2 + TensorProfile.binCount, sum: finite)
    else { return nil }
    return TensorProfile(
      summary: summary(moments),
      histogram: Histogram(
        lowerBound: bounds[0], upperBound: bounds[1], counts: Array(counts[2...]), below: counts[0],
        above: counts[1]),
      quantiles: Quantiles(probabilities: probabilities, values: quantiles, isExact: true))
  }

  private static func append(_ number: Int, to bytes: inout Data) {
    var rest = UInt64(number)
    while rest > 0x7f {
      bytes.append(UInt8(rest & 0x7f) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}

/// Reads what a record holds, and no more.
private struct RecordReader {
  let bytes: [UInt8]
  private var position = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { position == bytes.count }

  /// A varint that fits an `Int`, in as few bytes as it needs.
  mutating func count() -> Int? {
    var number = 0
    for shift in stride(from: 0, to: 63, by: 7) {
      guard position < bytes.count else { return nil }
      let byte = bytes[position]
      position += 1
      number |= Int(byte & 0x7f) << shift
      if byte & 0x80 == 0 { return byte == 0 && shift > 0 ? nil : number }
    }
    return nil
  }

  /// One that is taken from `rest`.
  mutating func count(atMost rest: inout Int) -> Int? {
    guard let number = count(), number <= rest else { return nil }
    rest -= number
    return number
  }

  /// So many, of which the sum is known.
  mutating func counts(_ number: Int, sum: Int) -> [Int]? {
    var rest = sum
    var counts: [Int] = []
    counts.reserveCapacity(number)
    for _ in 0..<number {
      guard let count = count(atMost: &rest) else { return nil }
      counts.append(count)
    }
    return rest == 0 ? counts : nil
  }

  /// So many that are finite.
  mutating func doubles(_ number: Int) -> [Double]? {
    guard bytes.count - position >= 8 * number else { return nil }
    var doubles: [Double] = []
    doubles.reserveCapacity(number)
    for index in 0..<number {
      var bits: UInt64 = 0
      for byte in 0..<8 { bits |= UInt64(bytes[position + 8 * index + byte]) << UInt64(8 * byte) }
      doubles.append(Double(bitPattern: bits))
    }
    position += 8 * number
    return doubles.allSatisfy(\.isFinite) ? doubles : nil
  }
}
