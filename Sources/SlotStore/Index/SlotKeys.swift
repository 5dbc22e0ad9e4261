/// Slot numbers below the number that each is sorted by, both in one word: a million are sorted in a fifth of a blink.
struct SlotKeys {
  private let slotBits: Int
  private(set) var words: [UInt64] = []

  private static let digitBits = 11
  private static let digits = 1 << digitBits

  /// - Parameter highest: no slot number is larger.
  init(highest: Int) { slotBits = Int.bitWidth - highest.leadingZeroBitCount }

  /// - Returns: false where the two have no room in a word.
  mutating func append(_ slotID: Int, key: UInt64) -> Bool {
    guard key >> UInt64(UInt64.bitWidth - slotBits) == 0, slotID >> slotBits == 0 else { return false }
    words.append(key << UInt64(slotBits) | UInt64(slotID))
    return true
  }

  mutating func append(_ others: SlotKeys) { words += others.words }

  mutating func reserveCapacity(_ count: Int) { words.reserveCapacity(count) }

  /// By their keys; those of one key stay in the order in which they came. By digits from the lowest on.
  ///
  /// - Parameter descends: whether all of it is wanted from its end.
  func sorted(descends: Bool) -> [Int] {
    let used = UInt64.bitWidth - words.reduce(0, |).leadingZeroBitCount
    var (words, sorted) = (words, words)
    for shift in stride(from: slotBits, to: used, by: Self.digitBits) {
      words.withUnsafeBufferPointer { words in
        sorted.withUnsafeMutableBufferPointer { Self.distribute(words, by: UInt64(shift), into: $0) }
      }
      swap(&words, &sorted)
    }
    let mask = UInt64(1) << UInt64(slotBits) &- 1
    let slotID = { (word: UInt64) in Int(word & mask) }
    return descends ? words.reversed().map(slotID) : words.map(slotID)
  }

  private static func distribute(
    _ words: UnsafeBufferPointer<UInt64>, by shift: UInt64, into sorted: UnsafeMutableBufferPointer<UInt64>
  ) {
    func digit(_ word: UInt64) -> Int { Int(truncatingIfNeeded: word >> shift) & (digits - 1) }
    withUnsafeTemporaryAllocation(of: Int.self, capacity: digits) { ends in
      ends.initialize(repeating: 0)
      for word in words { ends[digit(word)] += 1 }
      var place = 0
      for digit in 0..<digits { (ends[digit], place) = (place, place + ends[digit]) }
      for word in words {
        sorted[ends[digit(word)]] = word
        ends[digit(word)] += 1
      }
    }
  }
}
