import Canvas
import Inspection
import SlotStore

/// What is kept of a slot: the current revision first, then the earlier ones, each of which can be brought back.
package struct HistoryDialog: Sendable, Dialog {
  package let slotID: Int
  /// nil where another program wrote what the slot holds.
  private let current: RevisionState?
  private let revisions: [RevisionState]
  private var list = EntryList()

  init(slotID: Int, current: RevisionState?, earlier: [RevisionState]) {
    self.slotID = slotID
    self.current = current
    revisions = (current.map { [$0] } ?? []) + earlier
    // The first that can be brought back.
    if current != nil { list.move(.down, heights: heights, visible: 2) }
  }

  package var scope: Scope { .history }
  package var title: String { "History of slot \(slotID)" }
  package var facts: String {
    "\(NumberText.counted(revisions.count - (current == nil ? 0 : 1), "earlier revision"))"
  }

  private var heights: [Int] { revisions.map { _ in 1 } }
  private var selected: RevisionState? {
    revisions.indices.contains(list.selection) ? revisions[list.selection] : nil
  }
  private var isCurrent: Bool { current != nil && list.selection == 0 }

  package func offers(_ command: Command, on browser: BrowserState) -> Bool {
    switch command {
    case .accept: !isCurrent && browser.store.readOnlyReason == nil
    case .compare: !isCurrent
    default: true
    }
  }

  package mutating func perform(_ command: Command, on browser: inout BrowserState) -> DialogReply {
    switch command {
    case .close: return .close()
    case .accept: return bringBack(on: &browser)
    case .compare:
      guard let selected, !isCurrent else { return refuse("this is what the slot holds", &browser) }
      browser.showDifference(
        RevisionReference(slotID: slotID, revision: selected.kept.revision), RevisionReference(slotID: slotID)
      )
      return .close()
    case .copyChecksum:
      return .stay(selected.map { browser.copy($0.kept.checksum) } ?? [])
    default:
      list.move(command, heights: heights, visible: box(in: browser.dialogInside(self)).height)
      return .stay()
    }
  }

  private func bringBack(on browser: inout BrowserState) -> DialogReply {
    guard let selected, !isCurrent else { return refuse("this is what the slot holds", &browser) }
    if let reason = browser.store.readOnlyReason { return refuse(reason, &browser) }
    let request = BringBackRequest(
      slotID: slotID, revision: selected.kept.revision, replaced: current?.kept.revision)
    return .close([.bringBack(request)])
  }

  private func refuse(_ reason: String, _ browser: inout BrowserState) -> DialogReply {
    browser.notice = Notice(text: reason, isError: false, isKept: false)
    return .stay()
  }

  package mutating func take(_ event: MouseEvent, inside: Rect, on browser: inout BrowserState)
    -> DialogReply
  {
    let box = box(in: inside)
    switch event.kind {
    case .wheelUp: list.move(.up, heights: heights, visible: box.height)
    case .wheelDown: list.move(.down, heights: heights, visible: box.height)
    case .click where box.contains(x: event.x, y: event.y):
      list.select(line: event.y - box.y, heights: heights, visible: box.height)
    case .doubleClick where box.contains(x: event.x, y: event.y): return bringBack(on: &browser)
    default: break
    }
    return .stay()
  }

  package func size(within available: (width: Int, height: Int)) -> (width: Int, height: Int) {
    (min(84, available.width), min(revisions.count + 1, available.height))
  }

  private func box(in inside: Rect) -> Rect { inside.splitTop(1).rest }

  package func draw(into canvas: inout Canvas, inside: Rect) -> CursorPosition? {
    let table = RevisionTable(width: inside.width, revisions: revisions)
    canvas.put(table.titles, x: inside.x, y: inside.y, style: .dim)
    list.draw(
      revisions.enumerated().map { index, revision in
        [table.line(revision, isCurrent: index == 0 && current != nil, canvas.glyphs)]
      }, into: &canvas, inside: box(in: inside))
    return nil
  }
}

/// Revisions in columns.
private struct RevisionTable {
  private let name: Int
  private let number: Int
  private let hasName, hasChecksum, hasTime: Bool
  private let checksum: Int

  /// What a line is made of beside the name.
  init(width: Int, revisions: [RevisionState]) {
    number = max(8, revisions.map { String($0.kept.revision).count }.max() ?? 0)
    hasTime = width >= 48
    hasChecksum = width >= 62
    let fixed = number + 2 + 9 + 2 + 12 + (hasTime ? 21 : 0) + (hasChecksum ? 15 : 0)
    name = min(24, width - fixed - 2)
    hasName = name >= 6
    checksum = 13
  }

  var titles: String {
    line(
      number: "REVISION", name: "NAME", size: "SIZE", time: "SAVED (UTC)", checksum: "CHECKSUM"
    ) + "STATE"
  }

  private func line(number: String, name: String, size: String, time: String, checksum: String) -> String {
    func right(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(0, width - TextWidth.of(text))) + text
    }
    var text = right(number, self.number) + "  "
    if hasName { text += VisibleText.padded(name, width: self.name) + "  " }
    text += right(size, 9) + "  "
    if hasTime { text += VisibleText.padded(time, width: 19) + "  " }
    if hasChecksum { text += VisibleText.padded(checksum, width: self.checksum) + "  " }
    return text
  }

  func line(_ revision: RevisionState, isCurrent: Bool, _ glyphs: Glyphs) -> [Span] {
    let kept = revision.kept
    let text = line(
      number: String(kept.revision),
      name: VisibleText.middleCut(kept.name, width: max(1, name), ellipsis: glyphs.ellipsis),
      size: Format.bytes(kept.sizeBytes),
      time: String(kept.updatedAt.prefix(19)).replacing("T", with: " "),
      checksum: VisibleText.middleCut(kept.checksum, width: checksum, ellipsis: glyphs.ellipsis))
    let state = isCurrent ? "now" : revision.integrity.rawValue
    return [
      Span(text, isCurrent ? .strong : .plain),
      Span(revision.integrity.sign(glyphs) + " ", revision.integrity.style),
      Span(state, revision.integrity.isDamage ? .bad : .dim),
    ]
  }
}
