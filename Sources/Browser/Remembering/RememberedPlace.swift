import SlotStore

/// Where a store was last left.
package struct RememberedPlace: Codable, Sendable, Equatable {
  /// Of this layout; another is not understood.
  static let currentVersion = 1

  var version = currentVersion
  /// The store's folder, without links.
  var store: String
  var slot: Int?
  var modelType: String?
  var search: String
  var order: String
  var isReversed: Bool
  /// The lists' shares of the width, where somebody has moved the dividers.
  var listShare: Double?
  var screenListShare: Double?
}

extension BrowserState {
  /// Where it is now.
  package func place(in store: String) -> RememberedPlace {
    RememberedPlace(
      store: store, slot: list.selectedSlotID, modelType: list.query.modelType, search: list.query.search,
      order: list.query.order.rawValue, isReversed: list.query.isReversed, listShare: dividers.panes,
      screenListShare: dividers.screens)
  }

  /// Goes back there. What the caller asks for comes before what is remembered: to a slot that is asked for no filter
  /// may stand in the way.
  package mutating func restore(_ place: RememberedPlace, modelType: String?, slotID: Int?) {
    let isFree = modelType == nil && slotID == nil
    let query = ListQuery(
      modelType: isFree ? place.modelType : modelType, search: isFree ? place.search : "",
      order: SlotOrder(rawValue: place.order) ?? .updated, isReversed: place.isReversed)
    list = SlotList(query: query, selectedSlotID: isFree ? place.slot : slotID)
    dividers = Dividers(panes: Self.share(place.listShare), screens: Self.share(place.screenListShare))
  }

  private static func share(_ value: Double?) -> Double? {
    value.flatMap { $0 > 0 && $0 < 1 ? $0 : nil }
  }
}
