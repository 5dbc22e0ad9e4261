import ArgumentParser
import Inspection
import SlotStore
import Tensors

struct Show: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Shows everything of one slot but its weights.")

  @OptionGroup var store: StoreArguments
  @Argument(help: "The slot's number.", completion: Completions.slots) var slot: Int
  @Flag(help: "A JSON object on standard output.") var json = false

  func run() throws {
    guard let details = try store.open(.read).details(of: slot) else { throw StoreError.noSlot(slot) }
    if json { return JSON.print(JSON.details(details)) }
    let summary = details.summary
    // Tensors of several dtypes lie in an array of bytes, whose shape says nothing.
    let kinds =
      summary.dtypeText == summary.dtype
      ? "\(summary.dtype) \(summary.shape)" : TensorKinds(details.tensors.map(\.info)).text
    var facts = [
      ("slot", String(summary.slotID)), ("name", summary.name), ("type", summary.modelType),
      ("built by", details.recipe?.text ?? "another program"),
      ("weights", "\(kinds), \(Format.grouped(summary.parameters ?? 0)) parameters"),
      ("size", "\(Format.bytes(summary.sizeBytes)) (\(Format.grouped(summary.sizeBytes)) bytes)"),
      ("checksum", "\(summary.checksum) \(summary.integrity.rawValue)"),
      ("revision", summary.revision.map(String.init) ?? "none: another program wrote it"),
      ("created", summary.createdAt), ("updated", summary.updatedAt), ("file", details.weightFile),
    ]
    facts += details.config.sorted { $0.key < $1.key }.map { ("config.\($0.key)", $0.value.text) }
    facts += details.metadata.sorted { $0.key < $1.key }.map { ("metadata.\($0.key)", $0.value) }
    let width = facts.map(\.0.count).max() ?? 0
    for (label, value) in facts where !value.isEmpty {
      Answer.line(label + String(repeating: " ", count: width - label.count) + "  " + value)
    }
    printTensors(details)
  }

  private func printTensors(_ details: SlotDetails) {
    guard details.tensors.contains(where: { !$0.info.name.isEmpty }) else { return }
    Answer.raw("")
    var table = Table(columns: [
      Table.Column(title: "TENSOR"), Table.Column(title: "DTYPE"), Table.Column(title: "SHAPE"),
      Table.Column(title: "SIZE", alignsRight: true),
    ])
    table.rows = details.tensors.map { tensor in
      [
        tensor.info.name, tensor.info.dtype.rawValue, Shape.text(tensor.info.shape),
        Format.bytes(tensor.info.byteCount),
      ]
    }
    table.print()
  }
}
