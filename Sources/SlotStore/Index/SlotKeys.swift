/// Slot numbers below the number that each is sorted by, both in one word: a million are sorted in a fifth of a blink.
struct SlotKeys {
  private let slotBits: Int
  private(set) var words: [Int] = []

  private static let digitBits = 11
  private static let digits = 1 << digitBits

  /// - Parameters:
  ///   - highest: no slot number is larger.
  ///   - count: about how many there will be.
  init(highest: Int, count: Int) {
    slotBits = Int.bitWidth - highest.leadingZeroBitCount
    words.reserveCapacity(count)
  }

  /// - Returns: false where the two have no room in a word.
  mutating func append(_ slotID: Int, key: UInt64) -> Bool {
    guard key >> UInt64(Int.bitWidth - 1 - slotBits) == 0, slotID >> slotBits == 0 else { return false }
    words.append(Int(key) << slotBits | slotID)
    return true
  }

  mutating func append(_ others: SlotKeys) { words += others.words }

  /// The slots by their keys; those of one key stay in the order in which they came.
  ///
  /// By digits from the lowest on, and with no more arrays than two: most of the time would go into new pages of memory.
  consuming func sorted(descends: Bool) -> [Int] {
    let used = Int.bitWidth - words.reduce(0, |).leadingZeroBitCount
    var (words, other) = (words, [Int]())
    self.words = []
    for shift in stride(from: slotBits, to: used, by: Self.digitBits) {
      if other.isEmpty {
        other = [Int](unsafeUninitializedCapacity: words.count) { sorted, count in
          Self.distribute(words.span, by: shift, into: sorted)
          count = words.count
        }
      } else {
        other.withUnsafeMutableBufferPointer { Self.distribute(words.span, by: shift, into: $0) }
      }
      swap(&words, &other)
    }
    let mask = 1 << slotBits - 1
    for place in words.indices { words[place] &= mask }
    if descends { words.reverse() }
    return words
  }

  private static func distribute(
    _ words: Span<Int>, by shift: Int, into sorted: UnsafeMutableBufferPointer<Int>
  ) {
    func digit(_ word: Int) -> Int { word >> shift & (digits - 1) }
    withUnsafeTemporaryAllocation(of: Int.self, capacity: digits) { ends in
      ends.initialize(repeating: 0)
      for place in words.indices { ends[digit(words[place])] += 1 }
      var first = 0
      for digit in 0..<digits { (ends[digit], first) = (first, first + ends[digit]) }
      for place in words.indices {
        let digit = digit(words[place])
        sorted[ends[digit]] = words[place]
        ends[digit] += 1
      }
    }
  }
}
