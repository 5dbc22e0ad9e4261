import SlotStore
import Testing

@testable import Browser

extension SlotList {
  fileprivate mutating func request() throws -> PageRequest {
    let request = nextRequest()
    return try #require(request)
  }

  fileprivate mutating func answer(_ page: SlotPage, _ request: PageRequest, isTaken: Bool = true) {
    let taken = take(page, for: request)
    #expect(taken == isTaken)
  }

  /// Whether it would ask for rows now.
  fileprivate var asks: Bool {
    var copy = self
    return copy.nextRequest() != nil
  }
}

@Suite("The slot list")
struct SlotListTests {
  /// A list of a million slots of which any page can be given.
  private func page(_ request: PageRequest, of total: Int, located: Int? = nil) -> SlotPage {
    let start = min(max(0, (located ?? request.center) - request.limit / 2), max(0, total - request.limit))
    return SlotPage(
      total: total, offset: start, rows: (start..<min(total, start + request.limit)).map { slot($0) },
      located: located)
  }

  private func loaded(_ total: Int, visible: Int = 20) throws -> SlotList {
    var list = SlotList()
    list.show(rows: visible)
    let request = try list.request()
    list.answer(page(request, of: total), request)
    return list
  }

  @Test("of a million rows only those in view and a margin are asked for")
  func window() throws {
    var list = try loaded(1_000_000)
    #expect(!list.asks)
    list.select(row: 999_999)
    #expect(list.selected == nil)
    let request = try list.request()
    #expect(request.limit <= 200)
    list.answer(page(request, of: 1_000_000), request)
    #expect(list.selected?.slotID == 999_999)
    #expect(list.rows.count <= 200)
    #expect(!list.asks)
  }

  @Test("scrolling asks for rows before they come into view")
  func margin() throws {
    var list = try loaded(1_000_000)
    var asked = 0
    for _ in 0..<500 {
      list.move(by: 1)
      if let request = list.nextRequest() {
        asked += 1
        #expect(list.row(at: list.selection) != nil, "the row in view was there before the answer")
        list.answer(page(request, of: 1_000_000), request)
      }
    }
    #expect(list.selected?.slotID == 500)
    #expect(asked > 2 && asked < 30)
  }

  @Test("one request is not sent twice while its answer is awaited")
  func pending() throws {
    var list = SlotList()
    list.show(rows: 10)
    _ = try list.request()
    #expect(!list.asks)
  }

  @Test("the answer to an earlier request is dropped")
  func late() throws {
    var list = try loaded(100)
    list.change(ListQuery(search: "a"))
    let first = try list.request()
    list.change(ListQuery(search: "ab"))
    let second = try list.request()
    list.answer(SlotPage(total: 1, offset: 0, rows: [slot(5)], located: nil), second)
    list.answer(page(first, of: 50), first, isTaken: false)
    #expect(list.total == 1)
  }

  @Test("the selection goes with its slot when rows move")
  func moves() throws {
    var list = try loaded(100)
    list.select(row: 30)
    list.markStale()
    let request = try list.request()
    #expect(request.locate == 30)
    // Five slots have come in before it.
    let rows = (1000..<1005).map { slot($0) } + (0..<95).map { slot($0) }
    list.answer(SlotPage(total: 105, offset: 0, rows: rows, located: 35), request)
    #expect(list.selected?.slotID == 30)
    #expect(list.selection == 35)
  }

  @Test("where the slot is gone the selection stays at its row")
  func gone() throws {
    var list = try loaded(10)
    list.select(row: 4)
    list.markStale()
    let request = try list.request()
    let rows = (0..<10).filter { $0 != 4 }.map { slot($0) }
    list.answer(SlotPage(total: 9, offset: 0, rows: rows, located: nil), request)
    #expect(list.selection == 4)
    #expect(list.selectedSlotID == 5)
  }

