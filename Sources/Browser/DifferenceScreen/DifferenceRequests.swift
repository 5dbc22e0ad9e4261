import Inspection

/// Asks for what is different between two slots or revisions.
package struct DifferenceRequest: Hashable, Sendable {
  package var a: RevisionReference
  package var b: RevisionReference
  package var generation: Int
}

/// What reading found out about one tensor, by its place in the difference.
package struct NumberedDifference: Sendable {
  package var tensor: Int
  package var difference: TensorDifference

  package init(tensor: Int, difference: TensorDifference) {
    self.tensor = tensor
    self.difference = difference
  }
}

/// How far a comparison has come.
package enum DifferenceNews: Sendable {
  /// What is known before anything is read.
  case known(Difference)
  /// More tensors, and the share of the bytes that have been read.
  case read([NumberedDifference], fraction: Double)
  /// Nothing more comes; why, where it ended before it was done.
  case ended(problem: String?)
}

/// Asks for the values of one tensor in both.
package struct DistributionsRequest: Hashable, Sendable {
  package var difference: DifferenceRequest
  package var tensor: Int
}
