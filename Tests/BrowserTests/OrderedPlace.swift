import SlotStore

@testable import Browser

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
    case .parameters: (text, number) = ("", slot.parameters ?? -1)
    case .dtype: (text, number) = (slot.dtype, 0)
    case .created: (text, number) = (slot.createdAt.replacing(" ", with: "T"), 0)
    case .checksum: (text, number) = (slot.checksum, 0)
    case .state: (text, number) = ("", slot.integrity.severity)
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