  @Test("another query that lacks the slot begins at its first row")
  func filtered() throws {
    var list = try loaded(100)
    list.select(row: 50)
    list.change(ListQuery(search: "x"))
    let request = try list.request()
    list.answer(SlotPage(total: 2, offset: 0, rows: [slot(1), slot(2)], located: nil), request)
    #expect(list.selection == 0)
    #expect(list.top == 0)
  }

  @Test("a slot selected while rows are on their way stays selected")
  func selectedMeanwhile() throws {
    var list = try loaded(100)
    list.select(row: 3)
    list.markStale()
    let first = try list.request()
    list.select(row: 90)
    // The answer is about slot 3 and does not hold slot 90.
    let rows = (0..<20).map { slot($0) }
    list.answer(SlotPage(total: 100, offset: 0, rows: rows, located: 3), first)
    #expect(list.selectedSlotID == 90)
    let second = try list.request()
    #expect(second.locate == 90)
    list.answer(page(second, of: 100, located: 90), second)
    #expect(list.selectedSlotID == 90)
  }

  @Test("after a failure nothing is asked again before something changes")
  func failure() throws {
    var list = SlotList()
    list.show(rows: 10)
    let request = try list.request()
    list.giveUp(request)
    #expect(!list.asks)
    list.markStale()
    #expect(list.asks)
  }

  @Test("the selection stays in view at any height")
  func resize() throws {
    var list = try loaded(100)
    list.select(row: 60)
    for height in [5, 40, 1, 13] {
      list.show(rows: height)
      #expect(list.top <= list.selection && list.selection < list.top + height)
      #expect(list.selection == 60)
    }
  }

  @Test("an order compares as the index does", arguments: SlotOrder.allCases, [false, true])
  func order(_ order: SlotOrder, _ isReversed: Bool) {
    let query = ListQuery(order: order, isReversed: isReversed)
    let slots = sampleSlots.sorted { OrderedPlace($0, query).precedes(OrderedPlace($1, query)) }
    let ids = slots.map(\.slotID)
    let expected: [SlotOrder: [Int]] = [
      .updated: [7, 8, 9, 21, 22, 30, 31], .id: [7, 8, 9, 21, 22, 30, 31], .type: [8, 22, 31, 7, 9, 21, 30],
      .size: [30, 31, 7, 8, 9, 22, 21], .name: [9, 7, 21, 22, 8, 30, 31],
      .parameters: [30, 31, 7, 8, 9, 22, 21], .dtype: [7, 8, 9, 21, 22, 30, 31],
      .created: [31, 30, 22, 21, 9, 8, 7], .checksum: [31, 7, 30, 9, 22, 8, 21],
      .state: [22, 31, 9, 7, 8, 21, 30],
    ]
    #expect(ids == (isReversed ? expected[order]?.reversed() : expected[order]))
  }

  @Test("the longest numbers leave the other columns their place", arguments: [40, 60, 80, 100, 140])
  func longNumbers(width: Int) {
    let long = slot(
      .max, "a type of many letters", "gpt2", parameters: 124_439_808, size: 497_759_232, minutesAgo: 0)
    let shell = FakeShell([long] + sampleSlots, width: width, height: 15)
    let row = shell.picture.split(separator: "\n").first { $0.contains("9223372036854775807") }
    #expect(row?.contains("9223372036854775807") == true)
    #expect(row?.contains(" 497.8 MB ") == true)
    #expect(row?.contains(" g") == true)
    #expect(row?.contains("✓") == true)
  }

  @Test("a model type that another program left empty is none, in the list, the tabs and the facts")
  func emptyType() {
    let slots = [slot(6, "", "gpt2", minutesAgo: 0)] + sampleSlots
    var shell = FakeShell(slots, width: 100, height: 30)
    #expect(shell.picture.contains("│▌    6  none  gpt2 "))
    #expect(shell.picture.contains("none 1"))
    #expect(shell.picture.contains("type         none"))
    shell.press(.character("t"), .character("t"), .character("t"))
    #expect(shell.state.list.query.modelType == "")
  }
}
