import ModelContext
import Tensors

@testable import SlotStore

/// The column `tensors_json`: a line with the array's bytes, a line with the row's checksum, then the table.
enum TensorTableFuzzer {
  static func check(_ bytes: UnsafeRawBufferPointer) throws {
    var fields = InputFields(bytes)
    let byteCount = fields.integer() ?? 0
    let checksum = fields.line()
    try check(fields.remainder(), checksum: checksum, byteCount: byteCount)
  }

  static func check(_ text: String, checksum: String?, byteCount: Int) throws {
    guard let tensors = TensorTable.tensors(text, checksum: checksum, byteCount: byteCount) else { return }
    var end = 0
    for tensor in tensors {
      try promise(tensor.offset >= end, "in order and without overlap: \(tensors)")
      end = tensor.byteRange.upperBound
    }
    try promise(end <= byteCount || tensors.isEmpty, "within the array of \(byteCount) bytes: \(tensors)")
    if let checksum {
      let written = TensorTable.text(tensors, checksum: checksum)
      let again = TensorTable.tensors(written, checksum: checksum, byteCount: byteCount)
      try promise(again == tensors, "written and read again: \(written)")
    }
    try checkUse(of: tensors, byteCount: byteCount)
  }

  /// What a context does with them.
  private static func checkUse(of tensors: [PlacedTensor], byteCount: Int) throws {
    let layout = WeightLayout(dtype: .uint8, shape: [max(0, byteCount)], tensors: tensors)
    // The densest dtype, TQ1_0, has 256 weights in 54 bytes.
    try promise(layout.parameterCount / 5 <= max(0, byteCount), "no more weights than bytes hold: \(tensors)")
    guard (0...4096).contains(byteCount) else { return }
    let cuts = Digests.cuts(byteCount: byteCount, tensors: tensors)
    try promise(
      cuts.first == 0 && cuts.last == byteCount && zip(cuts, cuts.dropFirst()).allSatisfy { $0 < $1 },
      "pieces one after the other: \(cuts)")
    let bytes = ByteRegion([UInt8](repeating: 7, count: byteCount))
    for tensor in Weights(layout: layout, bytes: bytes).tensors {
      try promise(
        tensor.withUnsafeBytes { $0.count == tensor.info.byteCount && $0.allSatisfy { $0 == 7 } },
        "its bytes are the array's: \(tensor.info)")
    }
  }
}
