import Foundation
import ModelContext
import SlotStore
import Testing

struct IndexTests {
  private func filled() throws -> TemporaryStore {
    let temporary = try TemporaryStore()
    for slot in 0..<30 {
      let context = Context(
        weights: Weights([Double](repeating: 1, count: 1 + slot * 7 % 11)),
        metadata: [
          "model_type": slot % 3 == 0 ? "CNN" : "LLM", "name": "model 100%_\(slot)",
          "note": slot == 4 ? "Straße" : "",
        ])
      try temporary.store.saveContext(context, in: slot)
    }
    return temporary
  }

  @Test(
    "every order, page by page with a cursor, is the whole list once", arguments: SlotOrder.allCases,
    [false, true])
  func paging(order: SlotOrder, reversed: Bool) throws {
    let store = try filled().store
    let whole = try store.listSlots(order: order, reversed: reversed)
    #expect(whole.count == 30)
    var paged: [SlotSummary] = []
    var after: SlotCursor?
    while true {
      let page = try store.listSlots(order: order, reversed: reversed, limit: 7, after: after)
      guard let last = page.last else { break }
      paged += page
      after = SlotCursor(last, order: order)
    }
    #expect(paged == whole)
    #expect(try store.listSlots(order: order, reversed: !reversed) == whole.reversed())
    #expect(
      try store.listSlots(order: order, reversed: reversed, limit: 5, offset: 10) == Array(whole[10..<15]))
  }

  @Test("the orders are what their names say")
  func orders() throws {
    let store = try filled().store
    #expect(try store.listSlots(order: .updated).map(\.slotID) == Array((0..<30).reversed()))
    #expect(try store.listSlots(order: .id).map(\.slotID) == Array(0..<30))
    let sizes = try store.listSlots(order: .size).map(\.sizeBytes)
    #expect(sizes == sizes.sorted(by: >))
    #expect(
      try store.listSlots(order: .type).map(\.modelType) == Array(repeating: "CNN", count: 10)
        + Array(repeating: "LLM", count: 20))
  }

  @Test("type and search choose; % and _ are themselves")
  func filters() throws {
    let store = try filled().store
    #expect(try store.countSlots(modelType: "CNN") == 10)
    #expect(try store.listSlots(modelType: "CNN").allSatisfy { $0.modelType == "CNN" })
    // 2, 12, 20 to 29.
    #expect(try store.listSlots(search: "100%_2").count == 12)
    #expect(try store.listSlots(search: "100_%").isEmpty)
    #expect(try store.listSlots(search: "stra").map(\.slotID) == [4])
    #expect(try store.listSlots(search: "' OR 1=1 --").isEmpty)
  }

  @Test("totals count by type")
  func totals() throws {
    let stats = try filled().store.stats()
    #expect(stats.totalContexts == 30)
    #expect(stats.byModelType.map(\.modelType) == ["CNN", "LLM"])
    #expect(stats.byModelType.map(\.count) == [10, 20])
    #expect(stats.schemaVersion == "1")
  }

  @Test("delete empties the slot and restore brings it back, as new revisions")
  func deleteAndRestore() throws {
    let temporary = try TemporaryStore()
    let store = temporary.store
    try store.saveContext(.sample(1), in: 1)
    try store.deleteContext(1)
    #expect(try !store.exists(1))
    #expect(temporary.entries("slots").isEmpty)
    #expect(try store.restoreContext(1) == 2)
    #expect(try store.loadContext(1).first == 1)
    try store.saveContext(.sample(2), in: 1)
    #expect(try store.restoreContext(1) == 4)
    #expect(try store.loadContext(1).first == 1)
    #expect(try store.restoreContext(1) == 5)
    #expect(try store.loadContext(1, verifying: true).first == 2)
  }

  @Test("a number is never given twice, also after a delete")
  func countersStay() throws {
    let store = try TemporaryStore().store
    try store.saveContext(.sample(1), in: 1)
    try store.deleteContext(1)
    #expect(try store.saveContext(.sample(2), in: 1).revision == 2)
  }

  @Test("clear empties all slots and loses nothing")
  func clear() throws {
    let store = try TemporaryStore().store
    for slot in 0..<3 { try store.saveContext(.sample(Double(slot)), in: slot) }
    try store.clear()
    #expect(try store.stats().totalContexts == 0)
    try store.restoreContext(2)
    #expect(try store.loadContext(2).first == 2)
  }

  @Test("verified shows until the file changes")
  func integrity() throws {
    let temporary = try TemporaryStore()
    try temporary.store.saveContext(.sample(1), in: 1)
    #expect(try temporary.store.summary(of: 1)?.integrity == .written)
    #expect(try temporary.store.verify(1).ok)
    #expect(try temporary.store.summary(of: 1)?.integrity == .verified)
    try temporary.damage(1) { $0[200] ^= 4 }
    #expect(try temporary.store.summary(of: 1)?.integrity == .written)
  }
}
