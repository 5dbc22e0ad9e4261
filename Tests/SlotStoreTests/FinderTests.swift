import Foundation
import GRDB
import ModelContext
import Synchronization
import Tensors
import Testing

@testable import SlotStore

/// As anybody might write them.
private let shapeTexts = [
  "[768, 2304]", "[5]", "[]", "[0]", "[0, 4611686018427387904, 4]", "[1 ,2]", "[1 2]", "[01]", "[5,]",
  "[5]]", "[[5]]", "[-1]", "[1.0]", "[1e3]", "[999999999999999]", "[9223372036854775807]",
  "[9223372036854775808]", "[4294967296, 4294967296]", " [3]", "[3] ", "[\n3]", "[true]", "5", "", "[", "]",
  "[ 3 , 4 ]", "[3,,4]", "[12]\0", "[12]\0]", "[1\0]", "[١٢]", "[1é]",
]

@Suite("Finding and sorting")
struct FinderTests {
  private func filled(_ count: Int = 60) throws -> TemporaryStore {
    let temporary = try TemporaryStore(fast: true)
    for slot in 0..<count {
      let values = [Double](repeating: Double(slot % 4), count: 1 + slot * 7 % 11)
      try temporary.store.saveContext(
        Context(
          weights: slot % 5 == 0 ? Weights(values.map { Float($0) }) : Weights(values),
          metadata: ["model_type": slot % 3 == 0 ? "CNN" : "LLM", "name": slot % 2 == 0 ? "even" : "odd"]),
        in: slot * 3)
    }
    return temporary
  }

  @Test(
    "the finder has what a list has, of every order, type and search", arguments: SlotOrder.allCases,
    [false, true])
  func same(order: SlotOrder, reversed: Bool) throws {
    let temporary = try filled()
    let store = temporary.store
    #expect(try store.verify(9).ok)
    try temporary.damage(12) { $0.removeLast() }
    let finder = SlotFinder(store: store)
    for type in [nil, "CNN", "RNN"] {
      for search in ["", "even", "is:written", "-is:written", "type:cnn params:>3", "nothing"] {
        let query = SlotQuery(
          modelType: type, search: try SlotSearch(search), order: order, reversed: reversed)
        let expected = try store.listSlots(query).map(\.slotID)
        let found = try finder.slotIDs(query, isUnchanged: false, firstPage: 5, progress: WorkProgress()) {
          news in
          #expect(expected.starts(with: news.slotIDs))
        }
        #expect(found == expected, "\(type ?? "all") \(search)")
        if !search.isEmpty {
          let counts = try finder.counts(SlotSearch(search), progress: WorkProgress())
          #expect(try counts["CNN"] ?? 0 == store.countSlots(modelType: "CNN", search: search))
        }
      }
    }
  }

  @Test("by parameters, dtype, creation, checksum and state")
  func orders() throws {
    let temporary = try filled()
    let store = temporary.store
    #expect(try store.verify(9).ok)
    try temporary.damage(12) { $0.removeLast() }
    let parameters = try store.listSlots(order: .parameters).compactMap(\.parameters)
    #expect(parameters == parameters.sorted(by: >) && parameters.count == 60)
    let dtypes = try store.listSlots(order: .dtype).map(\.dtype)
    #expect(dtypes == dtypes.sorted() && Set(dtypes).count == 2)
    let checksums = try store.listSlots(order: .checksum).map(\.checksum)
    #expect(checksums == checksums.sorted())
    let created = try store.listSlots(order: .created).map(\.createdAt)
    #expect(created == created.sorted(by: >))
    let states = try store.listSlots(order: .state)
    #expect(states.first?.slotID == 12 && states.first?.integrity == .mismatch)
    #expect(states.last?.slotID == 9 && states.last?.integrity == .verified)
  }

