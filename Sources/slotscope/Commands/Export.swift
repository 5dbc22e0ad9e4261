import ArgumentParser
import Builds
import Foundation
import Inspection
import Interchange
import SlotStore
import Tensors

struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes a slot's tensors, or one of them, to a file.",
    discussion: """
      The extension says as what: .safetensors, with the slot's config and metadata; .npz, an array for each tensor; \
      or .npy, which holds one array: several tensors are one after the other in it, as the slot holds them; name one \
      with --tensor to have it with its shape. What a format has no dtype for is written as float32, and it is said of \
      which tensors.
      """)

  @OptionGroup var store: StoreArguments
  @Argument(help: "The slot's number.", completion: Completions.slots) var slot: Int
  @Argument(help: "The file to write: .safetensors, .npz or .npy.", completion: .file()) var file: String
  @Option(help: "Only this tensor.") var tensor: String?
  @Flag(help: "Replace the file if there is one.") var force = false

  func run() throws {
    guard let format = ExportFormat(path: file) else {
      let known = ExportFormat.allCases.map { "." + $0.rawValue }.joined(separator: ", ")
      throw ValidationError(
        "\(file): can't tell the format to write; give the file one of the extensions \(known)")
    }
    let export = try SlotExport(of: slot, in: store.open(.read), tensor: tensor, to: file, as: format)
    let progress = WorkProgress()
    let stop = Interruption { progress.cancel() }
    try ProgressLine().show("exporting", progress) {
      try export.write(to: file, overwriting: force, progress: progress)
    }
    for conversion in export.conversions {
      Message.note(Self.text(conversion, format))
    }
    Message.note("\(file): \(Self.text(export.tensors)), \(Format.bytes(export.byteCount))")
    withExtendedLifetime(stop) {}
  }

  private static func text(_ conversion: SlotExport.Conversion, _ format: ExportFormat) -> String {
    let count = conversion.tensorCount
    return
      "\(Format.count(count)) \(count == 1 ? "tensor" : "tensors") of \(conversion.from.rawValue) written as "
      + "\(conversion.to.rawValue): .\(format.rawValue) has no \(conversion.from.rawValue)"
  }

  private static func text(_ tensors: [TensorInfo]) -> String {
    tensors.count == 1
      ? "\(tensors[0].dtype.rawValue) \(tensors[0].shape)" : "\(Format.count(tensors.count)) tensors"
  }
}
