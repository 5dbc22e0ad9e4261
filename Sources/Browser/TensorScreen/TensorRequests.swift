import Inspection
import Statistics

/// Asks for the profiles of all tensors of a slot.
package struct ProfilesRequest: Hashable, Sendable {
  package var slotID: Int
  /// Of the weights that the tensors are known from.
  package var checksum: String
  package var generation: Int
}

/// The profile of one tensor, by its place in the tensor table.
package struct NumberedProfile: Sendable {
  package var tensor: Int
  package var profile: TensorProfile

  package init(tensor: Int, profile: TensorProfile) {
    self.tensor = tensor
    self.profile = profile
  }
}

/// Asks for the statistics of one tensor over one range.
package struct TensorStatisticsRequest: Hashable, Sendable {
  package var slotID: Int
  package var checksum: String
  /// Its place in the tensor table.
  package var tensor: Int
  package var byteCount: Int
  package var range: HistogramRange
  package var generation: Int
}

/// Asks for the MD5 of one tensor.
package struct TensorChecksumRequest: Hashable, Sendable {
  package var slotID: Int
  /// Of the slot's weights.
  package var checksum: String
  /// Its place in the tensor table.
  package var tensor: Int
}

/// Asks for a picture of one tensor's values.
package struct HeatMapOrder: Hashable, Sendable {
  package var slotID: Int
  package var checksum: String
  package var tensor: Int
  package var request: HeatMapRequest
}

/// Asks for some of one tensor's values.
package struct ValuesOrder: Hashable, Sendable {
  package var slotID: Int
  package var checksum: String
  package var tensor: Int
  package var request: ValuesRequest
}
