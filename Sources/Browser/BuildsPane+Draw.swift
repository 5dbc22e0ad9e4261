import Builds
import Canvas
import Foundation
import Inspection

extension BuildsPane {
  /// `1 running · 1 queued`.
  func facts(_ glyphs: Glyphs) -> String {
    var parts: [String] = []
    if !running.isEmpty { parts.append("\(running.count) running") }
    if !queued.isEmpty { parts.append("\(queued.count) queued") }
    return parts.joined(separator: " \(glyphs.separator) ")
  }

  func draw(into canvas: inout Canvas, inside: Rect, isFocused: Bool, frameRight: Int?) {
    let top = firstRow(visible: inside.height)
    for line in 0..<inside.height where top + line < builds.count {
      let row = inside.row(line)
      BuildRow(build: builds[top + line], now: now).draw(into: &canvas, rect: row)
      if isFocused, top + line == selection {
        let whole = Rect(x: row.x - 1, y: row.y, width: row.width + 2, height: 1)
        canvas.put(canvas.glyphs.cursor, x: whole.x, y: row.y, style: .accent)
        canvas.select(whole)
      }
    }
    if let frameRight {
      canvas.scrollThumb(
        in: Rect(x: frameRight, y: inside.y, width: 1, height: inside.height), first: top, count: builds.count
      )
    }
  }

  /// Keeps the selection in view; what runs stays in view as long as nobody selects.
  func firstRow(visible: Int) -> Int {
    selection < visible ? 0 : selection - visible + 1
  }

  /// The whole pane in one line: `▶ 12 CNN resnet50 ███▌░░ 68 % 3 s · 1 queued`.
  func drawLine(into canvas: inout Canvas, rect: Rect) {
    canvas.rule(x: rect.x, y: rect.y, width: rect.width)
    guard let build = running.first ?? queued.first ?? builds.first else { return }
    let inside = rect.inset(columns: 3, rows: 0)
    canvas.put(" ", x: inside.x - 1, y: rect.y)
    var end = inside.x
    if build.state.isRunning {
      let tail =
        " "
        + ([BuildRow.percent(build)] + [BuildRow.timeLeft(build, now: now), others].filter { !$0.isEmpty })
        .joined(separator: "  ")
      end += canvas.put("\(canvas.glyphs.running) ", x: end, y: rect.y, style: .accent)
      let name = "\(build.slotID.map { "\($0) " } ?? "")\(build.name)"
      let room = max(4, inside.width - 2 - TextWidth.of(tail) - 8)
      end += canvas.put(
        VisibleText.tailCut(name, width: room, ellipsis: canvas.glyphs.ellipsis) + "  ", x: end, y: rect.y)
      let bar = min(20, inside.maxX - end - TextWidth.of(tail))
      if bar >= 4 {
        canvas.progressBar(build.fraction, in: Rect(x: end, y: rect.y, width: bar, height: 1))
        end += bar
      }
      end += canvas.put(tail, x: end, y: rect.y, maxWidth: inside.maxX - end)
    } else {
      let spans =
        [Span("slot \(build.slotID.map(String.init) ?? "?")  ", .dim)]
        + BuildRow.stateSpans(build, canvas.glyphs)
      end += canvas.put(SpanLine.cut(spans, width: inside.width, glyphs: canvas.glyphs), x: end, y: rect.y)
    }
    canvas.put(" ", x: end, y: rect.y)
  }

  private var others: String {
    let more = running.count - 1 + queued.count
    return more > 0 ? "+ \(more) more" : ""
  }
}

/// One build in one row.
struct BuildRow {
  let build: Build
  /// Of the snapshot.
  let now: Date

  static func percent(_ build: Build) -> String {
    let text = String(Int(build.fraction * 100))
    return String(repeating: " ", count: max(0, 3 - text.count)) + text + " %"
  }

  static func rate(_ build: Build, now: Date) -> String {
    build.bytesPerSecond(now: now).map { Format.bytes(Int($0)) + "/s" } ?? ""
  }

  static func timeLeft(_ build: Build, now: Date) -> String {
    guard let seconds = build.secondsLeft(now: now)?.rounded(.up), seconds < 1e9 else { return "" }
    return seconds < 60 ? "\(Int(max(1, seconds))) s" : Format.duration(seconds)
  }

  /// How a build stands that does not run.
  static func stateSpans(_ build: Build, _ glyphs: Glyphs) -> [Span] {
    switch build.state {
    case .running: []
    case .queued: [Span("queued", .dim)]
    case .cancelled: [Span("\(glyphs.separator) cancelled; nothing was changed", .dim)]
    case .failed(let reason): [Span("\(glyphs.damaged) ", .bad), Span(reason, .bad)]
    case .finished(let outcome):
      [Span("\(glyphs.verified) ", .good), Span(VerdictText.line(outcome, action: build.action))]
    }
  }

  func draw(into canvas: inout Canvas, rect: Rect) {
    let slot = "slot " + (build.slotID.map(String.init) ?? "new")
    var x = rect.x + canvas.put(VisibleText.padded(slot, width: 9), x: rect.x, y: rect.y)
    if rect.width >= 64 {
      x += canvas.put(VisibleText.padded(build.modelType, width: 5), x: x, y: rect.y, style: .dim)
    }
    let nameWidth = min(20, max(8, rect.width / 6))
    x +=
      2
      + canvas.put(
        VisibleText.padded(build.name, width: nameWidth, ellipsis: canvas.glyphs.ellipsis), x: x, y: rect.y)
    guard build.state.isRunning else {
      canvas.put(
        SpanLine.cut(Self.stateSpans(build, canvas.glyphs), width: rect.maxX - x, glyphs: canvas.glyphs),
        x: x, y: rect.y)
      return
    }
    var end = rect.maxX
    if rect.width >= 44 {
      canvas.putRight(Self.timeLeft(build, now: now), end: end, y: rect.y, maxWidth: 11)
      end -= 12
    }
    if rect.width >= 64 {
      canvas.putRight(Self.rate(build, now: now), end: end, y: rect.y, style: .dim, maxWidth: 11)
      end -= 12
    }
    canvas.putRight(Self.percent(build), end: end, y: rect.y, style: .strong)
    canvas.progressBar(
      build.fraction, in: Rect(x: x, y: rect.y, width: max(0, end - 6 - x), height: 1))
  }
}

/// Pieces of text in one line.
enum SpanLine {
  /// In at most `width` columns, with an ellipsis where something is missing.
  static func cut(_ spans: [Span], width: Int, glyphs: Glyphs) -> [Span] {
    var room = width
    var result: [Span] = []
    let total = spans.reduce(0) { $0 + TextWidth.of($1.text) }
    if total <= width { return spans }
    for span in spans where room > 0 {
      let isLast = TextWidth.of(span.text) >= room
      let text =
        isLast ? VisibleText.tailCut(span.text + " ", width: room, ellipsis: glyphs.ellipsis) : span.text
      result.append(Span(text, span.style))
      room -= TextWidth.of(text)
      if isLast { break }
    }
    return result
  }
}
