/// Slots as people type them: `7`, `1-20`, `3,5,9`.
package enum SlotRanges {
  package enum Problem: Error, Equatable, CustomStringConvertible {
    case noSlot(String)
    case tooMany(limit: Int)

    package var description: String {
      switch self {
      case .noSlot(let text): "'\(text)' is no slot: a number such as 7, or a range such as 1-20"
      case .tooMany(let limit): "more than \(limit) slots at once"
      }
    }
  }

  /// - Returns: each slot once, in the order in which they were typed.
  package static func parse(_ texts: [String], limit: Int = 100_000) throws(Problem) -> [Int] {
    var slots: [Int] = []
    for text in texts.flatMap({ $0.split(separator: ",").map(String.init) }) {
      guard let range = range(text) else { throw .noSlot(text) }
      if range.count > limit - slots.count { throw .tooMany(limit: limit) }
      slots += range
    }
    var seen: Set<Int> = []
    return slots.filter { seen.insert($0).inserted }
  }

  private static func range(_ text: String) -> ClosedRange<Int>? {
    if let slot = Int(text), slot >= 0 { return slot...slot }
    let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    guard ends.count == 2, let first = ends[0], let last = ends[1], first <= last else { return nil }
    // A range to the largest number would have more slots than can be counted.
    return last < Int.max ? first...last : nil
  }
}
