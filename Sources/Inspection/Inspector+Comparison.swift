import SlotStore

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
}
