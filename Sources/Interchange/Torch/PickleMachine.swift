/// Carries out a pickle's instructions, of those that `PickleOpcode` has.
///
/// Nothing recurses, and what is made is bounded by `TorchFormat.maximumValueCount`.
struct PickleMachine {
  var heap = PickleHeap()
  var cursor: PickleCursor
  var stack: [PickleValue] = []
  /// The stack's heights at the marks that are open.
  private var marks: [Int] = []
  private var memo: [UInt64: PickleValue] = [:]
  /// How many more values may be put into containers.
  private var valuesLeft = TorchFormat.maximumValueCount
  /// Where the instruction begins that is being carried out.
  private(set) var offset = 0

  /// - Returns: the value that the pickle stands for, and what that refers to.
  static func run(_ pickle: [UInt8]) throws(TorchError) -> (root: PickleValue, heap: PickleHeap) {
    var machine = PickleMachine(cursor: PickleCursor(pickle))
    let root = try machine.run()
    return (root, machine.heap)
  }

  private init(cursor: PickleCursor) { self.cursor = cursor }

  private mutating func run() throws(TorchError) -> PickleValue {
    while true {
      offset = cursor.position
      let byte = try cursor.byte()
      guard let opcode = PickleOpcode(rawValue: byte) else {
        if let name = PickleOpcode.forbidden[byte] { throw .forbiddenOpcode(name, offset: offset) }
        throw .unknownOpcode(byte, offset: offset)
      }
      if opcode == .stop {
        if cursor.remaining > 0 { throw .trailingBytes(count: cursor.remaining) }
        return try pop()
      }
      try perform(opcode)
      if stack.count > TorchFormat.maximumValueCount { throw .tooManyValues }
    }
  }

  private mutating func perform(_ opcode: PickleOpcode) throws(TorchError) {
    switch opcode {
    case .proto:
      let version = try cursor.byte()
      guard (2...5).contains(version) else { throw .unsupportedProtocol(version) }
    case .frame: _ = try cursor.unsigned(8)
    case .stop: break
    case .mark:
      marks.append(stack.count)
      if marks.count > TorchFormat.maximumValueCount { throw .tooManyValues }
    case .pop: if marks.last == stack.count { marks.removeLast() } else { _ = try pop() }
    case .popMark: _ = try popToMark()
    case .dup: stack.append(try top())
    case .none, .newTrue, .newFalse, .binInt, .binInt1, .binInt2, .long1, .long4, .binFloat:
      stack.append(try number(opcode))
    case .shortBinString, .shortBinUnicode: stack.append(.text(try cursor.text(try cursor.count(1))))
    case .binString, .binUnicode: stack.append(.text(try cursor.text(try cursor.count(4))))
    case .binUnicode8: stack.append(.text(try cursor.text(try cursor.count(8))))
    case .shortBinBytes: try takeBytes(1)
    case .binBytes: try takeBytes(4)
    case .binBytes8: try takeBytes(8)
    case .emptyTuple: stack.append(.tuple(try newList([])))
    case .tuple1: try makeTuple(1)
    case .tuple2: try makeTuple(2)
    case .tuple3: try makeTuple(3)
    case .tuple: stack.append(.tuple(try newList(try popToMark())))
    case .emptyList, .emptySet: stack.append(.list(try newList([])))
    case .frozenSet: stack.append(.list(try newList(try popToMark())))
    case .append: try append([try pop()], "APPEND")
    case .appends, .addItems: try append(try popToMark(), "APPENDS")
    case .emptyDict: stack.append(try newDictionary())
    case .setItem:
      let value = try pop()
      try set([try pop(), value], "SETITEM")
    case .setItems: try set(try popToMark(), "SETITEMS")
    case .binPut: try remember(try cursor.unsigned(1))
    case .longBinPut: try remember(try cursor.unsigned(4))
    case .memoize: try remember(UInt64(memo.count))
    case .binGet: try recall(try cursor.unsigned(1))
    case .longBinGet: try recall(try cursor.unsigned(4))
    case .global: stack.append(try global(module: try cursor.line(), name: try cursor.line()))
    case .stackGlobal:
      guard case .text(let name) = try pop(), case .text(let module) = try pop() else {
        throw .misusedOpcode("STACK_GLOBAL", offset: offset)
      }
      stack.append(try global(module: module, name: name))
    case .binPersID: stack.append(try storage(try pop()))
    case .reduce:
      let arguments = try pop()
      stack.append(try call(try pop(), arguments))
    case .build: try build()
    }
  }

