import CKernels
import Foundation
import Tensors

@testable import Statistics

/// What numpy computed of `TestData`.
struct NumpyExpectation: Sendable {
  let dtype: DType
  let data: TestData
  let nan: Int
  let posInf: Int
  let negInf: Int
  let zeros: Int
  let min: Double
  let max: Double
  let mean: Double
  let std: Double
  /// `numpy.histogram(finite, 11)`.
  let all: [Int]
  /// `numpy.histogram(finite, 7, range)`, and what is outside.
  let range: ClosedRange<Double>
  let inRange: [Int]
  let below: Int
  let above: Int
  /// `numpy.quantile(finite, [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99])`.
  let quantiles: [Double]
}

/// So many values of 16 bits are looked at without tables.
let fewCount = Int(SLOTSCOPE_MAX_FEW)

/// 4,099 numbers that Python can make too: x ← 6364136223846793005 x + 1442695040888963407 mod 2^64, from 1.
enum TestData: Sendable {
  /// Whole numbers and multiples of 1/64, many of them on the edges of bins.
  case grid
  /// The upper bits of x as they are: NaN, infinities, subnormals, the largest integers.
  case bits

  static let count = 4099

  func bytes(_ dtype: DType) -> [UInt8] {
    var x: UInt64 = 1
    var bytes: [UInt8] = []
    // Of complex numbers the parts, one after the other.
    let parts = dtype.isComplex ? 2 : 1
    let size = dtype.itemSize / parts
    for _ in 0..<Self.count * parts {
      x = x &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let pattern = self == .bits ? x >> (64 - 8 * UInt64(size)) : Self.gridPattern(Int(x >> 33), dtype)
      withUnsafeBytes(of: pattern.littleEndian) { bytes += $0.prefix(size) }
    }
    return bytes
  }

  private static func gridPattern(_ s: Int, _ dtype: DType) -> UInt64 {
    switch dtype {
    case .bool: s % 3 == 0 ? 1 : 0
    case .int8: UInt64(bitPattern: Int64(s % 201 - 100))
    case .uint8: UInt64(s % 201)
    case .int16, .int32, .int64: UInt64(bitPattern: Int64(s % 2001 - 1000))
    case .uint16, .uint32, .uint64: UInt64(s % 2001)
    case .float16: UInt64(Float16(Double(s % 2001 - 1000) / 64).bitPattern)
    case .bfloat16: UInt64((Float(s % 201 - 100) / 64).bitPattern >> 16)
    case .float32, .complex64: UInt64((Float(s % 2001 - 1000) / 64).bitPattern)
    case .float64, .complex128: (Double(s % 2001 - 1000) / 64).bitPattern
    default: 0
    }
  }
}

/// Bytes that are read by copying only, as from a file.
struct CopiedBytes: ByteSource {
  let bytes: [UInt8]
  var byteCount: Int { bytes.count }

  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) {
    buffer.copyBytes(from: bytes[offset..<offset + buffer.count])
  }
}

/// A pass over values of one dtype.
func pass<T: BitwiseCopyable>(_ dtype: DType, _ values: [T], threads: Int = 2) -> StatisticsPass {
  StatisticsPass(
    segments: [TensorSegment(dtype: dtype, byteOffset: 0, elementCount: values.count)],
    source: ByteRegion(values),
    threads: threads)
}

/// Whether two numbers differ by at most 1e-12 of the larger.
func isClose(_ a: Double?, _ b: Double) -> Bool {
  guard let a else { return false }
  return (a - b).magnitude <= 1e-12 * max(a.magnitude, b.magnitude)
}

/// Normally distributed values, the same at every run.
func normals(_ count: Int, mean: Double = 0, std: Double = 1) -> [Double] {
  var values = [Float](repeating: 0, count: count)
  slotscope_philox_normal_f32(7, 0, 0, &values, count, 0, 1)
  return values.map { mean + std * Double($0) }
}

func decodedAgain(_ statistics: WeightStatistics) throws -> WeightStatistics {
  try JSONDecoder().decode(WeightStatistics.self, from: JSONEncoder().encode(statistics))
}
