import SlotStore
import Tensors

/// What the tensors of a slot are made of, in words.
public struct TensorKinds: Sendable, Hashable {
  /// That of most bytes first.
  public let dtypes: [DType]
  private let tensorCount: Int
  /// Tensors of whole numbers, where others are of floats.
  private let integers: [DType: Int]

  /// More are counted, not named.
  private static let named = 3

  public init(_ tensors: [TensorInfo]) {
    var bytes: [DType: Int] = [:]
    var counts: [DType: Int] = [:]
    for tensor in tensors {
      bytes[tensor.dtype, default: 0] += tensor.byteCount
      counts[tensor.dtype, default: 0] += 1
    }
    dtypes = bytes.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }.map(\.key)
    tensorCount = tensors.count
    let whole = counts.filter { !$0.key.isFloatingPoint }
    integers = whole.count < counts.count ? whole : [:]
  }

  /// `float32`, `float32 + int64`.
  public var text: String {
    let names = dtypes.prefix(Self.named).map(\.rawValue).joined(separator: " + ")
    return dtypes.count > Self.named ? "\(names) + \(dtypes.count - Self.named) more" : names
  }

  /// `1 of 104 tensors is int64`: mean and deviation of all values are then not those of the weights alone.
  public var integerNote: String? {
    let count = integers.values.reduce(0, +)
    guard count > 0 else { return nil }
    let kind = integers.count == 1 ? integers.keys.first?.rawValue ?? "" : "of integers"
    return "\(Format.grouped(count)) of \(Format.grouped(tensorCount)) tensors "
      + (count == 1 ? "is \(kind)" : "are \(kind)")
  }
}

extension SlotSummary {
  /// The dtype of its weights; `mixed` where its file holds tensors of several, or packed ones: as bytes, which are not
  /// its weights.
  public var dtypeText: String {
    dtype == DType.uint8.rawValue && parameters.map { $0 != sizeBytes } == true ? "mixed" : dtype
  }
}