  @Test("what is found follows the store")
  func changes() throws {
    let store = try filled(6).store
    let finder = SlotFinder(store: store)
    let query = SlotQuery(search: try SlotSearch("even"), order: .id)
    func found(isUnchanged: Bool = false) throws -> [Int] {
      try finder.slotIDs(query, isUnchanged: isUnchanged, firstPage: 0, progress: WorkProgress()) { _ in }
    }
    #expect(try found() == [0, 6, 12])
    try store.deleteContext(6)
    #expect(try found(isUnchanged: true) == [0, 6, 12])
    #expect(try found() == [0, 12])
  }

  @Test("a search that nobody wants any more ends")
  func cancelled() throws {
    let store = try filled(6).store
    let progress = WorkProgress()
    progress.cancel()
    #expect(throws: CancellationError.self) {
      try SlotFinder(store: store).slotIDs(
        SlotQuery(search: try SlotSearch("even")), isUnchanged: false, firstPage: 0, progress: progress
      ) { _ in }
    }
  }

  @Test("a search that is cancelled on its way says so, and not that the index is at fault")
  func cancelledOnTheWay() throws {
    let temporary = try filled(1)
    let rows = "WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 40000) "
    try ForeignProgram.run(
      rows + "INSERT INTO contexts(slot_id, metadata_json) SELECT i, '{}' FROM n", in: temporary.directory)
    for order in [SlotOrder.updated, .parameters] {
      let progress = WorkProgress()
      let index = temporary.store.index
      let stop = Thread { progress.cancel() }
      #expect(throws: CancellationError.self) {
        stop.start()
        while true {
          _ = try index.matches(RowMatcher(SlotSearch("zzz")), progress: progress)
          _ = try index.sorted(nil, SlotQuery(order: order), progress: progress)
        }
      }
    }
  }

  @Test(
    "rows around a slot are those of the list", arguments: SlotOrder.allCases.filter { $0 != .state },
    [false, true])
  func surroundings(order: SlotOrder, reversed: Bool) throws {
    let store = try filled().store
    for type in [nil, "LLM"] {
      let query = SlotQuery(modelType: type, order: order, reversed: reversed)
      let whole = try store.listSlots(query)
      for slotID in [0, 3, 90, 174, 177] {
        let row = whole.firstIndex { $0.slotID == slotID }
        let found = try store.surroundings(
          of: slotID, in: query, total: whole.count, before: 4, after: 6)
        #expect(found?.row == row, "\(slotID)")
        guard let found, let row else { continue }
        #expect(found.first == max(0, row - 4))
        #expect(found.slots == Array(whole[found.first..<min(whole.count, row + 7)]))
      }
      #expect(try store.surroundings(of: 1, in: query, total: whole.count, before: 4, after: 6) == nil)
    }
  }

  @Test(
    "a row whose key is of any kind stands once among the rows around it",
    arguments: [
      "'2027-01-01T' || char(0) || 'x'", "CAST(x'ff00fe' AS TEXT)", "x'00ff'", "7.5", "''",
      "9007199254740993",
    ])
  func anyKey(_ value: String) throws {
    let temporary = try filled(6)
    try ForeignProgram.run(
      "UPDATE contexts SET updated_at = \(value) WHERE slot_id = 3", in: temporary.directory)
    let query = SlotQuery()
    let whole = try temporary.store.listSlots(query).map(\.slotID)
    #expect(whole.sorted() == [0, 3, 6, 9, 12, 15])
    let found = try temporary.store.surroundings(
      of: 3, in: query, total: whole.count, before: 10, after: 10)
    #expect(found?.slots.map(\.slotID) == whole)
    #expect(found?.row == whole.firstIndex(of: 3))
  }

  @Test(
    "the largest numbers of parameters are sorted, and what is none stands below 0", arguments: [false, true])
  func extremeParameters(reversed: Bool) throws {
    let temporary = try filled(6)
    for (slotID, value) in [(0, "9223372036854775807"), (3, "0"), (6, "-7"), (9, "4611686018427387904")] {
      try ForeignProgram.run(
        "UPDATE contexts SET parameters = \(value), weight_shape = 'x' WHERE slot_id = \(slotID)",
        in: temporary.directory)
    }
    try ForeignProgram.run(
      "UPDATE contexts SET parameters = 5 WHERE slot_id IN (12, 15)", in: temporary.directory)
    let listed = try temporary.store.listSlots(order: .parameters, reversed: reversed).map(\.slotID)
    #expect(listed == (reversed ? [6, 3, 12, 15, 9, 0] : [0, 9, 15, 12, 3, 6]))
  }

  @Test("rows without a size stand where rows of size 0 do", arguments: [false, true])
  func noSize(reversed: Bool) throws {
    let temporary = try filled(6)
    try ForeignProgram.run(
      "UPDATE contexts SET size_bytes = NULL WHERE slot_id IN (3, 12)", in: temporary.directory)
    let query = SlotQuery(order: .size, reversed: reversed)
    let whole = try temporary.store.listSlots(query).map(\.slotID)
    #expect(reversed ? whole.prefix(2) == [3, 12] : whole.suffix(2) == [12, 3])
    for (row, slotID) in whole.enumerated() {
      let found = try temporary.store.surroundings(of: slotID, in: query, total: 6, before: 10, after: 10)
      #expect(found?.row == row)
      #expect(found?.slots.map(\.slotID) == whole)
    }
  }

  @Test(
    "slots of other programs are sorted by the names in their metadata, each once on the pages",
    arguments: [nil, "LLM"],
    [false, true])
  func foreignNames(type: String?, reversed: Bool) throws {
    let temporary = try filled(6)
    // Names as JSON may have them, and what is no name of the slot.
    let written = [
      #"{"name": "f"}"#, #"{"name":"nine"}"#, #"{"a": [1], "name" : "z"}"#, #"{"name": "\u00e9"}"#,
      #"{"name": 7}"#, "no",
      #"{"name": "cut"#, "",
    ]
    for (number, metadata) in written.enumerated() {
      try ForeignProgram.write(1, slot: 100 + number, in: temporary.directory)
      try ForeignProgram.run(
        "UPDATE contexts SET metadata_json = '\(metadata)' WHERE slot_id = \(100 + number)",
        in: temporary.directory)
    }
    var query = SlotQuery(modelType: type, order: .name, reversed: reversed)
    let whole = try temporary.store.listSlots(query)
    let inOrder = (reversed ? whole.reversed() : whole).map(\.slotID)
    // Those without a name, or with spaces before the colon, stand first.
    #expect(inOrder.prefix(4) == [102, 104, 105, 107])
    let plain = Set([100, 101] + (0..<6).map { $0 * 3 })
    let names = (reversed ? whole.reversed() : whole).filter { plain.contains($0.slotID) }.map(\.name)
    #expect(names == names.sorted() && names.contains("f") && names.contains("nine"))
    query.limit = 3
    var paged: [SlotSummary] = []
    while paged.count < whole.count {
      let page = try temporary.store.listSlots(query)
      try #require(!page.isEmpty)
      paged += page
      query.after = page.last.map { SlotCursor($0, order: .name) }
    }
    #expect(paged == whole)
  }

  @Test("a place among many slots of one key is found in any order", arguments: SlotOrder.allCases)
  func pagesOfOneKey(order: SlotOrder) throws {
    let store = try filled(40).store
    for type in [nil, "LLM"] {
      for reversed in [false, true] {
        let whole = try store.listSlots(modelType: type, order: order, reversed: reversed)
        var paged: [SlotSummary] = []
        while paged.count < whole.count {
          let page = try store.listSlots(
            modelType: type, order: order, reversed: reversed, limit: 7,
            after: paged.last.map { SlotCursor($0, order: order) })
          try #require(!page.isEmpty)
          paged += page
        }
        #expect(paged.map(\.slotID) == whole.map(\.slotID))
        let skipped = try store.listSlots(
          modelType: type, order: order, reversed: reversed, limit: 5, offset: 3,
          after: SlotCursor(whole[2], order: order))
        #expect(skipped.map(\.slotID) == whole[6..<11].map(\.slotID))
      }
    }
  }

  @Test("a shape has as many elements read by its bytes as read by its JSON", arguments: shapeTexts)
  func shapes(_ text: String) {
    var copy = text
    let count = copy.withUTF8 { SlotRow.elementCount(shape: $0) }
    #expect(count == SlotRow.elementCount(shape: text))
  }

  @Test("what SQL alone counts of shapes is what their JSON says, and one extent is counted")
  func shapesInSQL() throws {
    let temporary = try filled(3)
    func counted(_ sql: String) throws -> Int? {
      try ForeignProgram.run(
        "UPDATE contexts SET parameters = NULL, weight_shape = \(sql) WHERE slot_id = 3",
        in: temporary.directory)
      return try temporary.store.index.read { db in
        try Int.fetchOne(db, sql: "SELECT \(SortKey.of(.parameters)) FROM contexts WHERE slot_id = 3")
      }
    }
    for text in shapeTexts {
      let bytes = text.utf8.map { String(256 + Int($0), radix: 16).dropFirst() }.joined()
      let count = try counted("CAST(x'\(bytes)' AS TEXT)")
      #expect(count == SortKey.uncounted || count == SlotRow.elementCount(shape: text) ?? -1, "\(text)")
    }
    #expect(try counted("'[5]'") == 5)
    #expect(try counted("'[999999999999999]'") == 999_999_999_999_999)
    #expect(try counted("NULL") == -1)
    #expect(try counted("x'5b355d'") == SortKey.uncounted)
  }

  @Test(
    "shapes that SQL alone can't count are sorted with the others, and then it can again",
    arguments: [nil, "LLM"],
    [false, true])
  func severalExtents(type: String?, reversed: Bool) throws {
    let temporary = try filled(8)
    let (store, index) = (temporary.store, temporary.store.index)
    for slot in 100..<104 { try ForeignProgram.write(1, slot: slot, in: temporary.directory) }
    var query = SlotQuery(modelType: type, order: .parameters, reversed: reversed)
    func checkOrder() throws {
      let whole = try store.listSlots(query)
      let sorted = whole.sorted { ($0.parameters ?? -1, $0.slotID) > ($1.parameters ?? -1, $1.slotID) }
      #expect(whole == (reversed ? sorted.reversed() : sorted))
      query.limit = 2
      var paged: [SlotSummary] = []
      while paged.count < whole.count {
        let page = try store.listSlots(query)
        try #require(!page.isEmpty)
        paged += page
        query.after = paged.last.map { SlotCursor($0, order: .parameters) }
      }
      #expect(paged == whole)
      (query.limit, query.after) = (nil, nil)
      query.search = try SlotSearch("params:>3")
      #expect(try store.listSlots(query) == whole.filter { $0.parameters ?? 0 > 3 })
      query.search = nil
    }
    #expect(try index.has(.parameters))
    try checkOrder()
    try ForeignProgram.run(
      "UPDATE contexts SET weight_shape = CASE slot_id WHEN 101 THEN '[2, 2]' ELSE 'none' END WHERE slot_id > 100",
      in: temporary.directory)
    #expect(try !index.has(.parameters))
    try checkOrder()
    try ForeignProgram.run(
      "UPDATE contexts SET weight_shape = '[4]' WHERE slot_id > 100", in: temporary.directory)
    #expect(try index.has(.parameters))
    try checkOrder()
  }

  @Test("where a slot is")
  func whereabouts() throws {
    let store = try filled(4).store
    let query = SlotQuery(modelType: "LLM", search: try SlotSearch("odd"))
    #expect(try store.whereabouts(of: 3, in: query) == .inList)
    #expect(try store.whereabouts(of: 9, in: query) == .elsewhere)
    #expect(try store.whereabouts(of: 6, in: query) == .elsewhere)
    #expect(try store.whereabouts(of: 4, in: query) == .missing(nearest: 3))
    #expect(try store.whereabouts(of: Int.max, in: query) == .missing(nearest: 9))
    #expect(try TemporaryStore().store.whereabouts(of: 4, in: query) == .missing(nearest: nil))
  }
}
