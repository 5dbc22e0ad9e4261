import SlotStore

/// The slot list's state: a window of loaded rows over a list of any length, a selection and a scroll position.
///
/// Only the rows in view and a margin are ever held. The selection is a *slot*: when rows move it goes with
/// its slot, and only where that slot is gone does it stay at its row.
package struct SlotList: Sendable, Equatable {
  package private(set) var query: ListQuery
  /// Rows of the whole list; nil until the first page is there.
  package private(set) var total: Int?
  /// The loaded rows, from row `offset` on.
  package private(set) var rows: [SlotSummary] = []
  package private(set) var offset = 0
  /// The selected row.
  package private(set) var selection = 0
  /// The slot of that row; nil while the row is not loaded.
  package private(set) var selectedSlotID: Int?
  /// The first row in view.
  package private(set) var top = 0
  /// How many rows are in view.
  package private(set) var visible = 1

  /// The rows are the first of the list, and how many there are is still counted.
  package private(set) var isCounting = false
  /// How much of the store has been looked at for the newest request, where that takes long.
  package private(set) var fraction: Double?

  private var generation = 0
  private var pending: PageRequest?
  /// The rows are not, or may not be, what the store holds by now.
  private var isStale = true
  /// The store has changed since the newest request: when that is answered, the rows are to be read again.
  private var isOutdated = false
  /// The newest request could not be answered; nothing is asked again before something changes.
  private var hasFailed = false
  /// The query has changed since the rows were loaded.
  private var isOtherQuery = false

  package init(query: ListQuery = ListQuery(), selectedSlotID: Int? = nil) {
    self.query = query
    self.selectedSlotID = selectedSlotID
  }

  package var count: Int { total ?? 0 }
  package var selected: SlotSummary? { row(at: selection) }
  /// Whether an answer to the newest request is still awaited.
  package var isLoading: Bool { pending != nil }

  /// Whether the rows are still those of an earlier query.
  package var isChanging: Bool { isOtherQuery }

  package func row(at index: Int) -> SlotSummary? {
    let position = index - offset
    return rows.indices.contains(position) ? rows[position] : nil
  }

  // MARK: Changes

  package mutating func change(_ query: ListQuery) {
    guard query != self.query else { return }
    self.query = query
    isStale = true
    isOtherQuery = true
  }

  /// The store has changed: the rows in view are to be read again.
  ///
  /// An answer that is on its way is awaited first, so that there are rows however often the store changes.
  package mutating func markStale() {
    if let pending, pending.query == query, !isStale { isOutdated = true } else { isStale = true }
  }

  package mutating func show(rows visible: Int) {
    self.visible = max(1, visible)
    scrollToSelection()
  }

  package mutating func select(row: Int) {
    guard count > 0 else { return }
    selection = min(max(0, row), count - 1)
    selectedSlotID = self.row(at: selection)?.slotID
    scrollToSelection()
  }

  /// Selects a slot wherever it is, as soon as that is known.
  package mutating func select(slotID: Int) {
    selectedSlotID = slotID
    isStale = true
  }

  package mutating func move(by rows: Int) { select(row: selection + rows) }

  /// Scrolls without selecting, as a wheel does; the selection follows only where it would leave the view.
  package mutating func scroll(by rows: Int) {
    top = min(max(0, top + rows), max(0, count - visible))
    if selection < top { select(row: top) }
    if selection >= top + visible { select(row: top + visible - 1) }
  }

  private mutating func scrollToSelection() {
    top = min(top, max(0, count - visible))
    if selection < top { top = selection }
    if selection >= top + visible { top = selection - visible + 1 }
  }

  // MARK: Loading

  /// The request to send, if rows are missing or may be stale and none such is under way.
  package mutating func nextRequest() -> PageRequest? {
    let margin = visible
    let first = max(0, top - margin)
    let last = min(count, top + visible + margin)
    let isCovered = total != nil && first >= offset && last <= offset + rows.count
    let needed = PageRequest(
      query: query, generation: generation + 1, center: top + visible / 2, limit: max(128, visible * 5),
      locate: isStale ? selectedSlotID : nil, knownTotal: isStale ? nil : total)
    if !isStale {
      if isCovered || hasFailed { return nil }
      if let pending, pending.query == query, abs(pending.center - needed.center) <= pending.limit / 4 {
        return nil
      }
    }
    isStale = false
    isOutdated = false
    hasFailed = false
    generation += 1
    pending = needed
    return needed
  }

  /// Takes an answer; one to an earlier request is dropped.
  ///
  /// - Returns: whether it was taken.
  package mutating func take(_ page: SlotPage, for request: PageRequest) -> Bool {
    guard request == pending else { return false }
    pending = nil
    isCounting = false
    fraction = nil
    if isOutdated { isStale = true }
    isOutdated = false
    let screenRow = selection - top
    total = page.total
    rows = page.rows
    offset = page.offset
    let wasOtherQuery = isOtherQuery
    isOtherQuery = false
    if let wanted = selectedSlotID {
      let loaded = page.rows.firstIndex { $0.slotID == wanted }.map { page.offset + $0 }
      if let row = loaded ?? (request.locate == wanted ? page.located : nil) {
        selection = row
        // At the top the list stays at its top, so that what arrives there is seen; elsewhere the slot stays in its row.
        if top > 0 || wasOtherQuery { top = max(0, row - screenRow) }
      } else if request.locate != nil && request.locate != wanted {
        // Another slot was selected meanwhile, and where it is now nobody has said yet.
        isStale = true
        return true
      } else if wasOtherQuery {
        selection = 0
        top = 0
      }
    } else if wasOtherQuery {
      selection = 0
      top = 0
    }
    selection = min(max(0, selection), max(0, count - 1))
    selectedSlotID = row(at: selection)?.slotID
    scrollToSelection()
    return true
  }

  /// Takes the first rows of another list, whose others are still looked for.
  package mutating func take(_ news: FindingNews, for request: PageRequest) {
    guard request == pending else { return }
    fraction = news.fraction
    guard let page = news.page, isOtherQuery || isCounting else { return }
    if isOtherQuery {
      selection = page.located ?? 0
      top = 0
      selectedSlotID = nil
    }
    isOtherQuery = false
    isCounting = true
    total = page.total
    rows = page.rows
    offset = page.offset
    selection = min(max(0, selection), max(0, count - 1))
    selectedSlotID = row(at: selection)?.slotID
    scrollToSelection()
  }

  /// The request could not be answered.
  package mutating func giveUp(_ request: PageRequest) {
    guard request == pending else { return }
    pending = nil
    isCounting = false
    fraction = nil
    hasFailed = true
    if isOutdated { isStale = true }
    isOutdated = false
  }
}
