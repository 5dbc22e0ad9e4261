import ArgumentParser
import Builds
import Foundation
import ModelContext
import SlotStore
import Tensors

struct BuildCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "build",
    abstract: "Builds contexts into slots.",
    discussion: """
      Over a full slot it makes a new revision, and `slotscope restore SLOT` undoes it.

      Examples:
        slotscope build llm                        the reference LLM in the next free slot
        slotscope build cnn 1-4                    four reference CNNs
        slotscope build llm 7 --preset gpt2        a model of real shape
        slotscope build llm 9 --from model.safetensors --set temperature=0.9
      """)

  @OptionGroup var store: StoreArguments
  @Argument(help: "llm or cnn.") var type: NodeType
  @Argument(help: "Slots: 7, 1-20. The next free one where none is named.", completion: Completions.slots)
  var slots: [String] = []
  @Option(
    help:
      "LLM: \(Preset.names(of: .llm).joined(separator: ", ")). CNN: \(Preset.names(of: .cnn).joined(separator: ", ")).",
    completion: Completions.presets)
  var preset: String?
  @Option(help: "Of the generator; the slot number decides where none is given.") var seed: UInt64?
  @Option(
    help: "float32, float16 or bfloat16, for presets other than reference; as published where none is given.",
    completion: .list(Preset.dtypes.map(\.rawValue)))
  var dtype: DType?
  @Option(
    help: ArgumentHelp("Take the tensors from this model file.", valueName: "file"), completion: .file())
  var from: String?
  @Option(
    name: .customLong("set"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp("A config value; can be given several times.", valueName: "key=value"))
  var set: [String] = []
  @Option(help: "What to call it.") var name: String?
  @Option(help: "Refuse to generate more bytes than this.") var sizeLimit = NodeSettings.defaultSizeLimit
  @Flag(help: "A JSON array of what was built.") var json = false

  func validate() throws {
    if let from, preset != nil || seed != nil || dtype != nil {
      throw ValidationError(
        "--from \(from) takes the tensors as they are: leave out --preset, --seed and --dtype")
    }
    _ = try SlotNumbers.parse(slots)
    _ = try Settings.config(set)
  }

  func run() async throws {
    let settings = NodeSettings(
      preset: preset ?? Preset.reference, seed: seed, dtype: dtype, modelPath: from,
      config: try Settings.config(set), name: name, sizeLimit: sizeLimit)
    let numbers = try SlotNumbers.parse(slots)
    // Nothing is made for an order that can't be filled.
    for slot in numbers.isEmpty ? [0] : numbers { try check(settings, slot: slot) }
    let store = try store.open(.create)
    let orders =
      numbers.isEmpty
      ? [BuildOrder(nodeType: type, settings: settings)]
      : numbers.map { BuildOrder(nodeType: type, slotID: $0, settings: settings) }
    try await BuildReport.run(orders.map(BuildRequest.build), in: store, json: json)
  }

  private func check(_ settings: NodeSettings, slot: Int) throws {
    if settings.modelPath == nil { _ = try type.node(slotIndex: slot, settings: settings).plan() }
  }
}
