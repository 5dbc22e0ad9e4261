/// What reading a slot's weights through found.
public struct Verification: Sendable, Hashable {
  /// How it is known.
  public enum Method: Sendable, Hashable {
    /// All bytes were read and their MD5 recomputed.
    case full
    /// All bytes were read and compared with the fast digests that were made with the MD5.
    case quick
    /// The checksum was recomputed before, and the file is still the same: nothing was read.
    case remembered
  }

  public let slotID: Int
  /// MD5, lower-case hex; nil where the index has none.
  public let expected: String?
  /// Nil where the weights could not be read, or were not hashed by MD5.
  public let actual: String?
  /// Why they could not be read, or what is wrong with them and where.
  public let error: String?
  public let method: Method
  public let damage: Damage?

  public var ok: Bool { error == nil }

  package init(slotID: Int, expected: String?, actual: String?, damage: Damage? = nil) {
    self.slotID = slotID
    self.expected = expected
    self.actual = actual
    self.damage = damage
    error = damage?.description
    method = .full
  }

  init(
    _ row: SlotRow, actual: String? = nil, method: Method = .full, damage: Damage? = nil, error: String? = nil
  ) {
    slotID = row.slotID
    expected = row.checksum
    self.actual = actual
    self.method = method
    self.damage = damage
    // Whoever reads it knows which slot was verified.
    self.error = (error ?? damage?.description).map { String($0.trimmingPrefix("slot \(row.slotID): ")) }
  }
}

/// What is wrong with a weight file.
public enum Damage: Sendable, Hashable, CustomStringConvertible {
  /// Its size or header is not what the index says: an interrupted copy or write.
  case torn(why: String)
  /// Bits have changed.
  ///
  /// - Parameters:
  ///   - places: in bytes of the data, as near as is known; empty where nothing tells.
  ///   - tensors: the names of those that these places touch.
  case changed(places: [Range<Int>], tensors: [String])

  public var description: String {
    switch self {
    case .torn(let why): "torn: \(why)"
    case .changed(let places, let tensors):
      places.isEmpty
        ? "changed bits: not what was saved (the index has nothing that tells where)"
        : "changed bits: \(Self.text(tensors))bytes \(Self.text(places))"
    }
  }

  private static func text(_ places: [Range<Int>]) -> String {
    listed(places.map { "\($0.lowerBound) to \($0.upperBound - 1)" })
  }

  private static func text(_ tensors: [String]) -> String {
    let named = tensors.filter { !$0.isEmpty }
    if named.isEmpty { return "" }
    return (named.count == 1 ? "tensor " : "tensors ") + listed(named) + ", "
  }

  private static func listed(_ texts: [String], shown: Int = 3) -> String {
    texts.prefix(shown).joined(separator: ", ")
      + (texts.count > shown ? " and \(texts.count - shown) more" : "")
  }
}
