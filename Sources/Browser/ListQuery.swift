import SlotStore

/// What the slot list shows and in which order.
package struct ListQuery: Hashable, Sendable {
  /// nil: every model type.
  package var modelType: String?
  /// A text that is a ``SlotSearch``; empty: every slot.
  package var search = ""
  package var order = SlotOrder.updated
  package var isReversed = false

  package init(
    modelType: String? = nil, search: String = "", order: SlotOrder = .updated, isReversed: Bool = false
  ) {
    self.modelType = modelType
    self.search = search
    self.order = order
    self.isReversed = isReversed
  }

  /// Whether the largest comes first: the newest and the biggest do unless the order is reversed.
  var descends: Bool { order.descends != isReversed }

  /// As the store takes it.
  var storeQuery: SlotQuery {
    get throws {
      SlotQuery(
        modelType: modelType, search: search.isEmpty ? nil : try SlotSearch(search), order: order,
        reversed: isReversed)
    }
  }

  /// The search as the store takes it: nil where there is none.
  var storeSearch: String? { search.isEmpty ? nil : search }
}

/// A request for the rows around a place of the list.
package struct PageRequest: Hashable, Sendable {
  package var query: ListQuery
  /// Rises with every request; an answer to any but the newest is dropped.
  package var generation: Int
  /// The row to load around, unless `locate` is found elsewhere.
  package var center: Int
  /// How many rows to load.
  package var limit: Int
  /// The slot whose row may have moved and is to stay selected.
  package var locate: Int?
  /// How many rows there are, where that was counted and nothing has changed since.
  package var knownTotal: Int?
}

/// Some rows of the list, and where they stand in it.
package struct SlotPage: Sendable, Equatable {
  /// How many rows the whole list has.
  package var total: Int
  /// The row of `rows[0]`.
  package var offset: Int
  package var rows: [SlotSummary]
  /// The row of the slot that was to be located; nil where it is not in the list.
  package var located: Int?

  package init(total: Int, offset: Int, rows: [SlotSummary], located: Int? = nil) {
    self.total = total
    self.offset = offset
    self.rows = rows
    self.located = located
  }
}
