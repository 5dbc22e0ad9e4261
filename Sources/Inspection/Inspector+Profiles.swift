import SlotStore
import Statistics
import Tensors

extension Inspector {
  /// The profile of every tensor of a slot, in the order of its tensor table; `each` hears of one as soon as it is
  /// known, from the thread that calls.
  ///
  /// - Parameters:
  ///   - revision: a kept one; nil for the current.
  ///   - progress: told of bytes; cancelling it ends the work.
  /// - Throws: `StoreError`, `CancellationError`.
  public func profiles(
    of slot: Int, revision: Int? = nil, progress: WorkProgress? = nil,
    each: (_ tensor: Int, TensorProfile) -> Void
  ) throws {
    let opened = try store.openWeights(slot, revision: revision)
    progress?.begin(total: opened.layout.tensors.reduce(0) { $0 + $1.info.byteCount })
    for index in opened.layout.tensors.indices {
      try progress?.checkCancellation()
      let made = try Self.pass(opened, tensor: index)
        .statistics(bins: TensorProfile.binCount, range: .central(TensorProfile.centralShare))
      progress?.advance(by: opened.layout.tensors[index].info.byteCount)
      each(index, TensorProfile(summary: made.summary, histogram: made.histogram))
    }
  }
}
