import Canvas
import Foundation
import Inspection
import ModelContext
import SlotStore
import Tensors

/// The column of labels, the same in all panes, so that values stand under each other and stay where they are.
enum PaneLabel {
  static func width(in paneWidth: Int) -> Int { paneWidth >= 50 ? 13 : paneWidth >= 38 ? 11 : 8 }
}

/// What the info pane says of a slot: facts, metadata and, where there is room, the tensors.
struct InfoPane {
  let slot: SlotSummary
  /// nil while they are not loaded.
  let details: SlotDetails?
  let problem: String?
  /// Where this slot is being verified.
  let verification: JobTask?
  let now: Date
  /// The whole of it, as at full size.
  let isWhole: Bool

  /// Metadata that the facts already say.
  private static let said: Set<String> = ["model_type", "slot_index", "name"]

  var title: String { slot.name.isEmpty ? "\(slot.slotID)" : "\(slot.slotID)  \(slot.name)" }
  var facts: String { slot.revision.map { "revision \($0)" } ?? "of another program" }

  /// Metadata beyond what the facts say, in order of their names.
  static func further(_ details: SlotDetails?) -> [(key: String, value: String)] {
    guard let details else { return [] }
    let source = details.recipe?.source?.path
    return details.metadata.filter { key, value in
      !said.contains(key) && !value.isEmpty && !(key == "model_path" && value == source)
    }.sorted { $0.key < $1.key }
  }

  /// Rows for all facts, and for metadata under their heading.
  static func rows(_ details: SlotDetails?) -> Int {
    let further = further(details).count
    return 6 + (further > 0 ? further + 1 : 0)
  }

  /// All lines, each to be cut at `width`.
  func lines(width: Int, glyphs: Glyphs) -> [[Span]] {
    let further = Self.further(details)
    let labelWidth = PaneLabel.width(in: width)
    let gap = width < 38 ? " " : "  "
    let room = width - labelWidth - gap.count
    func line(_ label: String, _ value: [Span]) -> [Span] {
      [Span(VisibleText.padded(label, width: labelWidth, ellipsis: glyphs.ellipsis) + gap, .dim)] + value
    }
    func cut(_ text: String) -> String {
      VisibleText.middleCut(text, width: max(1, room), ellipsis: glyphs.ellipsis)
    }
    var lines = [line("type", [Span(cut(Format.modelType(slot.modelType)))])]
    if let problem { lines.append(line("problem", [Span(cut(problem), .bad)])) }
    lines.append(line("built by", [Span(builtBy(width: room, glyphs: glyphs))]))
    lines.append(line("tensors", [Span(tensorText)]))
    lines.append(line("weights", [Span(weightText(width: room, glyphs: glyphs))]))
    lines.append(line("checksum", checksum(width: room, glyphs: glyphs)))
    lines.append(line("updated", updated(width: room)))
    if isWhole, let details {
      lines.append(line("file", [Span(cut(HomeFolder.shortened(details.weightFile)))]))
      if slot.dtypeText == slot.dtype {
        lines.append(line("shape", [Span(cut(Shape.text(slot.shape) + " " + slot.dtype))]))
      }
    }
    if !further.isEmpty { lines.append([Span("Metadata", .strong)]) }
    lines += further.map { line($0.key, [Span(cut($0.value))]) }
    return lines
  }

  private func builtBy(width: Int, glyphs: Glyphs) -> String {
    guard let details else { return "" }
    guard let recipe = details.recipe else { return "another program" }
    let text = recipe.text.isEmpty ? recipe.builder : recipe.text
    if let source = recipe.source {
      return VisibleText.middleCut(
        "file " + HomeFolder.shortened(source.path), width: width, ellipsis: glyphs.ellipsis)
    }
    // The dtype stands at the weights, too.
    let short = Recipe(builder: recipe.builder, preset: recipe.preset, seed: recipe.seed, dtype: nil).text
    let texts = [text] + [text, short].map { String($0.trimmingPrefix("preset ")) }
    return VisibleText.tailCut(
      texts.first { TextWidth.of($0) <= width } ?? texts[1], width: width, ellipsis: glyphs.ellipsis)
  }

  private var tensorText: String { details.map { Format.grouped($0.tensors.count) } ?? "" }

  /// The dtypes by name and the exact number, as far as there is room.
  private func weightText(width: Int, glyphs: Glyphs) -> String {
    let kinds = details.map { TensorKinds($0.tensors.map(\.info)) }
    let dtype = kinds?.text ?? slot.dtype
    let short = (kinds?.dtypes.count ?? 1) > 1 ? "mixed" : dtype
    let counts = (exact: slot.parameters.map(Format.grouped), rounded: slot.parameters.map(Format.count))
    let texts = [
      (counts.exact, dtype), (counts.rounded, dtype), (counts.exact, short), (counts.rounded, short),
    ].map { count, dtype in
      "\(count.map { $0 + " " } ?? "")\(dtype) \(glyphs.separator) \(Format.bytes(slot.sizeBytes))"
    }
    return texts.first { TextWidth.of($0) <= width }
      ?? VisibleText.middleCut(texts[3], width: max(1, width), ellipsis: glyphs.ellipsis)
  }

  private func checksum(width: Int, glyphs: Glyphs) -> [Span] {
    var state = slot.integrity.text
    if slot.integrity == .verified, let moment = details?.verifiedAt.flatMap(AgeText.date) {
      state += " " + AgeText.phrase(since: moment, now: now)
    }
    if TextWidth.of(state) + 15 > width { state = slot.integrity.rawValue }
    var sign = Span(slot.integrity.sign(glyphs) + " ", slot.integrity.style)
    if let verification {
      // Beside it are at least seven columns of the checksum.
      state = verification.verifyingText
      if TextWidth.of(state) + 11 > width { state = state.replacing("verifying ", with: "") }
      sign = Span(glyphs.running + " ", .accent)
    }
    if slot.checksum.isEmpty { return [Span("not known  ", .dim), sign, Span(state, .dim)] }
    let room = width - TextWidth.of(state) - 4
    let shown = max(verification == nil ? 9 : 7, min(32, room))
    return [
      Span(
        VisibleText.middleCut(
          slot.checksum, width: shown < 32 ? min(13, shown) : 32, ellipsis: glyphs.ellipsis) + "  "),
      sign, Span(state, slot.integrity.isDamage ? .bad : .dim),
    ]
  }

  private func updated(width: Int) -> [Span] {
    let moment = String(slot.updatedAt.prefix(19)).replacing("T", with: " ")
    guard let created = slot.created, let updated = slot.updated, updated.timeIntervalSince(created) >= 60
    else { return [Span(moment)] }
    let text = " (created \(AgeText.phrase(since: created, now: now)))"
    return moment.count + text.count <= width ? [Span(moment), Span(text, .dim)] : [Span(moment)]
  }
}
