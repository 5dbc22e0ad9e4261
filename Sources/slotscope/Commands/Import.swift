import ArgumentParser
import Builds
import Interchange
import SlotStore

struct Import: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Takes a model into a slot as it is (.safetensors, .gguf, .npy, .npz, PyTorch).",
    discussion: """
      The format is told by the file's content. A folder, or the index of a sharded model \
      (model.safetensors.index.json), becomes one slot. Of what torch.save wrote (.pt, .pth, .bin) only tensors and \
      plain values are taken, and nothing is run. What the config.json beside it says of the architecture goes into the \
      slot's config. Prints the slot.
      """)

  @OptionGroup var store: StoreArguments
  @Argument(help: "The model: a file, an index of shards, or a folder.", completion: .file()) var file: String
  @Option(help: "The slot; the next free one where none is named.", completion: Completions.slots) var slot:
    Int?
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
