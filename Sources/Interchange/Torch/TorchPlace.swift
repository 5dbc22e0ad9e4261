import Tensors

/// Where a tensor's elements lie in its storage, checked: all of them inside, none twice but by a stride of 0.
struct TorchPlace: Equatable, Sendable {
  let info: TensorInfo
  /// In elements of the storage.
  let offset: Int
  /// Nil where the elements lie in C order without gaps.
  let strides: [Int]?

  init(_ tensor: TorchTensor, name: String) throws(TorchError) {
    guard tensor.size.count == tensor.stride.count,
      (tensor.size + tensor.stride + [tensor.offset, tensor.storage.elementCount]).allSatisfy({ $0 >= 0 })
    else { throw .badShape(tensor: name) }
    let shape = tensor.size.map { Int($0) }
    do {
      info = try TensorInfo(name: name, dtype: tensor.dtype, shape: shape)
    } catch {
      throw .tooLarge(tensor: name)
    }
    offset = Int(tensor.offset)
    let strides = tensor.stride.map { Int($0) }
    guard let available = Self.elementCount(of: tensor) else { throw .outsideStorage(tensor: name) }
    if info.elementCount == 0 {
      guard offset <= available else { throw .outsideStorage(tensor: name) }
      self.strides = nil
      return
    }
    var last = offset
    for (extent, stride) in zip(shape, strides) {
      let (span, overflow) = (extent - 1).multipliedReportingOverflow(by: stride)
      if overflow || span > Int.max - last { throw .outsideStorage(tensor: name) }
      last += span
    }
    guard last < available else { throw .outsideStorage(tensor: name) }
    if Self.isCOrder(shape, strides) {
      self.strides = nil
    } else {
      if Self.overlaps(shape, strides) { throw .overlappingStrides(tensor: name) }
      self.strides = strides
    }
  }

  /// Elements of the tensor's dtype that its storage holds.
  private static func elementCount(of tensor: TorchTensor) -> Int? {
    let count = Int(tensor.storage.elementCount)
    guard let dtype = tensor.storage.dtype else { return count / tensor.dtype.itemSize }
    return dtype == tensor.dtype ? count : nil
  }

  private static func isCOrder(_ shape: [Int], _ strides: [Int]) -> Bool {
    var expected = 1
    for (extent, stride) in zip(shape, strides).reversed() where extent != 1 {
      if stride != expected { return false }
      expected *= extent
    }
    return true
  }

  /// Whether an axis does not step over all that those of narrower stride reach; a stride of 0 repeats elements and
  /// reaches nothing.
  private static func overlaps(_ shape: [Int], _ strides: [Int]) -> Bool {
    var reach = 0
    for (extent, stride) in zip(shape, strides).sorted(by: { $0.1 < $1.1 }) where extent != 1 && stride != 0 {
      if stride <= reach { return true }
      reach += (extent - 1) * stride
    }
    return false
  }
}
