/// The slots that a search found, by number, each with its model type.
struct SlotMatches: Sendable {
  /// Ascending.
  private(set) var slotIDs: [Int] = []
  private var typeNumbers: [UInt32] = []
  private var types: [String] = []

  /// - Parameter type: as UTF-8; nil where the row has none.
  mutating func append(_ slotID: Int, type: UnsafeBufferPointer<UInt8>?) {
    slotIDs.append(slotID)
    typeNumbers.append(type.map { number(ofType: $0) } ?? number(ofType: "Unknown"))
  }

  private mutating func number(ofType name: UnsafeBufferPointer<UInt8>) -> UInt32 {
    // There are a few types: comparing bytes is cheaper than making a string of each row's.
    for (number, known) in types.enumerated().prefix(16) where known.utf8.elementsEqual(name) {
      return UInt32(number)
    }
    return number(ofType: String(decoding: name, as: UTF8.self))
  }

  private mutating func number(ofType name: String) -> UInt32 {
    if let number = types.firstIndex(of: name) { return UInt32(number) }
    types.append(name)
    return UInt32(types.count - 1)
  }

  /// Takes those of higher numbers.
  mutating func append(_ others: SlotMatches) {
    let numbers = others.types.map { number(ofType: $0) }
    slotIDs += others.slotIDs
    typeNumbers += others.typeNumbers.map { numbers[Int($0)] }
  }

  /// Those of one model type; nil: all.
  func slotIDs(ofType type: String?) -> [Int] {
    guard let type else { return slotIDs }
    guard let number = types.firstIndex(of: type) else { return [] }
    return zip(slotIDs, typeNumbers).compactMap { $1 == number ? $0 : nil }
  }

  /// Leaves those that stand in `kept`.
  func filtered(by kept: SlotSet) -> SlotMatches {
    var filtered = SlotMatches()
    filtered.types = types
    for (slotID, type) in zip(slotIDs, typeNumbers) where kept.contains(slotID) {
      filtered.slotIDs.append(slotID)
      filtered.typeNumbers.append(type)
    }
    return filtered
  }

  /// How many there are of each type.
  var counts: [String: Int] {
    var counts = [Int](repeating: 0, count: types.count)
    for number in typeNumbers { counts[Int(number)] += 1 }
    return Dictionary(uniqueKeysWithValues: zip(types, counts))
  }
}

/// A set of slot numbers that costs a bit for each number up to the highest, where that is not too high.
struct SlotSet {
  private var bits: [UInt64] = []
  private var others: Set<Int> = []
  private static let limit = 1 << 26

  init(_ slotIDs: [Int]) {
    guard let highest = slotIDs.max(), highest < Self.limit else {
      others = Set(slotIDs)
      return
    }
    bits = [UInt64](repeating: 0, count: highest / 64 + 1)
    for slotID in slotIDs { bits[slotID >> 6] |= 1 << UInt64(slotID & 63) }
  }

  func contains(_ slotID: Int) -> Bool {
    let word = slotID >> 6
    guard slotID >= 0, word < bits.count else { return others.contains(slotID) }
    return bits[word] & (1 << UInt64(slotID & 63)) != 0
  }
}
