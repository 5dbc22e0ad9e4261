import ArgumentParser
import Foundation
import Inspection
import Interchange
import SlotStore

struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes a slot's weights, or one tensor of them, to a .npy file.",
    discussion: """
      Several tensors of one dtype become one flat array, as the slot holds them; name one with --tensor to have it \
      with its shape.
      """)

  @OptionGroup var store: StoreArguments
  @Argument(help: "The slot's number.") var slot: Int
  @Argument(help: "The file to write: .npy.") var file: String
  @Option(help: "Only this tensor.") var tensor: String?
  @Flag(help: "Replace the file if there is one.") var force = false

  func run() throws {
    guard file.lowercased().hasSuffix(".npy") else {
      throw ValidationError("\(file): this version writes .npy only; give the file that extension")
    }
    let weights = try store.open(.read).openWeights(slot)
    let source = try WeightExport(weights, tensor: tensor, slot: slot)
    try NpyExport.write(source.info, data: source.data, to: file, overwriting: force)
    Message.note(
      "\(file): \(source.info.dtype.rawValue) \(source.info.shape), \(Format.bytes(source.info.byteCount))")
  }
}
