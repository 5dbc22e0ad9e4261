import Canvas

/// The first line of a screen: ` slotscope  ~/models › 7 gpt2          148 tensors · 497.8 MB`.
enum ScreenHeader {
  /// - Parameters:
  ///   - name: of what is shown; worth more than the store's folder.
  ///   - facts: at the right.
  static func draw(
    _ name: String, facts: [Span], _ surroundings: Surroundings, into canvas: inout Canvas, row: Rect
  ) {
    let glyphs = canvas.glyphs
    var x = 1
    if row.width >= 60 { x += canvas.put("slotscope", x: x, y: row.y, style: .strong) + 2 }
    let width = facts.reduce(0) { $0 + TextWidth.of($1.text) }
    let room = max(0, row.width - x - width - 3)
    let nameRoom = min(room, TextWidth.of(VisibleText.sanitize(name, limit: 200)))
    let path = VisibleText.middleCut(
      surroundings.storePath,
      width: min(TextWidth.of(VisibleText.sanitize(surroundings.storePath)), room - nameRoom - 3),
      ellipsis: glyphs.ellipsis)
    if TextWidth.of(path) >= 6 {
      x += canvas.put(path, x: x, y: row.y, style: .dim)
      x += canvas.put(" \(glyphs.breadcrumb) ", x: x, y: row.y, style: .dim)
    }
    canvas.putCut(name, x: x, y: row.y, width: row.width - x - width - 3, style: .strong)
    canvas.putRight(facts, end: row.maxX - 1, y: row.y)
  }
}