  private mutating func number(_ opcode: PickleOpcode) throws(TorchError) -> PickleValue {
    switch opcode {
    case .newTrue: return .bool(true)
    case .newFalse: return .bool(false)
    case .binInt: return .integer(Int64(Int32(truncatingIfNeeded: try cursor.unsigned(4))))
    case .binInt1: return .integer(Int64(try cursor.unsigned(1)))
    case .binInt2: return .integer(Int64(try cursor.unsigned(2)))
    case .long1: return cursor.long(try cursor.count(1))
    case .long4: return cursor.long(try cursor.count(4))
    // The one number that is big-endian.
    case .binFloat: return .number(Double(bitPattern: try cursor.unsigned(8).byteSwapped))
    default: return .none
    }
  }

  private mutating func takeBytes(_ byteCount: Int) throws(TorchError) {
    let count = try cursor.count(byteCount)
    cursor.skip(count)
    stack.append(.bytes(count: count))
  }

  // MARK: the stack, the memo and containers

  /// Never takes what lies below an open mark.
  mutating func pop() throws(TorchError) -> PickleValue {
    guard stack.count > marks.last ?? 0, let value = stack.popLast() else {
      throw .emptyStack(offset: offset)
    }
    return value
  }

  func top() throws(TorchError) -> PickleValue {
    guard stack.count > marks.last ?? 0, let value = stack.last else { throw .emptyStack(offset: offset) }
    return value
  }

  private mutating func popToMark() throws(TorchError) -> [PickleValue] {
    guard let mark = marks.popLast() else { throw .emptyStack(offset: offset) }
    let values = Array(stack[mark...])
    stack.removeSubrange(mark...)
    return values
  }

  private mutating func remember(_ key: UInt64) throws(TorchError) {
    memo[key] = try top()
    if memo.count > TorchFormat.maximumValueCount { throw .tooManyValues }
  }

  private mutating func recall(_ key: UInt64) throws(TorchError) {
    guard let value = memo[key] else { throw .missingMemo(offset: offset) }
    stack.append(value)
  }

  /// Takes note of values that are kept.
  mutating func keep(_ values: Int) throws(TorchError) {
    valuesLeft -= values
    if valuesLeft < 0 { throw .tooManyValues }
  }

  mutating func newList(_ values: [PickleValue]) throws(TorchError) -> Int {
    try keep(values.count + 1)
    heap.lists.append(values)
    return heap.lists.count - 1
  }

  mutating func newDictionary() throws(TorchError) -> PickleValue {
    try keep(1)
    heap.dictionaries.append([])
    return .dictionary(heap.dictionaries.count - 1)
  }

  private mutating func makeTuple(_ count: Int) throws(TorchError) {
    var values: [PickleValue] = []
    for _ in 0..<count { values.append(try pop()) }
    stack.append(.tuple(try newList(values.reversed())))
  }

  private mutating func append(_ values: [PickleValue], _ name: String) throws(TorchError) {
    guard case .list(let list) = try top() else { throw .misusedOpcode(name, offset: offset) }
    try keep(values.count)
    heap.lists[list] += values
  }

  /// Keys and values by turns.
  private mutating func set(_ items: [PickleValue], _ name: String) throws(TorchError) {
    guard case .dictionary(let dictionary) = try top(), items.count % 2 == 0 else {
      throw .misusedOpcode(name, offset: offset)
    }
    try keep(items.count)
    for index in stride(from: 0, to: items.count, by: 2) {
      heap.dictionaries[dictionary].append((items[index], items[index + 1]))
    }
  }
}
