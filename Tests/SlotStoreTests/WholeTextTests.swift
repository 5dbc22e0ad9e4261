import GRDB
import ModelContext
import Tensors
import Testing

@testable import SlotStore

@Suite("Texts with a NUL, as other programs may write them")
struct WholeTextTests {
  private let types = ["A", "A\0", "A\0B", "A\0C", "AB"]

  /// Twenty slots of five types, each with a name.
  private func filled() throws -> TemporaryStore {
    let temporary = try TemporaryStore(fast: true)
    for slot in 0..<20 {
      try ForeignProgram.write(Double(slot), slot: slot, in: temporary.directory)
      let sql = { (text: String) in
        "CAST(x'" + text.utf8.map { String($0, radix: 16, padding: 2) }.joined() + "' AS TEXT)"
      }
      try ForeignProgram.run(
        """
        UPDATE contexts SET model_type = \(sql(types[slot % 5])),
          name = \(sql("n\0\(19 - slot)")), weight_dtype = 'f' || char(0) || \(slot % 3),
          checksum = char(0, 97 + \(slot)), updated_at = '2026-01-01 00:00' || char(0) || \(slot / 2) WHERE slot_id = \(slot)
        """, in: temporary.directory)
    }
    return temporary
  }

  @Test("model types are told apart, counted and listed")
  func told() throws {
    let store = try filled().store
    #expect(try store.stats().byModelType.map(\.modelType) == types)
    #expect(try store.stats().byModelType.map(\.count) == [4, 4, 4, 4, 4])
    for (number, type) in types.enumerated() {
      #expect(try store.countSlots(modelType: type) == 4)
      let listed = try store.listSlots(modelType: type, order: .id)
      #expect(listed.map(\.slotID) == [0, 5, 10, 15].map { $0 + number })
      #expect(listed.allSatisfy { $0.modelType == type })
      #expect(try store.metadata(of: number)["model_type"] == "LLM")
    }
    #expect(try store.listSlots(modelType: "A\0D").isEmpty)
    #expect(try store.summary(of: 3)?.name == "n\u{0}16")
  }

  @Test("they are found", arguments: ["type:A", "type:ab", "n"])
  func search(_ text: String) throws {
    let store = try filled().store
    let search = try SlotSearch(text)
    let finder = SlotFinder(store: store)
    let counts = try finder.counts(search, progress: WorkProgress())
    for type in types {
      let listed = try store.listSlots(SlotQuery(modelType: type, search: search, order: .id)).map(\.slotID)
      #expect(counts[type] ?? 0 == listed.count)
      let found = try finder.slotIDs(
        SlotQuery(modelType: type, search: search, order: .id), isUnchanged: false, firstPage: 5,
        progress: WorkProgress()
      ) { _ in }
      #expect(found == listed)
    }
    #expect(counts.values.reduce(0, +) == (text == "type:ab" ? 4 : 20))
  }

  @Test(
    "every order pages through them once, and finds the place of each", arguments: SlotOrder.allCases,
    [false, true])
  func orders(_ order: SlotOrder, reversed: Bool) throws {
    let store = try filled().store
    for type in [nil, "A", "A\0B"] {
      let query = SlotQuery(modelType: type, order: order, reversed: reversed)
      let whole = try store.listSlots(query)
      #expect(whole.count == (type == nil ? 20 : 4))
      var paged: [Int] = []
      var page = query
      page.limit = 3
      while paged.count < whole.count {
        let slots = try store.listSlots(page)
        try #require(!slots.isEmpty)
        paged += slots.map(\.slotID)
        page.after = slots.last.map { SlotCursor($0, order: order) }
      }
      #expect(paged == whole.map(\.slotID))
      for (row, slot) in whole.enumerated() where order != .state {
        let found = try store.surroundings(
          of: slot.slotID, in: query, total: whole.count, before: 2, after: 2)
        #expect(found?.row == row)
      }
    }
    if order == .type {
      #expect(
        try store.listSlots(SlotQuery(order: order, reversed: reversed)).map(\.modelType)
          == (reversed ? types.reversed() : types).flatMap { [$0, $0, $0, $0] })
    }
  }

  @Test("what is saved over such a slot, and brought back, is whole")
  func history() throws {
    let store = try filled().store
    try store.saveContext(
      Context(weights: Weights([1.0]), metadata: ["model_type": "A\0D", "name": "\0"]), in: 3)
    #expect(try store.listSlots(modelType: "A\0D").map(\.slotID) == [3])
    #expect(try store.summary(of: 3)?.name == "\0")
    try store.restoreContext(3)
    #expect(try store.summary(of: 3)?.modelType == "A\0C")
    #expect(try store.countSlots(modelType: "A\0C") == 4)
  }

  @Test("an index is used for them as for any text", arguments: SlotOrder.allCases)
  func plans(_ order: SlotOrder) throws {
    let store = try filled().store
    func plan(_ type: String, _ after: SlotCursor?) throws -> [String] {
      let query = SlotQuery(modelType: type, order: order)
      return try store.index.read { db in
        let columns = try store.index.columns(db, for: order)
        var conditions = SlotIndex.conditions(query, columns)
        if let after { conditions = conditions.adding(after.isBeyond(query, columns)) }
        return try Row.fetchAll(
          db,
          sql: "EXPLAIN QUERY PLAN SELECT slot_id FROM contexts" + conditions.sql
            + SlotIndex.ordering(query, columns), arguments: StatementArguments(conditions.arguments)
        ).map { $0["detail"] }
      }
    }
    let cursor = { SlotCursor(slotID: 1, key: .text($0)) }
    #expect(try plan("A\0B", nil) == plan("A", nil))
    #expect(try plan("A\0B", cursor("x\0y")) == plan("A", cursor("x")))
    if order != .state { #expect(try plan("A\0B", nil).contains { $0.contains("USING") }) }
  }
}

extension String {
  fileprivate init(_ byte: UInt8, radix: Int, padding: Int) {
    let digits = String(byte, radix: radix)
    self = String(repeating: "0", count: padding - digits.count) + digits
  }
}
