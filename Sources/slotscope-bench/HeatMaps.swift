import ArgumentParser
import Inspection
import SlotStore
import Tensors

struct HeatMapOnce: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "heatmap",
    abstract: "The first picture of a slot's first tensor, opening the slot included; --exact the last one.")
  @Argument var store: String
  @Argument var slot: Int
  @Argument var height: Int
  @Argument var width: Int
  @Argument var count: Int
  @Flag var exact = false

  func run() throws {
    let store = try PersistentStore(at: store, options: StoreOptions(access: .read))
    guard let tensor = try store.details(of: slot)?.tensors.first else { throw ValidationError("no tensor") }
    let slice = try TensorSlice(shape: tensor.info.shape)
    let request = HeatMapRequest(slice, height: height, width: width)
    let inspector = Inspector(store: store)
    func once() throws {
      let progress = WorkProgress()
      do {
        try inspector.heatMap(of: slot, tensor: 0, request, progress: progress) { _, _ in
          if !exact { progress.cancel() }
        }
      } catch is CancellationError {}
    }
    try once()
    try measure(count, once)
  }
}
