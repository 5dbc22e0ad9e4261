import Tensors

/// A value that a pickle makes. Containers stand in a `PickleHeap`, as they may be shared, and hold themselves.
enum PickleValue: Equatable, Sendable {
  case none
  case bool(Bool)
  case integer(Int64)
  /// An integer that does not fit.
  case hugeInteger
  case number(Double)
  case text(String)
  case bytes(count: Int)
  /// The place in `PickleHeap.lists`; sets are lists too.
  case list(Int)
  case tuple(Int)
  /// The place in `PickleHeap.dictionaries`.
  case dictionary(Int)
  case global(TorchGlobal)
  /// The place in `PickleHeap.storages`.
  case storage(Int)
  /// The place in `PickleHeap.tensors`.
  case tensor(Int)

  /// Whether it is a tensor, or a container that may hold some.
  var leadsToTensors: Bool {
    switch self {
    case .list, .tuple, .dictionary, .tensor: true
    default: false
    }
  }
}

/// What the values of a pickle refer to.
struct PickleHeap {
  var lists: [[PickleValue]] = []
  var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
  var storages: [TorchStorage] = []
  var tensors: [TorchTensor] = []
}

/// A run of elements in a member of its own.
struct TorchStorage: Equatable, Sendable {
  /// The member's name behind `data/`.
  let key: String
  /// Nil where it holds bytes.
  let dtype: DType?
  let elementCount: Int64
}

/// A tensor as the pickle has it: nothing of it has been checked.
struct TorchTensor: Equatable, Sendable {
  let storage: TorchStorage
  let dtype: DType
  /// In elements.
  let offset: Int64
  let size: [Int64]
  let stride: [Int64]
}
