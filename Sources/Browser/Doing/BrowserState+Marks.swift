import Inspection

/// Marks in the list, and what is done to what is marked.
extension BrowserState {
  /// What a command is carried out on: the marked slots, else the selected one.
  package var targets: [Int] { marks.isEmpty ? list.selectedSlotID.map { [$0] } ?? [] : marks.slots }

  /// `verify 3`, where slots are marked: a word of the footer.
  func counted(_ word: String) -> String {
    marks.isEmpty ? word : "\(word) \(Format.grouped(marks.count))"
  }

  /// Why the selected slot can't be marked; nil where it can, or is.
  var markProblem: String? {
    guard let slot = list.selectedSlotID, marks.isFull, !marks.contains(slot) else { return nil }
    return
      "\(Format.grouped(Marks.limit)) slots are marked, and no more can be; \(key(.close)) takes the marks away"
  }

  mutating func toggleMark() {
    guard let slot = list.selectedSlotID else { return }
    marks.toggle(slot)
    moveSelection(.down)
  }

  /// Marks the slots that the list shows; asks for them where they are not all at hand.
  mutating func markAll() -> [Effect] {
    markGeneration += 1
    if !list.isChanging, list.rows.count == list.total {
      mark(list.rows.map(\.slotID))
      return []
    }
    isMarking = true
    return [.loadSlotIDs(SlotIDsRequest(query: list.query, limit: Marks.limit, generation: markGeneration))]
  }

  /// What the list shows is known: marked, where it still shows that.
  mutating func take(slotIDs outcome: Outcome<[Int]>, for request: SlotIDsRequest) {
    guard request.generation == markGeneration else { return }
    isMarking = false
    guard request.query == list.query else { return }
    switch outcome {
    case .success(let slots): mark(slots)
    case .failure(let problem): notice = Notice(text: problem, isError: true)
    }
  }

  private mutating func mark(_ slots: [Int]) {
    let before = marks.count
    marks.add(slots)
    let new = NumberText.counted(marks.count - before, "slot")
    let total = list.total ?? slots.count
    let text =
      slots.allSatisfy(marks.contains) && slots.count >= total
      ? "\(new) marked; \(key(.close)) takes the marks away"
      : "\(new) marked of \(Format.grouped(total)): no more than \(Format.grouped(Marks.limit)) can be"
    notice = Notice(text: text, isError: false)
  }

  /// Why nothing can be done to the marked slots yet; nil where it can.
  var stillMarking: String? { isMarking ? "the slots are being marked; again in a moment" : nil }

  /// After a change of the store: are the marked slots still there?
  mutating func reviewMarks() -> [Effect] {
    guard needsMarksReviewed, !marks.isEmpty else { return [] }
    needsMarksReviewed = false
    return [.findGone(marks.slots)]
  }
}

/// Asks which slots a list shows.
package struct SlotIDsRequest: Hashable, Sendable {
  package var query: ListQuery
  package var limit: Int
  package var generation: Int
}
