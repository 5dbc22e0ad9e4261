import Canvas
import Inspection
import SlotStore

/// A slot that is looked for by its number.
package struct SlotLookup: Hashable, Sendable {
  package var slotID: Int
  /// The list that it may be in.
  package var query: ListQuery
}

/// Going to a slot by its number.
extension BrowserState {
  /// Digits are typed; all else that edits text edits.
  mutating func editJump(_ key: Key) {
    if case .character(let character) = key {
      guard character.isASCII, character.isNumber, jump.map({ $0.text.count < Self.mostDigits }) ?? false
      else {
        return
      }
    }
    _ = jump?.edit(key)
  }

  /// More make no slot number.
  private static let mostDigits = 18

  mutating func performInJump(_ command: Command) -> [Effect] {
    switch command {
    case .accept:
      let slotID = jump.flatMap { Int($0.string) }
      jump = nil
      return slotID.map { [.lookUpSlot(SlotLookup(slotID: $0, query: list.query))] } ?? []
    case .eraseField: jump?.erase()
    default: jump = nil
    }
    return []
  }

  mutating func take(_ whereabouts: Outcome<SlotWhereabouts>, of lookup: SlotLookup) {
    let slotID = lookup.slotID
    switch whereabouts {
    case .success(.inList) where lookup.query == list.query: goTo(slotID)
    case .success(.inList), .success(.elsewhere):
      let query = list.query
      let cleared = [
        query.search.isEmpty ? nil : "the filter '\(query.search)'",
        query.modelType.map { "type \(Format.modelType($0))" },
      ].compactMap(\.self)
      changeQuery {
        $0.search = ""
        $0.modelType = nil
      }
      goTo(slotID)
      if !cleared.isEmpty {
        let what = cleared.joined(separator: " and ")
        notice = Notice(text: "slot \(slotID) is not in \(what): all slots are shown again", isError: false)
      }
    case .success(.missing(let nearest)):
      let way = nearest.map { "the nearest is \($0)" } ?? "the store is empty"
      notice = Notice(text: "there is no slot \(slotID); \(way)", isError: false)
    case .failure(let problem): notice = Notice(text: problem, isError: true)
    }
  }

  private mutating func goTo(_ slotID: Int) {
    list.select(slotID: slotID)
    infoScroll.moveToTop()
    configScroll.moveToTop()
  }
}
