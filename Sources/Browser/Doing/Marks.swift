/// The slots that are marked, in the order in which they were: what is done is done to all of them.
///
/// They are slots, not rows: whatever the list shows meanwhile, they stay.
package struct Marks: Sendable, Equatable {
  package private(set) var slots: [Int] = []
  private var known: Set<Int> = []

  /// As many can be marked at once.
  static let limit = 10_000

  var isEmpty: Bool { slots.isEmpty }
  var count: Int { slots.count }
  var isFull: Bool { count >= Self.limit }

  func contains(_ slot: Int) -> Bool { known.contains(slot) }

  mutating func toggle(_ slot: Int) {
    if known.remove(slot) == nil { add([slot]) } else { slots.removeAll { $0 == slot } }
  }

  /// As many of them as there is room for.
  mutating func add(_ new: [Int]) {
    for slot in new where !isFull && known.insert(slot).inserted { slots.append(slot) }
  }

  mutating func remove(_ gone: [Int]) {
    if gone.isEmpty || isEmpty { return }
    known.subtract(gone)
    slots.removeAll { !known.contains($0) }
  }

  mutating func removeAll() { self = Marks() }
}
