import ArgumentParser
import Builds
import Interchange
import SlotStore

struct Import: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Takes a model file into a slot as it is (.safetensors, .npy, .npz, PyTorch).",
    discussion: """
      The format is told by the file's content: .safetensors, .npy and .npz of any numeric dtype, and what torch.save \
      wrote (.pt, .pth, .bin), of which only tensors and plain values are taken and nothing is run. Prints the slot.
      """)

  @OptionGroup var store: StoreArguments
  @Argument(help: "The model file.") var file: String
  @Option(help: "The slot; the next free one where none is named.") var slot: Int?
  @Option(help: "The model type, such as LLM or CNN; guessed from the tensors where it is not given.")
  var type: String?
  @Option(help: "What to call it; the file's name where it is not given.") var name: String?
  @Flag(help: "A JSON array of what was imported.") var json = false

  func run() async throws {
    if let slot, slot < 0 { throw StoreError.negativeSlot(slot) }
    // A file that can't be read makes no store.
    _ = try ModelFiles().open(file)
    let store = try store.open(.create)
    try await BuildReport.run(
      [.importFile(path: file, slotID: slot, modelType: type, name: name)], in: store, json: json)
  }
}
