import ArgumentParser
import SlotStore
import Statistics

struct DifferenceOnce: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "difference",
    abstract: "Every value of one slot against that of another, of the same layout.")
  @Argument var store: String
  @Argument var a: Int
  @Argument var b: Int
  @Argument var count: Int

  func run() throws {
    let store = try PersistentStore(at: store, options: StoreOptions(access: .read))
    let (a, b) = (try store.openWeights(a), try store.openWeights(b))
    let pairs = zip(a.layout.tensors, b.layout.tensors).map { a, b in
      SegmentPair(
        a: TensorSegment(dtype: a.info.dtype, byteOffset: a.offset, elementCount: a.info.elementCount),
        b: TensorSegment(dtype: b.info.dtype, byteOffset: b.offset, elementCount: b.info.elementCount))
    }
    let pass = DifferencePass(pairs: pairs, a: a.data, b: b.data)
    try pass.run { _, _ in }
    try measure(count) { try pass.run { _, _ in } }
  }
}
