import CStore
import ModelContext
import StrictJSON
import Tensors

/// The column `digests_json`: a fast digest of every piece of a slot's weights, so that they can be compared at the
/// speed of the disk, and damage has a place.
///
///     {"checksum": "…", "chunk": 16777216, "xxh3": ["99aa06d3014798d8", …]}
///
/// The data are cut at every multiple of `chunk` bytes and where a tensor begins or ends; `xxh3` has the digest (64
/// bits, hexadecimal) of each piece in order. Believed only while the checksum is the row's.
struct Digests: Sendable, Hashable {
  static let chunk = 16 << 20

  /// In the order of the pieces.
  let pieces: [UInt64]

  /// Where pieces begin, and the end of the last one.
  static func cuts(byteCount: Int, tensors: [PlacedTensor]) -> [Int] {
    var cuts = Array(stride(from: 0, to: byteCount, by: chunk))
    cuts += tensors.flatMap { [$0.byteRange.lowerBound, $0.byteRange.upperBound] }
    cuts.append(byteCount)
    cuts.sort()
    var distinct: [Int] = []
    for cut in cuts where cut != distinct.last { distinct.append(cut) }
    return distinct
  }

  init(pieces: [UInt64]) { self.pieces = pieces }

  /// - Returns: nil where the text is none, is of other weights or of another number of pieces.
  init?(_ text: String, checksum: String?, pieceCount: Int) {
    guard
      let json = try? JSONValue(parsing: text), let checksum, json["checksum"]?.asString == checksum,
      json["chunk"]?.asInt == Self.chunk, let digests = json["xxh3"]?.asArray, digests.count == pieceCount
    else { return nil }
    pieces = digests.compactMap { $0.asString.flatMap { UInt64($0, radix: 16) } }
    if pieces.count != pieceCount { return nil }
  }

  func text(checksum: String) -> String {
    JSONValue.object([
      JSONMember(name: "checksum", value: .string(checksum)),
      JSONMember(name: "chunk", value: .integer(Self.chunk)),
      JSONMember(name: "xxh3", value: .array(pieces.map { .string(Self.hex($0)) })),
    ]).text()
  }

  private static func hex(_ digest: UInt64) -> String {
    let digits = String(digest, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

/// Makes the digests of bytes that come in order.
struct PieceDigester {
  private let cuts: [Int]
  private let running: XXH3
  private var position = 0
  private var pieces: [UInt64] = []

  init(cuts: [Int]) {
    self.cuts = cuts
    running = XXH3()
    pieces.reserveCapacity(cuts.count)
  }

  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    var rest = bytes
    while !rest.isEmpty, pieces.count + 1 < cuts.count {
      let part = UnsafeRawBufferPointer(rebasing: rest.prefix(cuts[pieces.count + 1] - position))
      running.update(part)
      position += part.count
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(part.count))
      if position == cuts[pieces.count + 1] { pieces.append(running.finish()) }
    }
  }

  /// - Precondition: all bytes up to the last cut have come.
  func finish() -> Digests { Digests(pieces: pieces) }
}

/// XXH3 with 64 bits: fast, not cryptographic; it tells damage, not malice.
final class XXH3 {
  private let state: OpaquePointer

  init() {
    guard let state = slotscope_xxh3_create() else { fatalError("out of memory") }
    self.state = state
  }

  deinit { slotscope_xxh3_free(state) }

  func update(_ bytes: UnsafeRawBufferPointer) {
    slotscope_xxh3_update(state, bytes.baseAddress, bytes.count)
  }

  /// The digest of what came since the last one.
  func finish() -> UInt64 { slotscope_xxh3_finish(state) }
}
