import Tensors

// What a pickle may call, and what the calls make of their arguments here.

extension PickleMachine {
  func global(module: String, name: String) throws(TorchError) -> PickleValue {
    guard let global = TorchGlobal(module: module, name: name) else {
      throw .forbiddenGlobal("\(module).\(name)")
    }
    return .global(global)
  }

  /// Of the persistent id `('storage', type, key, device, count)`.
  mutating func storage(_ id: PickleValue) throws(TorchError) -> PickleValue {
    guard case .tuple(let place) = id, heap.lists[place].count == 5,
      case .text("storage") = heap.lists[place][0], case .global(let type) = heap.lists[place][1],
      case .text(let key) = heap.lists[place][2], case .text = heap.lists[place][3],
      case .integer(let count) = heap.lists[place][4]
    else { throw .badPersistentID(offset: offset) }
    let dtype: DType?
    switch type {
    case .storage(let element): dtype = element
    case .untypedStorage: dtype = nil
    default: throw .badPersistentID(offset: offset)
    }
    try keep(4)
    heap.storages.append(TorchStorage(key: key, dtype: dtype, elementCount: count))
    return .storage(heap.storages.count - 1)
  }

  mutating func call(_ callee: PickleValue, _ arguments: PickleValue) throws(TorchError) -> PickleValue {
    guard case .global(let function) = callee, case .tuple(let place) = arguments else {
      throw .misusedOpcode("REDUCE", offset: offset)
    }
    let values = heap.lists[place]
    switch function {
    case .orderedDictionary where values.isEmpty: return try newDictionary()
    case .size: if values.count == 1, let list = list(values[0]) { return .tuple(try newList(list)) }
    case .device:
      if (1...2).contains(values.count), case .text(let device) = values[0] { return .text(device) }
    case .rebuildTensor where values.count == 4, .rebuildTensor2 where (6...7).contains(values.count):
      if let tensor = try tensor(values, dtype: nil) { return try add(tensor) }
    case .rebuildTensor3 where (7...8).contains(values.count):
      if case .global(.dtype(let dtype)) = values[6], let tensor = try tensor(values, dtype: dtype) {
        return try add(tensor)
      }
    case .rebuildParameter where values.count == 3, .rebuildParameterWithState where values.count == 4:
      if case .tensor = values[0] { return values[0] }
    default: break
    }
    throw .badArguments(function.name)
  }

  /// Attributes are of no interest; dictionaries may have some (`_metadata`, versions of modules), as may parameters.
  mutating func build() throws(TorchError) {
    _ = try pop()
    switch try top() {
    case .dictionary, .tensor: break
    default: throw .misusedOpcode("BUILD", offset: offset)
    }
  }

  /// - Parameter dtype: nil where it is the storage's.
  private func tensor(_ values: [PickleValue], dtype: DType?) throws(TorchError) -> TorchTensor? {
    guard case .storage(let place) = values[0], case .integer(let offset) = values[1],
      let size = try integers(values[2]), let stride = try integers(values[3]),
      let dtype = dtype ?? heap.storages[place].dtype
    else { return nil }
    return TorchTensor(
      storage: heap.storages[place], dtype: dtype, offset: offset, size: size, stride: stride)
  }

  private mutating func add(_ tensor: TorchTensor) throws(TorchError) -> PickleValue {
    try keep(8 + tensor.size.count + tensor.stride.count)
    heap.tensors.append(tensor)
    return .tensor(heap.tensors.count - 1)
  }

  private func list(_ value: PickleValue) -> [PickleValue]? {
    switch value {
    case .list(let place), .tuple(let place): heap.lists[place]
    default: nil
    }
  }

  private func integers(_ value: PickleValue) throws(TorchError) -> [Int64]? {
    guard let list = list(value) else { return nil }
    if list.count > SafetensorsHeader.maximumDimensions { throw .tooManyDimensions(list.count) }
    var integers: [Int64] = []
    for value in list {
      guard case .integer(let integer) = value else { return nil }
      integers.append(integer)
    }
    return integers
  }
}
