/// What is known of a tensor beside its bytes: name, dtype and shape.
///
/// Elements lie in C order (last axis fastest), little-endian.
public struct TensorInfo: Sendable, Hashable {
  /// The name; empty for a plain unnamed array.
  public let name: String
  public let dtype: DType
  /// Extents, outermost first; `[]` is a scalar.
  public let shape: [Int]
  /// Number of elements: the product of `shape`, 1 for a scalar.
  public let elementCount: Int
  /// Number of bytes: that of the dtype's blocks.
  public let byteCount: Int

  /// - Throws: `TensorError.negativeExtent` or `.tooLarge` where the sizes can't be represented, `.partialBlock`
  ///   where the elements are no whole number of the dtype's blocks.
  public init(name: String, dtype: DType, shape: [Int]) throws(TensorError) {
    self.name = name
    self.dtype = dtype
    self.shape = shape
    self.elementCount = try Shape.elementCount(shape)
    if elementCount % dtype.elementsPerBlock != 0 { throw .partialBlock(shape: shape, dtype: dtype) }
    guard let bytes = dtype.byteCount(of: elementCount) else { throw .tooLarge(shape: shape) }
    self.byteCount = bytes
  }
}

/// Arithmetic on shapes that come from files: nothing here traps.
public enum Shape {
  /// The product of the extents; 1 for `[]`, 0 where any extent is 0.
  ///
  /// - Throws: `TensorError.negativeExtent`, or `.tooLarge` where the product (zero extents left out, as
  ///   numpy does it) does not fit an `Int`.
  public static func elementCount(_ shape: [Int]) throws(TensorError) -> Int {
    var product = 1
    var isEmpty = false
    for extent in shape {
      if extent < 0 { throw .negativeExtent(shape: shape) }
      if extent == 0 {
        isEmpty = true
        continue
      }
      let (next, overflow) = product.multipliedReportingOverflow(by: extent)
      if overflow { throw .tooLarge(shape: shape) }
      product = next
    }
    return isEmpty ? 0 : product
  }

  /// `768 × 2304`; `scalar` for `[]`.
  public static func text(_ shape: [Int]) -> String {
    shape.isEmpty ? "scalar" : shape.map(String.init).joined(separator: " × ")
  }
}

/// Why a tensor can't be described.
public enum TensorError: Error, Equatable, CustomStringConvertible {
  case negativeExtent(shape: [Int])
  case tooLarge(shape: [Int])
  case partialBlock(shape: [Int], dtype: DType)

  public var description: String {
    switch self {
    case .negativeExtent(let shape): "the shape \(shape) has a negative extent"
    case .tooLarge(let shape): "the shape \(shape) is larger than any memory"
    case .partialBlock(let shape, let dtype):
      "the shape \(shape) is no whole number of blocks of \(dtype.elementsPerBlock) elements, as \(dtype.rawValue) has them"
    }
  }
}
