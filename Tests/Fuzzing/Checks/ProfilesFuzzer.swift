import ModelContext
import Tensors

@testable import Inspection

/// The column `summary_json`: a line with the row's checksum, lines with a tensor each (dtype, number of elements) up to
/// an empty one, then the profiles.
enum ProfilesFuzzer {
  static func check(_ bytes: UnsafeRawBufferPointer) throws {
    var fields = InputFields(bytes)
    let checksum = fields.line()
    var tensors: [PlacedTensor] = []
    while tensors.count < 16, let line = fields.line() {
      let words = line.split(separator: " ")
      guard words.count == 2, let dtype = DType(rawValue: String(words[0])), let count = Int(words[1]),
        let info = try? TensorInfo(name: "", dtype: dtype, shape: [count])
      else { return }
      tensors.append(PlacedTensor(info: info, offset: 64 * tensors.count))
    }
    guard let profiles = ProfileTable.profiles(fields.remainder(), of: tensors, checksum: checksum) else {
      return
    }
    try promise(profiles.count == tensors.count, "as many profiles as tensors: \(profiles)")
    for (profile, tensor) in zip(profiles, tensors) {
      if let profile { try check(profile, tensor.info) }
    }
    guard let checksum else { throw BrokenPromise(description: "profiles of weights without a checksum") }
    let text = ProfileTable.text(profiles, of: tensors, checksum: checksum)
    let again = ProfileTable.profiles(text, of: tensors, checksum: checksum)
    try promise(again == profiles, "written and read again: \(text)")
  }

  /// What a screen does with one must not trap: counts add up, bounds are in order, numbers are finite.
  private static func check(_ profile: TensorProfile, _ info: TensorInfo) throws {
    let summary = profile.summary
    try promise(summary.count == info.elementCount, "all elements: \(profile)")
    try promise(
      summary.finite + summary.nan + summary.posInf + summary.negInf == summary.count
        && (0...summary.finite).contains(summary.zeros), "counts add up: \(profile)")
    guard summary.finite > 0 else {
      try promise(profile.histogram == nil && profile.quantiles == nil, "nothing is finite: \(profile)")
      return
    }
    guard let least = summary.min, let greatest = summary.max, let mean = summary.mean,
      let quantiles = profile.quantiles, let histogram = profile.histogram
    else { throw BrokenPromise(description: "not whole: \(profile)") }
    try promise(
      ([mean] + quantiles.values).allSatisfy { $0 >= least && $0 <= greatest }, "within the range: \(profile)"
    )
    try promise(
      histogram.counts.count == TensorProfile.binCount && histogram.lowerBound < histogram.upperBound
        && histogram.counts.reduce(histogram.below + histogram.above, +) == summary.finite,
      "every finite value is counted: \(profile)")
  }
}
