/// What a slot holds, or held: `7`, or `7@3` for its revision 3.
public struct RevisionReference: Sendable, Hashable, LosslessStringConvertible {
  public let slotID: Int
  /// A kept one; nil for the current.
  public let revision: Int?

  public init(slotID: Int, revision: Int? = nil) {
    self.slotID = slotID
    self.revision = revision
  }

  public init?(_ text: String) {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    let numbers = parts.map { part in
      part.allSatisfy { $0.isASCII && $0.isNumber } ? Int(part) : nil
    }
    guard (1...2).contains(parts.count), let slot = numbers[0] else { return nil }
    slotID = slot
    if parts.count == 1 {
      revision = nil
    } else {
      guard let number = numbers[1] else { return nil }
      revision = number
    }
  }

  public var description: String { revision.map { "\(slotID)@\($0)" } ?? String(slotID) }
}
