import Tensors

/// An ordered list of named tensors with their bytes, in memory or mapped.
public struct Weights: Sendable {
  public let layout: WeightLayout
  /// The bytes of the array that `layout` describes.
  public let bytes: ByteRegion

  /// - Precondition: `bytes` has `layout.byteCount` bytes.
  public init(layout: WeightLayout, bytes: ByteRegion) {
    precondition(bytes.byteCount == layout.byteCount, "the bytes are not those of the layout")
    self.layout = layout
    self.bytes = bytes
  }

  /// One unnamed float64 array.
  public init(_ values: [Double]) {
    self.init(unnamed: values, dtype: .float64)
  }

  /// One unnamed float32 array.
  public init(_ values: [Float]) {
    self.init(unnamed: values, dtype: .float32)
  }

  private init<T: BitwiseCopyable>(unnamed values: [T], dtype: DType) {
    let layout = WeightLayout(
      dtype: dtype, shape: [values.count],
      tensors: (try? TensorInfo(name: "", dtype: dtype, shape: [values.count])).map {
        [PlacedTensor(info: $0, offset: 0)]
      } ?? [])
    self.init(layout: layout, bytes: ByteRegion(values))
  }

  /// The tensors, in order.
  public var tensors: [Tensor] { layout.tensors.map { Tensor(placed: $0, bytes: bytes) } }

  /// The tensor of that name, if there is one.
  public subscript(name: String) -> Tensor? {
    layout.tensors.first { $0.info.name == name }.map { Tensor(placed: $0, bytes: bytes) }
  }

  public var parameterCount: Int { layout.parameterCount }
  public var byteCount: Int { layout.byteCount }
}

/// A tensor with its bytes: C order, little-endian.
public struct Tensor: Sendable {
  public let info: TensorInfo
  private let offset: Int
  private let bytes: ByteRegion

  init(placed: PlacedTensor, bytes: ByteRegion) {
    info = placed.info
    offset = placed.offset
    self.bytes = bytes
  }

  public var name: String { info.name }
  public var dtype: DType { info.dtype }
  public var shape: [Int] { info.shape }

  /// Lends the tensor's bytes for the duration of `body`; nothing is copied.
  public func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try bytes.withUnsafeBytes { all in
      try body(UnsafeRawBufferPointer(rebasing: all[offset..<offset + info.byteCount]))
    }
  }

  /// A copy of the elements, read as `T`: for example `Float` for float32.
  ///
  /// - Returns: nil where the size of `T` is not that of the dtype, and for packed and quantised dtypes.
  public func values<T: BitwiseCopyable>(as type: T.Type = T.self) -> [T]? {
    guard dtype.elementsPerBlock == 1, MemoryLayout<T>.stride == dtype.bytesPerBlock else { return nil }
    return withUnsafeBytes { raw in
      [T](unsafeUninitializedCapacity: info.elementCount) { buffer, count in
        UnsafeMutableRawBufferPointer(buffer).copyMemory(from: raw)
        count = info.elementCount
      }
    }
  }
}
