/// The name of a file in `revisions/`: `00000007.r3.9f2c61d0.npy`.
package struct RevisionName: Sendable, Hashable {
  package let slotID: Int
  package let revision: Int
  /// Eight random hex digits: a name is never used twice, whatever the index lost.
  let tag: String

  static let folder = "revisions"

  init(slotID: Int, revision: Int) {
    self.slotID = slotID
    self.revision = revision
    let bits = UInt32.random(in: .min ... .max)
    let digits = String(bits, radix: 16)
    tag = String(repeating: "0", count: 8 - digits.count) + digits
  }

  /// Reads exactly what `path` writes; anything else is nil.
  init?(path: String) {
    guard path.hasPrefix(Self.folder + "/") else { return nil }
    self.init(file: String(path.dropFirst(Self.folder.count + 1)))
  }

  init?(file: String) {
    let parts = file.split(separator: ".", omittingEmptySubsequences: false)
    guard
      parts.count == 4, parts[3] == "npy", parts[1].first == "r", let slotID = Int(parts[0]), slotID >= 0,
      let revision = Int(parts[1].dropFirst()), revision > 0, parts[2].count == 8,
      parts[2].allSatisfy({ "0123456789abcdef".contains($0) })
    else { return nil }
    self.slotID = slotID
    self.revision = revision
    tag = String(parts[2])
    guard self.file == file else { return nil }
  }

  var file: String { "\(slotDigits(slotID)).r\(revision).\(tag).npy" }
  /// Relative to the store.
  var path: String { Self.folder + "/" + file }
}

/// Where the weights of a row are.
enum WeightFileName: Sendable, Hashable {
  /// What this program saved.
  case revision(RevisionName)
  /// `slots/00000007.npy`: what another program wrote.
  case slot(Int)

  var path: String {
    switch self {
    case .revision(let name): name.path
    case .slot(let slot): slotPath(slot)
    }
  }
}

/// `slots/00000007.npy`: eight digits or more.
func slotPath(_ slot: Int) -> String { "slots/\(slotDigits(slot)).npy" }

/// The slot whose file in `slots/` has this name; nil for any other name.
func slotNumber(file: String) -> Int? {
  guard file.hasSuffix(".npy"), let slot = Int(file.dropLast(4)), slot >= 0, file == slotDigits(slot) + ".npy"
  else {
    return nil
  }
  return slot
}

func slotDigits(_ slot: Int) -> String {
  let digits = String(slot)
  return String(repeating: "0", count: max(0, 8 - digits.count)) + digits
}
