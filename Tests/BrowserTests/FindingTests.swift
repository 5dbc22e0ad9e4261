import Canvas
import SlotStore
import Testing

@testable import Browser

@Suite("Finding slots")
struct FindingTests {
  private func underlined(_ shell: FakeShell, row: Int) -> String {
    shell.state.draw().canvas.row(row).filter { $0.style.underline && $0.style.bold }.map(\.text).joined()
  }

  @Test("what was searched for is marked in the rows, wherever it stands")
  func highlights() {
    var shell = FakeShell()
    shell.press(.character("/"))
    shell.type("resnet")
    #expect(underlined(shell, row: 4) == "resnet")
    shell.press(.escape)
    #expect(underlined(shell, row: 4).isEmpty)
    shell.press(.character("/"))
    shell.type("cnn")
    #expect(shell.state.list.rows.map(\.slotID) == [8, 22, 31])
    #expect(underlined(shell, row: 4) == "CNN")
  }

  @Test("a click on a column's title sorts by it, another the other way round; the title has the arrow")
  func titles() {
    var shell = FakeShell()
    func title() -> String {
      String(shell.picture.split(separator: "\n", omittingEmptySubsequences: false)[3])
    }
    func click(_ word: String) {
      guard let place = title().range(of: word) else { return }
      let x = title().distance(from: title().startIndex, to: place.lowerBound) + 1
      shell.send(.event(.key(.mouse(MouseEvent(.click, x: x, y: 3)))))
    }
    #expect(title().contains("↓AGE"))
    shell.press(.character("j"))
    click("SIZE")
    #expect(shell.state.list.query == ListQuery(order: .size))
    #expect(title().contains("↓SIZE"))
    #expect(shell.state.list.selectedSlotID == 8)
    click("SIZE")
    #expect(shell.state.list.query.isReversed)
    #expect(title().contains("↑SIZE"))
    click("NAME")
    #expect(shell.state.list.query == ListQuery(order: .name))
    #expect(title().contains("NAME↑"))
    #expect(shell.state.list.rows.first?.slotID == 9)
    click("PARAMS")
    #expect(shell.state.list.rows.map(\.slotID).prefix(2) == [30, 31])
    #expect(shell.state.list.selectedSlotID == 8)
  }

  @Test("while one types a filter, Ctrl-O goes to the next order and Ctrl-T to the next type")
  func whileFiltering() {
    var shell = FakeShell()
    shell.press(.character("/"))
    shell.type("r")
    shell.press(.ctrl("o"), .ctrl("t"))
    #expect(shell.state.list.query == ListQuery(modelType: "CNN", search: "r", order: .id))
    shell.type("e")
    #expect(shell.state.filter?.string == "re")
  }

  @Test("a digit opens a field for a slot's number, and Enter goes there")
  func jump() {
    var shell = FakeShell()
    shell.press(.character("2"))
    shell.type("1x")
    #expect(shell.picture.split(separator: "\n")[1].contains("slot 21"))
    #expect(shell.state.scope == .jump)
    shell.press(.enter)
    #expect(shell.state.list.selectedSlotID == 21)
    #expect(shell.state.jump == nil)
    shell.press(.character("3"), .escape)
    #expect(shell.state.jump == nil)
    #expect(shell.state.list.selectedSlotID == 21)
  }

  @Test(
    "a slot that the list lacks is shown among all, and that is said; of a number that there is none of, the nearest"
  )
  func elsewhere() {
    var shell = FakeShell()
    shell.press(.character("t"), .character("/"))
    shell.type("gpt")
    shell.press(.enter, .character("2"), .character("2"), .enter)
    #expect(shell.state.list.query == ListQuery())
    #expect(shell.state.list.selectedSlotID == 22)
    #expect(
      shell.state.notice?.text == "slot 22 is not in the filter 'gpt' and type LLM: all slots are shown again"
    )
    shell.press(.character("2"), .character("6"), .enter)
    #expect(shell.state.notice?.text == "there is no slot 26; the nearest is 22")
    #expect(shell.state.list.selectedSlotID == 22)
  }

  @Test("the first rows of a long search are shown before all are found, and nothing moves when they are")
  func firstPage() {
    var list = SlotList()
    list.show(rows: 10)
    guard let start = list.nextRequest() else { return }
    _ = list.take(SlotPage(total: 500, offset: 0, rows: (0..<128).map { slot($0) }), for: start)
    list.change(ListQuery(search: "r"))
    guard let request = list.nextRequest() else {
      Issue.record("nothing is asked for")
      return
    }
    list.take(FindingNews(page: nil, fraction: 0.25), for: request)
    #expect(list.isChanging && list.fraction == 0.25)
    let first = (0..<128).map { slot($0 * 2) }
    list.take(FindingNews(page: SlotPage(total: 128, offset: 0, rows: first)), for: request)
    #expect(list.isCounting && !list.isChanging)
    list.move(by: 3)
    let taken = list.take(SlotPage(total: 250, offset: 0, rows: first, located: 0), for: request)
    #expect(taken && !list.isCounting)
    #expect(list.total == 250)
    #expect(list.selectedSlotID == 6)
    #expect(list.top == 0)
    var late = list
    late.take(FindingNews(page: SlotPage(total: 1, offset: 0, rows: [slot(1)])), for: request)
    #expect(late == list, "news of what is answered are dropped")
  }
}
