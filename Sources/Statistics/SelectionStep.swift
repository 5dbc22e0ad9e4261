import CKernels

/// What a pass looks for on behalf of quantiles: the next 16 bits of the values that have one of the known beginnings,
/// or these values themselves.
///
/// `@unchecked Sendable` is safe: the memory is written in `init` alone and freed with the last reference.
final class SelectionStep: @unchecked Sendable {
  enum Kind: Equatable {
    case count
    /// At most so many values.
    case gather(Int)
  }

  let kind: Kind
  private let prefixes: UnsafeMutablePointer<UInt64>
  private let lookup: UnsafeMutablePointer<UInt8>
  let raw: SlotscopePrefixes

  var tablesSize: Int { withUnsafePointer(to: raw) { slotscope_digits_size($0) } }
  /// Counts that a pass comes to: 65536 for each prefix.
  var digitCount: Int { 65536 * max(1, Int(raw.count)) }

  /// - Parameters:
  ///   - prefixes: of so many known bits, ascending; none where none are known.
  init(_ kind: Kind, knownBits: Int, isFloat: Bool, prefixes known: [UInt64]) {
    self.kind = kind
    prefixes = .allocate(capacity: max(1, known.count))
    lookup = .allocate(capacity: 65536)
    lookup.initialize(repeating: 0, count: 65536)
    for (index, prefix) in known.enumerated() {
      prefixes[index] = prefix
      let leading = Int(prefix >> UInt64(knownBits - 16))
      if lookup[leading] == 0 { lookup[leading] = UInt8(index + 1) }
    }
    raw = SlotscopePrefixes(
      known: UInt32(knownBits), is_float: isFloat ? 1 : 0, count: UInt32(known.count), prefixes: prefixes,
      lookup: lookup)
  }

  deinit {
    prefixes.deallocate()
    lookup.deallocate()
  }
}

/// The values of ascending ranks among doubles that fit memory; none may be NaN.
func valuesOfRanks(_ ranks: [Int], among values: [Double]) -> [Double] {
  if values.isEmpty || ranks.isEmpty { return [] }
  let scratch = UnsafeMutablePointer<Double>.allocate(capacity: values.count)
  let counters = UnsafeMutablePointer<UInt32>.allocate(capacity: 65536)
  defer {
    scratch.deallocate()
    counters.deallocate()
  }
  var lost = values
  let limit = values.count - 1
  return Array(unsafeUninitializedCapacity: ranks.count) { found, count in
    slotscope_select(
      &lost, lost.count, ranks.map { min($0, limit) }, ranks.count, found.baseAddress, scratch, counters)
    count = ranks.count
  }
}
