import Canvas
import Foundation
import Inspection

extension JobsPane {
  /// `1 running · 1 queued`.
  func facts(_ glyphs: Glyphs) -> String {
    var parts: [String] = []
    if !running.isEmpty { parts.append("\(running.count) running") }
    if !queued.isEmpty { parts.append("\(queued.count) queued") }
    return parts.joined(separator: " \(glyphs.separator) ")
  }

  /// `2 builds`, or jobs where there are others among them; empty where nothing is under way.
  var activeText: String {
    let active = active
    if active.isEmpty { return "" }
    let isBuilds = active.allSatisfy { if case .task = $0 { false } else { true } }
    return NumberText.counted(active.count, isBuilds ? "build" : "job")
  }

  func draw(into canvas: inout Canvas, inside: Rect, isFocused: Bool, frameRight: Int?) {
    let top = firstRow(visible: inside.height)
    let visible = jobs.dropFirst(top).prefix(inside.height)
    let columns = JobColumns(width: inside.width, jobs: jobs)
    for (line, job) in visible.enumerated() {
      let row = inside.row(line)
      JobRow(job: job, now: now, columns: columns).draw(into: &canvas, rect: row)
      if isFocused, top + line == selection {
        let whole = Rect(x: row.x - 1, y: row.y, width: row.width + 2, height: 1)
        canvas.put(canvas.glyphs.cursor, x: whole.x, y: row.y, style: .accent)
        canvas.select(whole)
      }
    }
    if let frameRight {
      canvas.scrollThumb(
        in: Rect(x: frameRight, y: inside.y, width: 1, height: inside.height), first: top, count: jobs.count)
    }
  }

  /// Keeps the selection in view; what runs stays in view as long as nobody selects.
  func firstRow(visible: Int) -> Int {
    selection < visible ? 0 : selection - visible + 1
  }

  /// The whole pane in one line: `▶ 12 resnet50 ███▌░░ 68 % 3 s + 1 more`.
  func drawLine(into canvas: inout Canvas, rect: Rect) {
    canvas.rule(x: rect.x, y: rect.y, width: rect.width)
    guard let job = jobs.first else { return }
    let inside = rect.inset(columns: 3, rows: 0)
    canvas.put(" ", x: inside.x - 1, y: rect.y)
    var end = inside.x
    if job.phase == .running {
      func tail(_ time: String) -> String {
        " "
          + [job.hasProgress ? job.percent : "", time, others].filter { !$0.isEmpty }.joined(separator: "  ")
      }
      // The time goes before name and bar do.
      let timed = tail(job.timeLeft(now: now))
      let isTimed = inside.width >= 2 + TextWidth.of(job.shortName) + 2 + Self.leastBar + TextWidth.of(timed)
      let tail = isTimed ? timed : tail("")
      end += canvas.put("\(canvas.glyphs.running) ", x: end, y: rect.y, style: .accent)
      let room = max(4, inside.width - 2 - TextWidth.of(tail) - 8)
      end += canvas.put(
        VisibleText.tailCut(job.shortName, width: room, ellipsis: canvas.glyphs.ellipsis) + "  ", x: end,
        y: rect.y)
      let bar = min(20, inside.maxX - end - TextWidth.of(tail))
      if bar >= Self.leastBar, job.hasProgress {
        canvas.progressBar(job.fraction, in: Rect(x: end, y: rect.y, width: bar, height: 1))
        end += bar
      }
      end += canvas.put(tail, x: end, y: rect.y, maxWidth: inside.maxX - end)
    } else {
      let spans = [Span(job.subject + "  ", .dim)] + job.stateSpans(canvas.glyphs)
      end += canvas.put(SpanLine.cut(spans, width: inside.width, glyphs: canvas.glyphs), x: end, y: rect.y)
    }
    canvas.put(" ", x: end, y: rect.y)
  }

  private static let leastBar = 4

  private var others: String {
    let more = running.count - 1 + queued.count
    return more > 0 ? "+ \(more) more" : ""
  }
}

extension Job {
  /// Slot and name, as the one line of a low screen has room for them.
  fileprivate var shortName: String {
    switch slotIDs.count {
    case 0: name
    case 1: "\(slotIDs[0]) \(name)"
    default: "\(name) \(counted.isEmpty ? String(slotIDs.count) : counted)"
    }
  }
}

/// Where the columns of some jobs stand.
struct JobColumns: Sendable, Equatable {
  let subject: Int
  /// 0 where there is no room for it.
  let type: Int
  let name: Int
  /// Of `12 of 30`, before the percentage; 0 where no job counts or there is no room.
  let counted: Int

  init(width: Int, jobs: [Job]) {
    subject = max(9, min(14, (jobs.map { TextWidth.of($0.subject) }.max() ?? 0) + 1))
    type = width >= 64 ? 5 : 0
    name = min(20, max(8, width / 6))
    let longest = jobs.filter { $0.phase == .running }.map { TextWidth.of($0.counted) }.max() ?? 0
    counted = width >= 64 ? longest : 0
  }
}

/// One job in one row.
struct JobRow {
  let job: Job
  /// Of the snapshot.
  let now: Date
  let columns: JobColumns

  /// Which process it is matters more than the bar.
  private func nameWidth(_ rect: Rect) -> Int {
    job.isElsewhere ? max(columns.name, min(TextWidth.of(job.name), rect.width / 2)) : columns.name
  }

  func draw(into canvas: inout Canvas, rect: Rect) {
    let ellipsis = canvas.glyphs.ellipsis
    var x =
      rect.x
      + canvas.put(
        VisibleText.padded(job.subject, width: columns.subject, ellipsis: ellipsis), x: rect.x, y: rect.y)
    if columns.type > 0 {
      x += canvas.put(VisibleText.padded(job.modelType, width: columns.type), x: x, y: rect.y, style: .dim)
    }
    x +=
      2
      + canvas.put(
        VisibleText.padded(job.name, width: nameWidth(rect), ellipsis: ellipsis), x: x, y: rect.y)
    guard job.phase == .running else {
      canvas.put(
        SpanLine.cut(job.stateSpans(canvas.glyphs), width: rect.maxX - x, glyphs: canvas.glyphs),
        x: x, y: rect.y)
      return
    }
    guard job.hasProgress else {
      canvas.put("\(canvas.glyphs.running) at work", x: x, y: rect.y, style: .accent)
      return
    }
    var end = rect.maxX
    if rect.width >= 44 {
      canvas.putRight(job.timeLeft(now: now), end: end, y: rect.y, maxWidth: 11)
      end -= 12
    }
    if rect.width >= 64 {
      canvas.putRight(job.rate(now: now), end: end, y: rect.y, style: .dim, maxWidth: 11)
      end -= 12
    }
    canvas.putRight(job.percent, end: end, y: rect.y, style: .strong)
    end -= 6
    if columns.counted > 0 {
      canvas.putRight(job.counted, end: end, y: rect.y, style: .dim)
      end -= columns.counted + 1
    }
    canvas.progressBar(job.fraction, in: Rect(x: x, y: rect.y, width: max(0, end - x), height: 1))
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
