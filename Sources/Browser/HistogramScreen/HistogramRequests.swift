import Statistics

/// The values that a histogram is of: a slot's weights, or one of its tensors.
package struct HistogramSource: Hashable, Sendable {
  package var slotID: Int
  /// Of the slot's weights.
  package var checksum: String
  package var byteCount: Int
  /// Its place in the tensor table; nil for all weights.
  package var tensor: Int?
}

/// Asks for the histogram of one, or of two on a range that has room for both.
package struct HistogramRequest: Hashable, Sendable {
  package var sources: [HistogramSource]
  package var range: HistogramRange
  package var bins: Int
  /// Whether quantiles are wanted too, which takes longer.
  package var hasQuantiles: Bool
  package var generation: Int

  /// Whether the answer to the one answers the other.
  func shows(_ other: HistogramRequest?) -> Bool {
    sources == other?.sources && range == other?.range && bins == other?.bins
  }
}
