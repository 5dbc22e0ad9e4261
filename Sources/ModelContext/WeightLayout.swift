import Tensors

/// A tensor and where its bytes begin, counted from the first data byte.
public struct PlacedTensor: Sendable, Hashable {
  public let info: TensorInfo
  public let offset: Int
  /// MD5 of the tensor's bytes, lower-case hex; nil until someone computed it.
  public let md5: String?

  public init(info: TensorInfo, offset: Int, md5: String? = nil) {
    self.info = info
    self.offset = offset
    self.md5 = md5
  }

  public var byteRange: Range<Int> { offset..<offset + info.byteCount }
}

/// How the tensors of a context lie in one array, the data of its weight file.
///
/// One tensor keeps its dtype and shape. Several of one dtype give a flat array of it without gaps. Mixed
/// dtypes give an array of bytes in which each tensor begins on a 64-byte boundary and the gaps are zero. Dtypes
/// that numpy does not know are bytes (`DType.arrayDType`); packed and quantised ones lose their shape in the array.
public struct WeightLayout: Sendable, Hashable {
  /// Of the array as a whole.
  public let dtype: DType
  public let shape: [Int]
  public let byteCount: Int
  public let tensors: [PlacedTensor]

  /// Where tensors begin in an array of mixed dtypes, in bytes.
  public static let alignment = 64

  /// Lays `tensors` out in their order.
  ///
  /// - Throws: `TensorError.tooLarge` where the whole does not fit an `Int`.
  public init(_ tensors: [TensorInfo]) throws(TensorError) {
    if tensors.count == 1 {
      let info = tensors[0]
      self.init(
        dtype: info.dtype.arrayDType, shape: info.dtype.elementsPerBlock == 1 ? info.shape : [info.byteCount],
        tensors: [PlacedTensor(info: info, offset: 0)])
      return
    }
    let dtypes = Set(tensors.map(\.dtype))
    let dtype = dtypes.count == 1 ? tensors[0].dtype.arrayDType : .uint8
    var placed: [PlacedTensor] = []
    placed.reserveCapacity(tensors.count)
    var end = 0
    var elements = 0
    for info in tensors {
      let start = dtypes.count == 1 ? end : (end + Self.alignment - 1) & -Self.alignment
      let (next, overflow) = start.addingReportingOverflow(info.byteCount)
      if overflow || next > Int.max - Self.alignment { throw .tooLarge(shape: info.shape) }
      // Packed elements are more than their bytes.
      let (sum, tooMany) = elements.addingReportingOverflow(info.elementCount)
      if tooMany { throw .tooLarge(shape: info.shape) }
      elements = sum
      placed.append(PlacedTensor(info: info, offset: start))
      end = next
    }
    self.init(dtype: dtype, shape: [end / dtype.itemSize], tensors: placed)
  }

  /// An array as found, with the tensors known to lie in it.
  ///
  /// - Precondition: the tensors lie within the array.
  package init(dtype: DType, shape: [Int], tensors: [PlacedTensor]) {
    self.dtype = dtype
    self.shape = shape
    // An extent of 0 excuses the others, however large: nothing may trap here.
    self.byteCount = shape.contains(0) ? 0 : shape.reduce(dtype.itemSize, *)
    self.tensors = tensors
  }

  /// Number of weights: the tensors' elements.
  public var parameterCount: Int { tensors.reduce(0) { $0 + $1.info.elementCount } }

  /// Whether it is just one array without a name, so that a tensor table would say nothing new.
  public var isPlainArray: Bool {
    tensors.count == 1 && tensors[0].info.name.isEmpty && tensors[0].info.dtype == dtype
  }
}
