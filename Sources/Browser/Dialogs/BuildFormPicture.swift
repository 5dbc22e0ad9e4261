import Canvas
import Inspection
import ModelContext

/// Draws the build form.
struct BuildFormPicture: DialogPicture {
  let form: BuildForm

  private static let labelWidth = 9

  package var title: String { form.rebuilds.map { "Rebuild slot \($0) with changes" } ?? "Build" }

  package func size(within available: (width: Int, height: Int)) -> (width: Int, height: Int) {
    (min(66, available.width), min(available.height, FormField.allCases.count + 3))
  }

  package func draw(into canvas: inout Canvas, inside: Rect) -> CursorPosition? {
    var cursor: CursorPosition?
    let fields = FormField.allCases
    // On a low screen the fields scroll under the preview line.
    let visible = max(1, min(fields.count, inside.height - 1))
    let focused = fields.firstIndex(of: form.focus) ?? 0
    let first = max(0, min(focused - visible + 1, fields.count - visible))
    for (row, field) in fields[first..<first + visible].enumerated() {
      let rect = inside.row(row)
      if let position = draw(field, into: &canvas, rect: rect) { cursor = position }
    }
    let room = inside.height - visible
    let lines = previewLines.flatMap { WrappedText.lines($0, width: inside.width) }
    let blank = room > lines.count ? 1 : 0
    for (row, line) in lines.prefix(room - blank).enumerated() {
      canvas.put(line, x: inside.x, y: inside.y + visible + blank + row, style: previewStyle)
    }
    return cursor
  }

  private func draw(_ field: FormField, into canvas: inout Canvas, rect: Rect) -> CursorPosition? {
    let isFocused = field == form.focus
    let isUnused = form.isUnused(field)
    if isFocused { canvas.put(canvas.glyphs.cursor, x: rect.x - 1, y: rect.y, style: .accent) }
    canvas.put(field.rawValue, x: rect.x, y: rect.y, style: isFocused ? .focusedTitle : .dim)
    let x = rect.x + Self.labelWidth
    let width = rect.width - Self.labelWidth
    switch field {
    case .type: choice(form.type.rawValue, isFocused, into: &canvas, x: x, y: rect.y)
    case .preset: choice(isUnused ? "" : form.preset, isFocused, into: &canvas, x: x, y: rect.y)
    case .dtype: choice(isUnused ? "" : form.dtype.rawValue, isFocused, into: &canvas, x: x, y: rect.y)
    case .slot:
      let hint = form.preview?.slotID.map { "next free: \($0)" } ?? "next free"
      return text(form.slot, hint, field, into: &canvas, x: x, y: rect.y, width: width)
    case .seed:
      let hint = isUnused ? "" : form.preset == Preset.reference ? "the reference's own" : "the slot's number"
      return text(form.seed, hint, field, into: &canvas, x: x, y: rect.y, width: width)
    case .source:
      return text(
        form.source, "a model file instead of a preset", field, into: &canvas, x: x, y: rect.y, width: width)
    case .config:
      let hint = ConfigText.text(form.type.defaultConfig)
      return text(form.config, hint, field, into: &canvas, x: x, y: rect.y, width: width)
    }
    return nil
  }

  private func choice(_ value: String, _ isFocused: Bool, into canvas: inout Canvas, x: Int, y: Int) {
    guard !value.isEmpty else {
      canvas.put("from the file", x: x, y: y, style: .dim)
      return
    }
    let arrow = isFocused ? Style.accent : .dim
    canvas.put(
      [
        Span("\(canvas.glyphs.previous) ", arrow), Span(value, isFocused ? .strong : .plain),
        Span(" \(canvas.glyphs.next)", arrow),
      ],
      x: x, y: y)
  }

  private func text(
    _ value: TextField, _ hint: String, _ field: FormField, into canvas: inout Canvas, x: Int, y: Int,
    width: Int
  ) -> CursorPosition? {
    let problem = form.problem(in: field)
    let room = problem.map { max(6, width - TextWidth.of($0) - 3) } ?? width
    if value.isEmpty {
      let start = field == form.focus ? x + 1 : x
      canvas.put(
        VisibleText.tailCut(hint, width: width - 1, ellipsis: canvas.glyphs.ellipsis), x: start, y: y,
        style: .dim)
    }
    let cursor = FieldPicture.draw(value, into: &canvas, x: x, y: y, width: room, style: .plain)
    if let problem { canvas.putRight(problem, end: x + width, y: y, style: .bad, maxWidth: width - 7) }
    return field == form.focus ? cursor : nil
  }

  private var previewStyle: Style {
    guard let preview = form.preview, form.problem == nil else { return .dim }
    if preview.problem != nil { return .bad }
    if preview.isTooLarge { return .bad }
    return preview.occupant == nil ? .plain : .warning
  }

  /// Size and room, then what is in the slot now.
  private var previewLines: [String] {
    guard form.problem == nil, let preview = form.preview else { return [] }
    if let problem = preview.problem { return [problem] }
    var size = ""
    if let bytes = preview.sizeBytes {
      size += Format.bytes(bytes)
      if let parameters = preview.parameters { size += ", \(Format.count(parameters)) weights" }
      if let tensors = preview.tensors, tensors > 1 { size += " in \(Format.grouped(tensors)) tensors" }
    }
    if let free = preview.freeBytes {
      size +=
        preview.isTooLarge
        ? ": more than the \(Format.bytes(free)) that are free" : "; \(Format.bytes(free)) free"
    }
    let occupant = preview.slotID.map { slot in
      preview.occupant.map { "Slot \(slot) holds \($0): it becomes an earlier revision." }
        ?? "Slot \(slot) is empty."
    }
    return [size, occupant ?? ""].filter { !$0.isEmpty }
  }
}

extension BuildPreview {
  var isTooLarge: Bool { sizeBytes.flatMap { size in freeBytes.map { size > $0 } } ?? false }
}
