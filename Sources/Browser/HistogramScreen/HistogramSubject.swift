import Inspection
import ModelContext
import SlotStore
import Statistics
import Tensors

/// What a histogram is of, as the screen below has it selected.
package struct HistogramSubject: Sendable {
  var source: HistogramSource
  /// How many values there are.
  var values: Int
  /// `7 gpt2`.
  var slotName: String
  /// What stands over it: `7  gpt2`, or the path of the tensor.
  var title: String
  var integrity: Integrity
  /// MD5 of the values; nil where none is known.
  var checksum: String?
  /// What is known of them before anything is counted.
  var known: WeightStatistics?
  var quantiles: Quantiles?
  /// What is to be known of mean and deviation, in a few words.
  var note: String?

  init(_ slot: SlotSummary, known: WeightStatistics? = nil, note: String? = nil) {
    self.note = note
    source = HistogramSource(slotID: slot.slotID, checksum: slot.checksum, byteCount: slot.sizeBytes)
    values = slot.parameters ?? slot.sizeBytes
    let name = slot.name.isEmpty ? "" : " \(slot.name)"
    slotName = "\(slot.slotID)\(name)"
    title = "\(slot.slotID)\(name.isEmpty ? "" : " " + name)"
    integrity = slot.integrity
    checksum = slot.checksum.isEmpty ? nil : slot.checksum
    self.known = known
  }

  init(
    _ slot: SlotSummary, tensor: Int, _ info: TensorInfo, path: String, checksum: String?,
    profile: TensorProfile?, known: WeightStatistics?
  ) {
    self.init(slot)
    source.tensor = tensor
    source.byteCount = info.byteCount
    values = info.elementCount
    title = path
    self.checksum = checksum
    quantiles = profile?.quantiles
    self.known =
      known
      ?? profile.map { WeightStatistics(summary: $0.summary, histogram: $0.histogram, isSampled: false) }
  }
}
