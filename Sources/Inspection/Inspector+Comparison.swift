import SlotStore
import Statistics
import Tensors

extension Inspector {
  /// Opens two contexts to compare them. What was opened stays what it is, whatever is saved meanwhile.
  ///
  /// - Parameter tensor: only the tensors of this name.
  /// - Throws: `StoreError`; `InspectionError.noTensor` where neither has such a tensor.
  public func comparison(
    of a: RevisionReference, with b: RevisionReference, tensor: String? = nil
  ) throws -> Comparison {
    let comparison = Comparison(
      try store.openWeights(a.slotID, revision: a.revision),
      try store.openWeights(b.slotID, revision: b.revision), tensor: tensor)
    if let tensor, comparison.known.tensors.isEmpty {
      throw InspectionError.noTensor(name: tensor, slot: b.slotID)
    }
    return comparison
  }

  /// What a slot held before, to compare it with what it holds.
  ///
  /// - Throws: `StoreError.noSlot`, `.nothingToRestore` where no earlier revision is kept.
  public func previous(of slot: Int) throws -> RevisionReference {
    guard try store.exists(slot) else { throw StoreError.noSlot(slot) }
    guard let kept = try store.history(of: slot).first else {
      throw StoreError.nothingToRestore(slot: slot, revision: nil)
    }
    return RevisionReference(slotID: slot, revision: kept.revision)
  }

  /// Summary and histogram of one tensor by its place in the file.
  ///
  /// - Throws: `StoreError`, `InspectionError.noTensor` where the file has no such place, `CancellationError`.
  public func statistics(
    of reference: RevisionReference, tensorIndex: Int, bins: Int, range: HistogramRange,
    progress: WorkProgress? = nil
  ) throws -> WeightStatistics {
    let opened = try store.openWeights(reference.slotID, revision: reference.revision)
    guard opened.layout.tensors.indices.contains(tensorIndex) else {
      throw InspectionError.noTensor(name: "#\(tensorIndex)", slot: reference.slotID)
    }
    return try Self.pass(opened, tensor: tensorIndex)
      .statistics(bins: bins, range: range, progress: progress)
  }
}
