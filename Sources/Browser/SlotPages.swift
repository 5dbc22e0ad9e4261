import SlotStore

/// Reads pages of the slot list from a store. Methods block.
struct SlotPages: Sendable {
  let store: PersistentStore

  /// Up to this many rows, a slot is found by looking at all of them.
  private static let fewRows = 2048

  private static let patience = Duration.seconds(1)

  /// - Throws: what the store throws.
  func page(for request: PageRequest) throws -> SlotPage {
    let query = request.query
    let total =
      try request.knownTotal ?? store.countSlots(modelType: query.modelType, search: query.storeSearch)
    if let wanted = request.locate {
      if total <= Self.fewRows {
        let all = try rows(query, offset: 0, limit: total)
        let located = all.firstIndex { $0.slotID == wanted }
        let range = Self.window(around: located ?? request.center, limit: request.limit, total: all.count)
        return SlotPage(total: all.count, offset: range.lowerBound, rows: Array(all[range]), located: located)
      }
      if let located = try row(of: wanted, query, total: total) {
        return try page(request, around: located, total: total, located: located)
      }
    }
    return try page(request, around: request.center, total: total, located: nil)
  }

  /// The slots that a list shows, in its order, up to a limit.
  ///
  /// - Throws: what the store throws.
  func slotIDs(for query: ListQuery, limit: Int) throws -> [Int] {
    try rows(query, offset: 0, limit: limit).map(\.slotID)
  }

  private func page(_ request: PageRequest, around row: Int, total: Int, located: Int?) throws -> SlotPage {
    let range = Self.window(around: row, limit: request.limit, total: total)
    let rows = try rows(request.query, offset: range.lowerBound, limit: range.count, total: total)
    return SlotPage(total: total, offset: range.lowerBound, rows: rows, located: located)
  }

  private static func window(around row: Int, limit: Int, total: Int) -> Range<Int> {
    let start = min(max(0, row - limit / 2), max(0, total - limit))
    return start..<min(total, start + limit)
  }

  /// Rows from `offset` on. The index skips rows one by one, so that the second half is read from its end.
  private func rows(_ query: ListQuery, offset: Int, limit: Int, total: Int) throws -> [SlotSummary] {
    let behind = max(0, total - offset - limit)
    guard behind < offset, limit > 0 else { return try rows(query, offset: offset, limit: limit) }
    var backwards = query
    backwards.isReversed.toggle()
    return try rows(backwards, offset: behind, limit: min(limit, total - offset)).reversed()
  }

  private func rows(_ query: ListQuery, offset: Int, limit: Int) throws -> [SlotSummary] {
    try store.listSlots(
      modelType: query.modelType, search: query.storeSearch, order: query.order, reversed: query.isReversed,
      limit: limit, offset: offset)
  }

  /// Where a slot stands in a long list, by bisection over the order; nil where it is not in it, and in a long list of
  /// search results, in which every step would search the whole store.
  private func row(of slotID: Int, _ query: ListQuery, total: Int) throws -> Int? {
    guard query.search.isEmpty, let wanted = try store.summary(of: slotID) else { return nil }
    let place = OrderedPlace(wanted, query)
    var low = 0
    var high = total
    let start = ContinuousClock.now
    while low < high {
      // Without an index every step sorts the whole store: then the list had better begin at its beginning.
      if start.duration(to: .now) > Self.patience { return nil }
      let middle = (low + high) / 2
      guard let slot = try rows(query, offset: middle, limit: 1, total: total).first else { return nil }
      if OrderedPlace(slot, query).precedes(place) { low = middle + 1 } else { high = middle }
    }
    return try rows(query, offset: low, limit: 1, total: total).first?.slotID == slotID ? low : nil
  }
}

/// A slot's place in an order, compared as the index compares: text by its bytes, then the slot number.
struct OrderedPlace {
  private let text: String
  private let number: Int
  private let slotID: Int
  private let descends: Bool

  init(_ slot: SlotSummary, _ query: ListQuery) {
    slotID = slot.slotID
    descends = query.descends
    switch query.order {
    case .updated: (text, number) = (slot.updatedAt.replacing(" ", with: "T"), 0)
    case .id: (text, number) = ("", slot.slotID)
    case .type: (text, number) = (slot.modelType, 0)
    case .size: (text, number) = ("", slot.sizeBytes)
    case .name: (text, number) = (slot.name, 0)
    }
  }

  func precedes(_ other: OrderedPlace) -> Bool {
    descends ? other.isBelow(self) : isBelow(other)
  }

  private func isBelow(_ other: OrderedPlace) -> Bool {
    if text != other.text { return text.utf8.lexicographicallyPrecedes(other.text.utf8) }
    return (number, slotID) < (other.number, other.slotID)
  }
}
