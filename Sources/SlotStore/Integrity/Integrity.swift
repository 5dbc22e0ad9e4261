/// What is known of a slot's weights.
public enum Integrity: String, Sendable, Hashable, Codable, CaseIterable {
  /// The checksum was recomputed and agreed, and the file is still the same (size, mtime, inode).
  case verified
  /// Hashed while it was written, not read again since.
  case written
  /// Neither: another program wrote it.
  case unverified
  /// The checksum was recomputed and disagreed, or the size can't be right.
  case mismatch
  case missing
  case unreadable

  /// Its place in a list by state: what wants attention comes first.
  public var severity: Int {
    switch self {
    case .mismatch: 0
    case .missing: 1
    case .unreadable: 2
    case .unverified: 3
    case .written: 4
    case .verified: 5
    }
  }

  /// Whether something is wrong.
  public var isDamage: Bool { self == .mismatch || self == .missing || self == .unreadable }
}
