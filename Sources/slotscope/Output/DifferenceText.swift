import Canvas
import Inspection
import Statistics
import Tensors

/// A difference as lines of text.
struct DifferenceText {
  private let difference: Difference

  init(_ difference: Difference) { self.difference = difference }

  /// Sides, config, metadata, a table of tensors and a summary.
  func print(all: Bool) {
    printSides()
    let changes =
      difference.configChanges.map { ("config", Self.text($0)) }
      + difference.metadataChanges.map { ("metadata", Self.text($0)) }
    var last = ""
    for (kind, text) in changes {
      Answer.line(Self.padded(kind == last ? "" : kind, 10) + text)
      last = kind
    }
    let shown = difference.tensors.filter { all || $0.status != .same }
    if !shown.isEmpty {
      Answer.raw("")
      table(shown).print()
      Answer.raw("")
    }
    Answer.line(summary)
  }

  /// All that is known of each tensor, one fact to a line.
  func printTensors() {
    printSides()
    for tensor in difference.tensors {
      Answer.raw("")
      for (label, value) in facts(tensor) { Answer.line(Self.padded(label, 13) + value) }
    }
  }

  private func printSides() {
    for (letter, side) in [("A", difference.a), ("B", difference.b)] {
      Answer.line(
        [
          letter, side.reference.description, side.modelType, side.name, Format.bytes(side.sizeBytes),
          side.checksum,
        ].filter { !$0.isEmpty }.joined(separator: "  "))
    }
  }

  private func table(_ tensors: [TensorDifference]) -> Table {
    func number(_ title: String) -> Table.Column { Table.Column(title: title, alignsRight: true) }
    var table = Table(columns: [
      Table.Column(title: "TENSOR"), number("MAX ABS"), number("MEAN ABS"), number("REL L2"),
      number("COSINE"), number("DIFFER"), Table.Column(title: ""),
    ])
    table.rows = tensors.map { tensor in
      let values = tensor.values.flatMap { $0.allDiffering > 0 ? $0 : nil }
      return [
        tensor.name.isEmpty ? "(unnamed)" : tensor.name, DifferenceNumbers.size(values?.maxAbs),
        DifferenceNumbers.size(values?.meanAbs), DifferenceNumbers.size(values?.relativeL2),
        DifferenceNumbers.cosine(values?.cosine),
        values.map { "\(Format.grouped($0.allDiffering)) of \(Format.grouped($0.count))" } ?? "",
        tensor.note,
      ]
    }
    return table
  }

  private func facts(_ tensor: TensorDifference) -> [(String, String)] {
    var facts = [("tensor", tensor.name.isEmpty ? "(unnamed)" : tensor.name)]
    func describe(_ info: TensorInfo?) -> String {
      info.map { "\($0.dtype.rawValue)  \(Shape.text($0.shape))" } ?? "has none"
    }
    facts += [("A", describe(tensor.a)), ("B", describe(tensor.b))]
    guard let values = tensor.values, values.allDiffering > 0 else {
      facts.append(("values", tensor.status == .same ? "the same, byte by byte" : tensor.note))
      return facts
    }
    let place = values.maxIndex.flatMap { index in tensor.a.map { Self.place(index, in: $0.shape) } }
    facts += [
      ("values", "\(Format.grouped(values.allDiffering)) of \(Format.grouped(values.count)) differ"),
      ("max abs", DifferenceNumbers.size(values.maxAbs) + (place.map { " at \($0)" } ?? "")),
      ("mean abs", DifferenceNumbers.size(values.meanAbs)),
      ("relative L2", DifferenceNumbers.size(values.relativeL2)),
      ("cosine", DifferenceNumbers.cosine(values.cosine)),
    ]
    if values.notFinite > 0 {
      facts.append(
        (
          "not finite",
          "\(Format.grouped(values.notFinite)) pairs, \(Format.grouped(values.notFiniteDiffering)) of them differ"
        ))
    }
    return facts
  }

  /// `[3, 17]`.
  private static func place(_ index: Int, in shape: [Int]) -> String {
    TensorDifference.place(of: index, in: shape).description
  }

  private var summary: String {
    let totals = difference.totals
    let tensors = "\(Format.grouped(totals.count)) \(totals.count == 1 ? "tensor" : "tensors")"
    if difference.isSame { return "no difference: \(tensors), config and metadata are the same" }
    if totals.same == totals.count {
      return "\(tensors): all the same; what differs is "
        + [("config", difference.configChanges.isEmpty), ("metadata", difference.metadataChanges.isEmpty)]
        .filter { !$0.1 }.map(\.0).joined(separator: " and ")
    }
    let parts = [
      (totals.changed, "changed"), (totals.same, "same"), (totals.onlyInA, "only in A"),
      (totals.onlyInB, "only in B"),
    ]
    return "\(tensors): "
      + parts.map { "\(Format.grouped($0.0)) \($0.1)" }.joined(separator: ", ")
      + (totals.stepText.map { "; \($0)" } ?? "")
  }

  /// A value may be as long as a tokenizer's vocabulary.
  private static func text<Value>(_ change: KeyChange<Value>) -> String {
    func short(_ text: String) -> String {
      VisibleText.middleCut(VisibleText.sanitize(text, limit: 4096), width: 60)
    }
    let texts = change.texts
    return "\(short(change.key))  \(short(texts.old)) → \(short(texts.new))"
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}
