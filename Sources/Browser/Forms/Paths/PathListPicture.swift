import Canvas
import Inspection

/// The list of candidates under a path, over whatever is there.
struct PathListPicture {
  let path: PathInput
  /// Where the path's text begins.
  let x: Int
  let y: Int
  let screen: Rect

  private static let rows = 10

  private var candidates: [PathCandidate] { path.list?.answer.candidates ?? [] }

  /// Below the path where there is room for a few rows, else above it.
  var frame: Rect {
    let below = screen.maxY - y - 1
    let above = y - screen.y
    let wanted = min(Self.rows, max(1, candidates.count)) + 2
    let isBelow = below >= min(wanted, 6) || below >= above
    let height = min(wanted, isBelow ? below : above)
    let names =
      candidates.prefix(200).map { TextWidth.of(VisibleText.sanitize($0.text, limit: 48)) }.max() ?? 0
    let fact = candidates.prefix(200).contains { !$0.isTypable } ? 26 : 16
    let width = max(
      34, names + fact, titleWidth + facts.count + 8,
      path.problem.map { TextWidth.of(VisibleText.sanitize($0, limit: 70)) + 4 } ?? 0)
    let left = max(screen.x, x - 2)
    return Rect(
      x: left, y: isBelow ? y + 1 : y - height, width: min(width, screen.maxX - left), height: height)
  }

  /// The facts in the border matter more than all of a long folder.
  private var titleWidth: Int {
    TextWidth.of(VisibleText.sanitize(path.list?.answer.folder ?? "", limit: 40))
  }

  private var visible: Int { max(0, frame.height - 2) }

  private var first: Int {
    max(0, min((path.list?.selection ?? 0) - visible / 2, candidates.count - visible))
  }

  /// The candidate in a row of the screen.
  func candidate(x: Int, y: Int) -> Int? {
    let inside = frame.inset(by: 1)
    guard inside.contains(x: x, y: y), first + y - inside.y < candidates.count else { return nil }
    return first + y - inside.y
  }

  func draw(into canvas: inout Canvas) {
    let frame = frame
    guard frame.height >= 3 else { return }
    canvas.fill(frame)
    let title = VisibleText.middleCut(
      path.list?.answer.folder ?? "", width: min(titleWidth, frame.width - facts.count - 8),
      ellipsis: canvas.glyphs.ellipsis)
    canvas.box(frame, title: title, facts: facts, focused: true)
    let inside = frame.inset(by: 1)
    if let problem = path.problem {
      canvas.putCut(problem, x: inside.x + 1, y: inside.y, width: inside.width - 2, style: .bad)
      return
    }
    let first = first
    for (row, candidate) in candidates.dropFirst(first).prefix(visible).enumerated() {
      draw(candidate, isSelected: first + row == path.list?.selection, into: &canvas, inside.row(row))
    }
    canvas.scrollThumb(
      in: Rect(x: frame.maxX - 1, y: inside.y, width: 1, height: inside.height), first: first,
      count: candidates.count)
  }

  private var facts: String {
    guard let answer = path.list?.answer else { return "" }
    let shown = Format.grouped(answer.candidates.count)
    return answer.count > answer.candidates.count ? "\(shown) of \(Format.grouped(answer.count))" : shown
  }

  private func draw(
    _ candidate: PathCandidate, isSelected: Bool, into canvas: inout Canvas, _ row: Rect
  ) {
    let fact = candidate.isTypable ? candidate.sizeBytes.map(Format.bytes) ?? "" : "not UTF-8: rename it"
    let style: Style = candidate.isFit ? .plain : .dim
    let room = row.width - 2 - (fact.isEmpty ? 0 : TextWidth.of(fact) + 1)
    canvas.putCut(candidate.text, x: row.x + 1, y: row.y, width: room, style: style)
    canvas.putRight(fact, end: row.maxX - 1, y: row.y, style: .dim)
    guard isSelected else { return }
    canvas.put(canvas.glyphs.cursor, x: row.x, y: row.y, style: .accent)
    canvas.select(row)
  }
}
