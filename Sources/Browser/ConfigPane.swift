import Canvas
import ModelContext

/// The config as rows of name and value.
struct ConfigPane {
  let config: Config?

  var rowCount: Int { config?.count ?? 0 }

  func lines(width: Int, glyphs: Glyphs) -> [[Span]] {
    guard let config else { return [] }
    if config.isEmpty { return [[Span("no config", .dim)]] }
    let rows = config.sorted { $0.key < $1.key }
    let longest = rows.map { TextWidth.of(VisibleText.sanitize($0.key, limit: 40)) }.max() ?? 0
    let nameWidth = max(PaneLabel.width(in: width), min(longest, width / 2))
    return rows.map { row in
      let value = VisibleText.middleCut(
        row.value.text, width: max(1, width - nameWidth - 2), ellipsis: glyphs.ellipsis)
      return [
        Span(VisibleText.padded(row.key, width: nameWidth, ellipsis: glyphs.ellipsis) + "  ", .dim),
        Span(value),
      ]
    }
  }
}
