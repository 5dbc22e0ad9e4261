import Builds
import Canvas
import Inspection
import SlotStore
import Statistics

/// What a rebuild changed: checksum, config, and the weights' distribution before and after.
package struct VerdictReport: Sendable, Dialog {
  package let build: Build.ID
  package let outcome: BuildOutcome
  let action: Build.Action
  /// What the slot held.
  let replaced: SlotDetails
  /// Of the revision that was replaced and of the new one, as soon as they are there.
  var before: WeightStatistics?
  var after: WeightStatistics?
  /// What became of the tensors; nil while they are compared.
  var tensors: Outcome<DifferenceTotals>?
  private let verdict: Verdict
  var isLog = false

  init(build: Build.ID, outcome: BuildOutcome, action: Build.Action, replaced: SlotDetails) {
    self.build = build
    self.outcome = outcome
    self.action = action
    self.replaced = replaced
    verdict = Verdict(before: replaced, after: outcome.after)
  }

  package var scope: Scope { .report }

  package func offers(_ command: Command, on browser: BrowserState) -> Bool {
    switch command {
    case .undo: canBeUndone && browser.store.readOnlyReason == nil
    case .compare: canBeUndone
    case .logScale: hasPlot
    default: true
    }
  }

  /// Where something can be taken back, leaving it be is a choice.
  package func label(of command: Command) -> String? { command == .close && canBeUndone ? "keep" : nil }

  package mutating func perform(_ command: Command, on browser: inout BrowserState) -> DialogReply {
    switch command {
    case .undo: return .close(undo(on: &browser))
    case .compare: return canBeUndone ? .close(browser.compare(self)) : .stay()
    case .logScale: isLog.toggle()
    case .copyChecksum: return .stay(browser.copy(outcome.after.summary.checksum))
    case .close: return .close()
    default: break
    }
    return .stay()
  }

  private func undo(on browser: inout BrowserState) -> [Effect] {
    guard canBeUndone else {
      browser.notice = Notice(text: "nothing was replaced", isError: false)
      return []
    }
    if let reason = browser.store.readOnlyReason {
      browser.notice = Notice(text: reason, isError: false)
      return []
    }
    return browser.undoRebuild(of: slotID, from: replaced.summary.revision)
  }

  package mutating func take(_ message: Message) {
    switch message {
    case .compared(build, let before, let after):
      self.before = before
      self.after = after
    case .tensorsCompared(build, let outcome): tensors = outcome
    default: break
    }
  }

  package var slotID: Int { outcome.slotID }
  /// Whether a revision was replaced by another that is not the same.
  var canBeUndone: Bool {
    !outcome.isUnchanged && replaced.summary.revision != outcome.after.summary.revision
  }
  /// Whether there is anything to compare by eye.
  var hasPlot: Bool { !verdict.checksumIsSame }
  package var title: String { "Slot \(slotID) \(VerdictText.verb(outcome, action: action))" }
  package var facts: String {
    let time = Format.duration(outcome.seconds)
    guard let old = replaced.summary.revision, let new = outcome.after.summary.revision, old != new
    else { return time }
    return "\(time), revision \(old) → \(new)"
  }

  package func size(within available: (width: Int, height: Int)) -> (width: Int, height: Int) {
    let facts = lines(width: min(92, available.width), glyphs: .unicode).count
    if !hasPlot { return (min(60, available.width), facts) }
    return (min(92, available.width), min(available.height, facts + 14))
  }

  package func draw(into canvas: inout Canvas, inside: Rect) -> CursorPosition? {
    let lines = lines(width: inside.width, glyphs: canvas.glyphs)
    for (row, line) in lines.prefix(inside.height).enumerated() {
      canvas.put(line, x: inside.x, y: inside.y + row, maxWidth: inside.width)
    }
    let rest = inside.splitTop(lines.count + 1).rest
    if rest.height >= 5, hasPlot {
      OverlaidPlot(
        before: before, after: after, names: ("before", "now"), waiting: "counting the new weights",
        isLog: isLog
      ).draw(into: &canvas, rect: rest)
    }
    return nil
  }

  private func lines(width: Int, glyphs: Glyphs) -> [[Span]] {
    func label(_ text: String) -> Span { Span(VisibleText.padded(text, width: 10), .dim) }
    var lines: [[Span]] = [[label("checksum")] + checksum(width: width - 10, glyphs)]
    func changed<Value>(_ name: String, _ changes: [KeyChange<Value>]) -> [[Span]] {
      let shown = changes.prefix(6).enumerated().map { index, change in
        // Metadata may hold a whole vocabulary.
        let values = VisibleText.sanitize(change.valuesText, limit: 256)
        let text = "\(change.key)  \(values.replacing("→", with: glyphs.arrow))"
        return [
          label(index == 0 ? name : ""),
          Span(VisibleText.middleCut(text, width: width - 10, ellipsis: glyphs.ellipsis), .strong),
        ]
      }
      return changes.count > 6 ? shown + [[label(""), Span("and \(changes.count - 6) more", .dim)]] : shown
    }
    lines +=
      verdict.configChanges.isEmpty
      ? [[label("config"), Span("as before")]] : changed("config", verdict.configChanges)
    lines += changed("metadata", verdict.metadataChanges)
    let texts = tensorTexts(width: width - 10, glyphs)
    for (index, line) in texts.enumerated() { lines.append([label(index == 0 ? "tensors" : "")] + line) }
    if outcome.sourceChanged == true {
      lines.append([label("source"), Span("the file has changed since it was last read", .warning)])
    }
    if hasPlot {
      lines.append([label("mean")] + change(\.mean, glyphs))
      lines.append([label("std")] + change(\.std, glyphs))
    }
    return lines
  }

  /// In two lines where one is too narrow, also before there is anything to say: nothing moves when it comes.
  private func tensorTexts(width: Int, _ glyphs: Glyphs) -> [[Span]] {
    let isWide = width >= 80
    func lines(_ first: [Span], _ second: String) -> [[Span]] {
      if verdict.checksumIsSame { return [first] }
      let used = first.reduce(isWide ? 4 : 0) { $0 + TextWidth.of($1.text) }
      let text = VisibleText.middleCut(
        second, width: isWide ? width - used : width, ellipsis: glyphs.ellipsis)
      return isWide ? [first + [Span("    " + text)]] : [first, [Span(text)]]
    }
    switch tensors {
    case nil: return lines([Span("comparing", .dim)], "")
    // Of what was made again as it was, the revision before need not be kept.
    case .failure where verdict.checksumIsSame: return lines([Span("as before")], "")
    case .failure(let problem):
      let text = VisibleText.tailCut(problem, width: width, ellipsis: glyphs.ellipsis)
      return lines([Span(text, .dim)], "")
    case .success(let totals):
      let text = TextWidth.of(totals.text) <= width ? totals.text : totals.shortText
      return lines(
        [Span(text, totals.same == totals.count ? .plain : .strong)], totals.stepText ?? "")
    }
  }

  private func checksum(width: Int, _ glyphs: Glyphs) -> [Span] {
    let new = outcome.after.summary.checksum
    let old = replaced.summary.checksum
    if verdict.checksumIsSame {
      return [
        Span(VisibleText.middleCut(new, width: width - 13, ellipsis: glyphs.ellipsis)),
        Span("  \(glyphs.verified) ", .good), Span("as before", .strong),
      ]
    }
    if old.isEmpty {
      let short = VisibleText.middleCut(new, width: max(9, min(32, width - 21)), ellipsis: glyphs.ellipsis)
      return [Span(short), Span("  none was on record", .dim)]
    }
    if width < 30 {
      return [
        Span("changed", .strong),
        Span("  " + VisibleText.middleCut(new, width: max(1, width - 9), ellipsis: glyphs.ellipsis)),
      ]
    }
    let each = width >= 77 ? 32 : min(32, max(9, (width - 13) / 2))
    func short(_ text: String) -> String {
      VisibleText.middleCut(text, width: each >= 32 ? 32 : min(13, each), ellipsis: glyphs.ellipsis)
    }
    return [Span(short(old), .dim), Span(" \(glyphs.arrow) "), Span(short(new)), Span("  changed", .strong)]
  }

  private func change(_ number: KeyPath<Summary, Double?>, _ glyphs: Glyphs) -> [Span] {
    func text(_ statistics: WeightStatistics?) -> String? {
      statistics.map { $0.summary[keyPath: number].map(Format.number) ?? "none" }
    }
    guard let new = text(after) else { return [Span("counting", .dim)] }
    guard let old = text(before) else { return [Span(new, .strong)] }
    return [Span(old), Span(" \(glyphs.arrow) "), Span(new, .strong)]
  }
}
