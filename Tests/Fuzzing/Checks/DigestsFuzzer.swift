@testable import SlotStore

/// The column `digests_json`: a line with the number of pieces, a line with the row's checksum, then the digests.
enum DigestsFuzzer {
  static func check(_ bytes: UnsafeRawBufferPointer) throws {
    var fields = InputFields(bytes)
    let pieceCount = fields.integer() ?? 0
    let checksum = fields.line()
    guard let digests = Digests(fields.remainder(), checksum: checksum, pieceCount: pieceCount) else {
      return
    }
    try promise(digests.pieces.count == pieceCount, "a digest for each of \(pieceCount) pieces: \(digests)")
    guard let checksum else { throw BrokenPromise(description: "digests of weights without a checksum") }
    let text = digests.text(checksum: checksum)
    let again = Digests(text, checksum: checksum, pieceCount: pieceCount)
    try promise(again == digests, "written and read again: \(text)")
  }
}
