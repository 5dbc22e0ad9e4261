extension VisibleText {
  /// The text in at most `width` columns: its start and its end, an ellipsis between them.
  /// - Returns: visible text, as `sanitize` makes it.
  public static func middleCut(_ text: String, width: Int, ellipsis: String = "…") -> String {
    guard width > 0 else { return "" }
    if text.utf8.count <= width, isPlain(text) { return text }
    let start = units(of: bounded(text, columns: width + 1))
    if text.utf8.count <= scalarLimit(columns: width + 1), total(start) <= width { return joined(start) }
    let room = width - TextWidth.of(ellipsis)
    guard room > 0 else { return sanitize(ellipsis, limit: width) }
    let end = units(of: String(text.unicodeScalars.suffix(scalarLimit(columns: width))))
    // The start gets the odd column.
    let head = fitting(start, columns: room - room / 2)
    let tail = fitting(end.reversed(), columns: room - total(head)).reversed()
    return joined(head) + ellipsis + joined(Array(tail))
  }

  /// The text in at most `width` columns: its start, and an ellipsis where something is missing.
  /// - Returns: visible text, as `sanitize` makes it.
  public static func tailCut(_ text: String, width: Int, ellipsis: String = "…") -> String {
    guard width > 0 else { return "" }
    if text.utf8.count <= width, isPlain(text) { return text }
    let start = units(of: bounded(text, columns: width + 1))
    if text.utf8.count <= scalarLimit(columns: width + 1), total(start) <= width { return joined(start) }
    let room = width - TextWidth.of(ellipsis)
    guard room >= 0 else { return "" }
    return joined(fitting(start, columns: room)) + ellipsis
  }

  /// The text in exactly `width` columns: cut in the middle where it is longer, with spaces where it is shorter.
  public static func padded(
    _ text: String, width: Int, alignRight: Bool = false, ellipsis: String = "…"
  ) -> String {
    let cut = middleCut(text, width: width, ellipsis: ellipsis)
    let spaces = String(repeating: " ", count: max(0, width - TextWidth.of(cut)))
    return alignRight ? spaces + cut : cut + spaces
  }

  private static func units(of text: String) -> [Unit] {
    var units: [Unit] = []
    forEachUnit(of: text) { unit in
      units.append(unit)
      return true
    }
    return units
  }

  private static func total(_ units: [Unit]) -> Int { units.reduce(0) { $0 + $1.width } }

  private static func joined(_ units: [Unit]) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(units.count)
    for unit in units { unit.content.forEachByte { bytes.append($0) } }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func fitting(_ units: [Unit], columns: Int) -> [Unit] {
    var used = 0
    return Array(
      units.prefix { unit in
        used += unit.width
        return used <= columns
      })
  }
}
