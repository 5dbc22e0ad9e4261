import ModelContext
import Tensors

/// What a pickle holds, with names: dictionaries and lists in each other are one name with dots.
struct TorchContents {
  /// In the pickle's order.
  private(set) var tensors: [(name: String, tensor: TorchTensor)] = []
  /// Numbers and bools that stand beside the tensors, such as `epoch`.
  private(set) var config: Config = [:]
  /// Short texts that do.
  private(set) var metadata: [String: String] = [:]
  private var names: Set<String> = []
  private var namesByteCount = 0
  private var visitsLeft = TorchFormat.maximumVisitCount

  /// Longer names and texts are of something else than the model.
  private static let maximumSettingByteCount = 64
  private static let maximumTextByteCount = 1024
  private static let maximumSettingCount = 256

  /// - Throws: `.noTensors` where there are none, `.tooDeep`, and what is wrong with names.
  init(_ root: PickleValue, _ heap: PickleHeap) throws(TorchError) {
    try visit(root, "", heap, depth: 0, isInList: false)
    if tensors.isEmpty { throw .noTensors }
  }

  private mutating func visit(
    _ value: PickleValue, _ name: String, _ heap: PickleHeap, depth: Int, isInList: Bool
  ) throws(TorchError) {
    guard value.leadsToTensors else {
      // Optimisers keep lists of thousands of numbers, which say nothing of the model.
      if !isInList { note(value, name) }
      return
    }
    visitsLeft -= 1
    if visitsLeft < 0 { throw .tooManyValues }
    if depth > TorchFormat.maximumDepth { throw .tooDeep }
    switch value {
    case .dictionary(let place):
      for (key, member) in heap.dictionaries[place] {
        let key = try text(of: key, in: name)
        try visit(member, try join(name, key), heap, depth: depth + 1, isInList: isInList)
      }
    case .list(let place), .tuple(let place):
      for (index, member) in heap.lists[place].enumerated() where member.leadsToTensors {
        try visit(member, try join(name, String(index)), heap, depth: depth + 1, isInList: true)
      }
    case .tensor(let place): try add(heap.tensors[place], name)
    default: break
    }
  }

  private func text(of key: PickleValue, in name: String) throws(TorchError) -> String {
    switch key {
    case .text(let text): return text
    case .integer(let integer): return String(integer)
    case .number(let number): return String(number)
    case .bool(let bool): return bool ? "True" : "False"
    case .none: return "None"
    default: throw .badKey(in: name)
    }
  }

  private func join(_ name: String, _ key: String) throws(TorchError) -> String {
    let count = name.utf8.count + 1 + key.utf8.count
    if count > TorchFormat.maximumNameByteCount { throw .nameTooLong(byteCount: count) }
    return name.isEmpty ? key : name + "." + key
  }

  private mutating func add(_ tensor: TorchTensor, _ name: String) throws(TorchError) {
    guard names.insert(name).inserted else { throw .duplicateName(name) }
    namesByteCount += name.utf8.count
    if namesByteCount > TorchFormat.maximumNamesByteCount { throw .tooManyValues }
    tensors.append((name, tensor))
  }

  private mutating func note(_ value: PickleValue, _ name: String) {
    guard !name.isEmpty, name.utf8.count <= Self.maximumSettingByteCount,
      config.count + metadata.count < Self.maximumSettingCount
    else { return }
    switch value {
    case .bool(let bool): config[name] = .bool(bool)
    case .integer(let integer): config[name] = .integer(integer)
    case .number(let number): config[name] = .number(number)
    case .text(let text) where text.utf8.count <= Self.maximumTextByteCount: metadata[name] = text
    default: break
    }
  }
}
